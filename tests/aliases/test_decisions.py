"""Decisions on two names: what they change, how they last, how they are taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import MONDAY, TUESDAY, dataset, document, gone, model, trained
from lineage.aliases import Verdict, decide, decisions, suggest, undo
from lineage.errors import UsageError
from lineage.graph import Graph
from lineage.impact import Policy, impact
from lineage.pipeline import ingest, join
from lineage.records import Ref
from lineage.scan import targets
from lineage.store.base import QueryLimits, Store
from lineage.store.embedded import EmbeddedStore
from lineage.vocabulary import Kind, Relation

PUBLIC, MIRROR = dataset("meta/okcupid-faces"), dataset("mirror/okcupid-faces")
READINGS = [trained("a.yaml", "first", PUBLIC.name), trained("b.yaml", "second", MIRROR.name)]


def graph_of(store: Store) -> Graph:
    return Graph(store.snapshot())


def decided(
    store: Store,
    verdict: Verdict = Verdict.ACCEPTED,
    a: Ref = PUBLIC,
    b: Ref = MIRROR,
    by: str = "Ada",
    reason: str = "the cards say so",
) -> None:
    graph = graph_of(store)
    decide(store, graph, graph.number[a.id], graph.number[b.id], verdict, by=by, reason=reason)


def undone(store: Store, a: Ref = PUBLIC, b: Ref = MIRROR) -> None:
    graph = graph_of(store)
    undo(store, graph, graph.number[a.id], graph.number[b.id])


def affected(store: Store, ref: Ref = PUBLIC, policy: Policy | None = None) -> dict[str, str]:
    graph = graph_of(store)
    answer = impact(graph, [graph.number[ref.id]], policy)
    return {a.name: a.certainty.value for a in answer.affected}


def holding(store: Store) -> str:
    """A digest of all that documents still say."""
    snapshot = store.snapshot()
    return replace(
        snapshot,
        edges=tuple(e for e in snapshot.edges if e.active),
        documents=tuple(d for d in snapshot.documents if d.sha256),
    ).digest()


@pytest.fixture
def told(store: Store) -> Store:
    store.write(READINGS, MONDAY)
    join(store)
    return store


def test_an_accepted_pair_is_one_thing_both_ways_and_proven(told: Store) -> None:
    assert affected(told) == {"first": "proven"}
    decided(told)
    assert affected(told) == {"first": "proven", "second": "proven", MIRROR.name: "proven"}
    assert affected(told, MIRROR) == {"first": "proven", "second": "proven", PUBLIC.name: "proven"}
    assert suggest(graph_of(told)) == []
    same = [e for e in told.snapshot().edges if e.relation == Relation.SAME_AS]
    assert len(same) == 2
    assert {e.place for e in same} == {"decided by Ada: the cards say so"}


def test_a_rejected_pair_changes_no_answer_and_is_not_suggested_again(told: Store) -> None:
    assert len(suggest(graph_of(told))) == 1
    decided(told, Verdict.REJECTED)
    assert suggest(graph_of(told)) == []
    assert affected(told) == {"first": "proven"}
    undone(told)
    assert len(suggest(graph_of(told))) == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_undo_gives_back_what_held_and_keeps_the_record(told: Store, verdict: Verdict) -> None:
    before, answer = holding(told), affected(told)
    decided(told, verdict)
    assert holding(told) != before
    undone(told)
    assert holding(told) == before
    assert affected(told) == answer, "a decision that was taken back no longer counts"
    assert affected(told, policy=Policy(counts_retracted=False)) == answer
    (kept,) = decisions(told.snapshot().edges)
    assert (kept.verdict, kept.by, kept.reason) == (verdict, "Ada", "the cards say so")
    assert kept.undone_at is not None
    assert decisions(graph_of(told).edges) == [], "in force there is none"


def test_a_change_of_mind_replaces_the_decision(told: Store) -> None:
    decided(told, Verdict.REJECTED, by="Ada", reason="looked different")
    decided(told, Verdict.ACCEPTED, by="Grace", reason="same digest after all: 1234")
    now, then = decisions(told.snapshot().edges)
    assert (now.verdict, now.by, now.undone_at) == (Verdict.ACCEPTED, "Grace", None)
    assert now.reason == "same digest after all: 1234"
    assert (then.verdict, then.undone_at is not None) == (Verdict.REJECTED, True)
    assert "second" in affected(told)


def test_a_decision_lasts_when_documents_are_read_again_or_are_gone(told: Store) -> None:
    decided(told)
    told.write([*READINGS, gone("a.yaml")], TUESDAY)
    join(told)
    assert affected(told, MIRROR) == {"second": "proven", "first": "proven", PUBLIC.name: "proven"}


def test_a_decision_lasts_through_an_ingest(store: Store, tmp_path: Path) -> None:
    for name, data in (("a", "acme/okc-photos"), ("b", "mirror/okc-photos")):
        (tmp_path / f"{name}.yml").write_text(
            f"base_model: acme/base-{name}\ndatasets:\n  - path: {data}\n    type: alpaca\n"
        )
    ingest(targets([tmp_path], "configs"), store)
    a, b = dataset("acme/okc-photos"), dataset("mirror/okc-photos")
    decided(store, a=a, b=b)
    before = holding(store)
    version = ingest(targets([tmp_path], "configs"), store).version
    assert holding(store) == before
    assert b.name in affected(store, a)
    (tmp_path / "b.yml").unlink()
    tally = ingest(targets([tmp_path], "configs"), store)
    assert tally.gone == 1
    assert tally.version > version
    assert b.name in affected(store, a)


def test_nobody_can_read_files_into_the_place_of_decisions(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="joins and decisions"):
        targets([tmp_path], "lineage")


def test_a_decision_adds_nothing_to_what_is_known_of_a_thing(told: Store) -> None:
    """What documents that are gone said of it is still what is known, and so is its kind."""
    told.write([document("card.md", says=((MIRROR, {"licence": "mit"}),))], MONDAY)
    decided(told)
    told.write([gone("card.md"), gone("b.yaml")], TUESDAY)
    nodes = {n.id: n for n in told.snapshot().nodes}
    assert dict(nodes[MIRROR.id].properties) == {"licence": "mit"}
    folder = Ref(Kind.COPY, "s3://b", "out-folder")
    as_model = Ref(Kind.MODEL, "s3://b", "out-folder")
    told.write(
        [
            document("writes", (folder, Relation.COPY_OF, model("first"))),
            document("reads", (model("third"), Relation.FINE_TUNED_FROM, as_model)),
            document("other", says=((Ref(Kind.COPY, "s3://c", "out-folder"), {}),)),
        ],
        MONDAY,
    )
    decided(told, a=folder, b=Ref(Kind.COPY, "s3://c", "out-folder"))
    told.write([gone("writes")], TUESDAY)
    assert {n.id: n.kind for n in told.snapshot().nodes}[folder.id] == Kind.MODEL


def test_the_decision_can_be_asked_for_in_cypher(told: Store) -> None:
    decided(told, Verdict.REJECTED)
    found = told.query(
        "MATCH (a)-[r:DISTINCT_FROM]->(b) RETURN a.id AS a, b.id AS b, r.place AS place",
        {},
        QueryLimits(),
    )
    assert found.rows == ((PUBLIC.id, MIRROR.id, "decided by Ada: the cards say so"),)
    document_ = told.query(
        "MATCH (d:Document) WHERE d.format = 'alias decision' RETURN d.repository AS r",
        {},
        QueryLimits(),
    )
    assert document_.rows == (("lineage",),)


def test_the_documented_query_shows_decisions_that_were_undone(told: Store) -> None:
    page = (Path(__file__).parents[2] / "docs/aliases.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```cypher\n(.*?)```", page, re.DOTALL)
    decided(told, Verdict.REJECTED)
    undone(told)
    who = "decided by Ada: the cards say so"
    assert told.query(text, {}, QueryLimits()).rows == (
        (PUBLIC.id, "DISTINCT_FROM", MIRROR.id, who, False),
    )


@pytest.mark.parametrize(
    ("by", "reason", "words"),
    [
        ("", "x", "missing"),
        ("Ada", "  \n ", "missing"),
        ("a: b", "x", "colon"),
        ("Ada", "x" * 5000, "longer"),
        ("Ada\x00", "x", "no text may hold"),
        ("Ada", "x\ud800", "no text may hold"),
    ],
)
def test_a_decision_needs_a_name_and_a_reason(
    embedded: Store, by: str, reason: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        decided(embedded, by=by, reason=reason)
    assert decisions(embedded.snapshot().edges) == []


@pytest.fixture
def embedded(tmp_path: Path) -> Store:
    store = EmbeddedStore.open(tmp_path / "one.sqlite")
    store.write(READINGS, MONDAY)
    return store


def test_what_cannot_be_decided_on(embedded: Store) -> None:
    with pytest.raises(UsageError, match="both names mean"):
        decided(embedded, b=PUBLIC)
    with pytest.raises(UsageError, match="only artifacts of one kind"):
        decided(embedded, b=model("first"))
    party = Ref(Kind.PARTY, "name://x", "Acme")
    embedded.write([document("p", (PUBLIC, Relation.PROVIDED_BY, party))], MONDAY)
    with pytest.raises(UsageError, match="only artifacts of one kind"):
        decided(embedded, b=party)
    with pytest.raises(UsageError, match="no decision on"):
        undone(embedded)


def test_a_source_and_a_dataset_may_be_one(embedded: Store) -> None:
    source = Ref(Kind.SOURCE, "name://sources", "okcupid-faces")
    embedded.write([document("s", says=((source, {}),))], MONDAY)
    decided(embedded, b=source)
    assert affected(embedded, source) == {"first": "proven", PUBLIC.name: "proven"}


def test_what_documents_say_is_the_same_cannot_be_rejected(embedded: Store) -> None:
    third = dataset("third/okcupid-faces")
    embedded.write(
        [
            document(
                "same.yaml",
                (PUBLIC, Relation.SAME_AS, third),
                (third, Relation.SAME_AS, PUBLIC),
            )
        ],
        MONDAY,
    )
    with pytest.raises(UsageError, match=r"says the contrary.*same\.yaml"):
        decided(embedded, Verdict.REJECTED, b=third)
    decided(embedded, Verdict.ACCEPTED, b=third)
    undone(embedded, b=third)


def test_what_documents_no_longer_say_is_apart_can_be_accepted(embedded: Store) -> None:
    third = dataset("third/okcupid-faces")
    embedded.write([document("apart.yaml", (PUBLIC, Relation.DISTINCT_FROM, third))], MONDAY)
    with pytest.raises(UsageError, match=r"says the contrary.*apart\.yaml.*Correct it there"):
        decided(embedded, Verdict.ACCEPTED, b=third)
    embedded.write([document("apart.yaml", says=((third, {}),))], MONDAY)
    decided(embedded, Verdict.ACCEPTED, b=third)


def test_decisions_that_contradict_each_other_are_refused(embedded: Store) -> None:
    third = dataset("third/okcupid-faces")
    embedded.write([document("t", says=((third, {}),))], MONDAY)
    decided(embedded, Verdict.ACCEPTED, PUBLIC, third)
    decided(embedded, Verdict.REJECTED, third, MIRROR)
    with pytest.raises(UsageError, match="undo"):
        decided(embedded, Verdict.ACCEPTED, PUBLIC, MIRROR)
    undone(embedded, third, MIRROR)
    decided(embedded, Verdict.ACCEPTED, PUBLIC, MIRROR)
    with pytest.raises(UsageError, match="says the contrary"):
        decided(embedded, Verdict.REJECTED, third, MIRROR)


NAMES = [dataset(f"org{n}/okcupid-faces") for n in range(4)]
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(Verdict))


@settings(max_examples=25)
@given(st.lists(PAIRS, max_size=6))
def test_whatever_was_decided_undoing_it_all_gives_the_first_answer(
    told: list[tuple[Ref, Ref, Verdict]],
) -> None:
    with TemporaryDirectory() as folder:
        store = EmbeddedStore.open(Path(folder) / "s.sqlite")
        store.write([trained(f"{n}.yaml", f"m{n}", r.name) for n, r in enumerate(NAMES)], MONDAY)
        join(store)
        before, first = holding(store), suggest(graph_of(store))
        answers = [affected(store, ref) for ref in NAMES]
        for a, b, verdict in told:
            try:
                decided(store, verdict, a, b)
            except UsageError:
                continue
            assert len(suggest(graph_of(store))) < 4
        for decision in decisions(graph_of(store).edges):
            graph = graph_of(store)
            undo(store, graph, graph.number[decision.a], graph.number[decision.b])
        assert holding(store) == before
        assert suggest(graph_of(store)) == first
        assert [affected(store, ref) for ref in NAMES] == answers
        store.close()
