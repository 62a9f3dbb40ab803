"""A case from the order to the statement, on both stores; and what goes wrong on the way."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from by_hand import OpenStore
from lineage.cases import (
    Acting,
    Case,
    Evidence,
    Order,
    Status,
    assign,
    case_of,
    cases,
    check,
    close,
    done,
    evidence_file,
    freeze,
    give_back,
    hold,
    open_case,
    preview,
    refuse,
    release,
    thaw,
    verify_step,
    watch,
)
from lineage.errors import InputError, NotFoundError, UsageError
from lineage.graph import Graph
from lineage.impact import impact
from lineage.ledger import verify
from lineage.plan import Action, Role
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from worlds import Told, reading

SOURCE = "test://world/s1"
WORLD: tuple[Told, ...] = (
    ("d1", "DERIVED_FROM", "s1"), ("m1", "TRAINED_ON", "d1"), ("c1", "COPY_OF", "m1"),
    ("m2", "TRAINED_ON", "d1"), ("m2", "TRAINED_ON", "d9"), ("x1", "DEPLOYS", "m1"),
    ("m3", "EVALUATED_ON", "d1"), ("g1", "GRANTED_BY", "p1"),
)  # fmt: skip
PROPERTIES = {"d1": {"digest": "sha256:" + "a" * 64}}


def day(offset: int) -> str:
    """So many days from now."""
    return (datetime.now(UTC).date() + timedelta(offset)).isoformat()


def order(*roots: str, **changes: object) -> Order:
    made = Order(
        roots or (SOURCE,), "order", "The Authority", "decision 12/2026",
        day(-3), day(27),
    )  # fmt: skip
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def written(store: Store) -> Graph:
    store.write([reading(WORLD, properties=PROPERTIES)], datetime.now(UTC))
    return Graph.of(store)


def opened(store: Store) -> Case:
    graph = written(store)
    return case_of(store.ledger(), open_case(store, graph, order(), by="Ann"))


def step_for(case: Case, name: str) -> str:
    return next(s.step.id for s in case.steps.values() if s.step.artifact.endswith(f"/{name}"))


def settled(store: Store, case: str) -> Case:
    """Carries all steps out: Ann does them, Bob verifies."""
    ann, bob = Acting(store, case, "Ann"), Acting(store, case, "Bob")
    names = [s.step.id for s in case_of(store.ledger(), case).open_steps]
    done(ann, names, "with the tools of the platform", evidence=[Evidence("the log says so")])
    return verify_step(bob, names)


def test_from_the_order_to_the_statement(store: Store) -> None:
    case = opened(store)
    assert (case.id, case.status, case.body["cause"]) == ("C1", "open", "order")
    assert {s.step.artifact.rpartition("/")[2] for s in case.steps.values()} == {
        "s1", "d1", "m1", "m2", "m3", "c1", "x1",
    }  # fmt: skip
    ann, bob = Acting(store, "C1", "Ann"), Acting(store, "C1", "Bob")
    first = step_for(case, "c1")
    assert case.waits_for(case.steps[step_for(case, "m1")])
    assign(ann, [first], "Ann")
    case = done(
        ann, [first], "rm", evidence=[Evidence("output: removed")], digest_before="sha256:1"
    )
    assert case.steps[first].status is Status.DONE
    assert case.steps[first].receipt is not None
    assert not case.steps[first].receipt.closed
    with pytest.raises(UsageError, match="the statement cannot be made: receipts are open"):
        close(ann, "all was done")
    case = check(bob, {first: [("s3://b/c1", "absent", "404")]})
    case = verify_step(bob, [first])
    receipt = case.steps[first].receipt
    assert receipt is not None
    assert receipt.closed
    assert (receipt.looks, receipt.digest_before) == ((("s3://b/c1", "absent"),), "sha256:1")
    case = settled(store, "C1")
    assert case.status == "ready"
    case = close(bob, "I declare under penalty of perjury that the above is true.")
    assert case.status == "closed"
    with pytest.raises(UsageError, match="closed"):
        close(bob, "again")
    with pytest.raises(UsageError, match="closed"):
        assign(ann, [first], "Ann")
    lines = [(row.text + "\n").encode() for row in store.ledger().rows()]
    assert verify(lines).sound
    text = b"".join(lines)
    assert not any(word in text for word in (b"Ann", b"Bob", b"perjury", b"Authority", b"removed"))


def test_a_preview_changes_nothing(store: Store) -> None:
    graph = written(store)
    before = store.version(), store.snapshot().digest(), store.ledger().head()
    found = preview(graph, order())
    assert {s.artifact for s in found.plan.steps} >= {a.id for a in found.answer.affected}
    assert [a.name for a in found.alternatives] == [
        "policy", "delete all", "retrain the fewest", "purge a part",
    ]  # fmt: skip
    assert (store.version(), store.snapshot().digest(), store.ledger().head()) == before


def test_anybody_can_compute_the_blast_radius_anew_from_the_frozen_snapshot(store: Store) -> None:
    case = opened(store)
    store.write([reading([("m7", "TRAINED_ON", "d1")], "later.yml")], datetime.now(UTC))
    data = store.ledger().kept(str(case.body["snapshot"]))
    assert data is not None
    graph = thaw(data)
    assert freeze(graph) == data
    answer = impact(graph, [graph.number[r] for r in case.body["roots"]])
    assert answer.digest == case.body["answer"]
    assert "test://world/m7" not in {a.id for a in answer.affected}
    now = Graph.of(store)
    assert impact(now, [now.number[SOURCE]]).digest != case.body["answer"]


def test_bytes_that_are_no_snapshot_are_refused(store: Store) -> None:
    data = freeze(written(store))
    cut = gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-1]))
    for bad in (b"", b"nonsense", data[:-9], gzip.compress(b"[]\n"), gzip.compress(b""), cut):
        with pytest.raises(InputError, match="no frozen snapshot"):
            thaw(bad)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"deadline": -1}, "is past: 1 day ago"),
        ({"deadline": -9}, "before it was received"),
        ({"received": 1}, "is to come"),
        ({"received": ""}, "when it was received"),
        ({"received": "soon"}, "no date"),
        ({"cause": "whim"}, "no cause"),
        ({"issued_by": " "}, "who issued it"),
        ({"right": ""}, "by what right"),
    ],
)
@pytest.mark.usefixtures("today")
def test_an_order_that_cannot_be_one_is_refused(
    tmp_path: Path, changes: dict[str, str | int], what: str
) -> None:
    store = EmbeddedStore.open(tmp_path / "s.sqlite")
    graph = written(store)
    told = {key: day(of) if isinstance(of, int) else of for key, of in changes.items()}
    with pytest.raises(UsageError, match=what):
        open_case(store, graph, order(**told), by="Ann")
    assert store.ledger().head()[0] == 0
    late = order(deadline=day(-1))
    assert open_case(store, graph, late, by="Ann", overdue=True) == "C1"
    store.close()


def test_a_case_on_the_same_is_opened_once_also_at_the_same_time(open_store: OpenStore) -> None:
    graph = written(open_store())

    def one(_: int) -> str:
        try:
            return open_case(open_store(), graph, order(), by="Ann")
        except UsageError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(one, range(4)))
    assert told[0] == "C1"
    assert all("case C1 is open on the same already" in text for text in told[1:])
    store = open_store()
    assert open_case(store, graph, order(part="only 2021"), by="Ann") == "C2"
    assert open_case(store, graph, order("test://world/d1"), by="Ann") == "C3"
    settled(store, "C1")
    close(Acting(store, "C1", "Bob"), "done")
    assert open_case(store, graph, order(), by="Ann") == "C4", "the first is closed"
    assert [c.id for c in cases(store.ledger())] == ["C1", "C2", "C3", "C4"]


def test_of_two_who_close_the_same_step_the_second_is_refused(open_store: OpenStore) -> None:
    case = opened(open_store())
    name = step_for(case, "c1")

    def one(who: str) -> str:
        try:
            done(Acting(open_store(), "C1", who), [name], f"by {who}")
        except UsageError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(one, ("Ann", "Bob", "Cem", "Dan")))
    assert told.count("done") == 1
    assert all("is done (by " in text for text in told if text != "done")
    acts = [e.act for e in case_of(open_store().ledger(), "C1").entries]
    assert acts.count("step.done") == 1


def test_who_acts_on_what_has_changed_since_they_looked_is_told(store: Store) -> None:
    case = opened(store)
    name = step_for(case, "c1")
    assign(Acting(store, "C1", "Ann"), [name], "Ann")
    with pytest.raises(UsageError, match=r"has changed step .* since you looked: it is assigned"):
        done(Acting(store, "C1", "Bob", seen=case.last), [name], "rm")


def test_the_same_person_does_not_verify(store: Store) -> None:
    name = step_for(opened(store), "c1")
    ann, bob = Acting(store, "C1", "Ann"), Acting(store, "C1", " Bob ")
    with pytest.raises(UsageError, match="is open: it cannot be verified"):
        verify_step(bob, [name])
    done(ann, [name], "rm", evidence=[Evidence("log")])
    with pytest.raises(UsageError, match="another person verifies it"):
        verify_step(ann, [name])
    give_back(bob, [name], "it is still there")
    done(ann, [name], "rm -r")
    with pytest.raises(UsageError, match="nothing shows that step"):
        verify_step(bob, [name])
    check(bob, {name: [("s3://b/c", "present", "HEAD 200"), ("s3://b/d", "absent", "404")]})
    with pytest.raises(UsageError, match="still at s3://b/c"):
        verify_step(bob, [name])
    check(bob, {name: [("s3://b/c", "could not tell", "no credentials")]})
    with pytest.raises(UsageError, match="nothing shows"):
        verify_step(bob, [name])
    assert verify_step(bob, [name], remark="I saw it").steps[name].status is Status.VERIFIED


def test_a_hold_stops_a_deletion_and_shows_why(store: Store) -> None:
    case = opened(store)
    name = step_for(case, "d1")
    ann = Acting(store, "C1", "Ann")
    hold(ann, [name], "litigation hold in Doe v. Example")
    with pytest.raises(UsageError, match=r"is held: litigation hold in Doe v\. Example"):
        done(ann, [name], "rm")
    with pytest.raises(UsageError, match="held twice"):
        hold(ann, [name], "again")
    release(ann, [name], "settled")
    with pytest.raises(UsageError, match="nothing holds it"):
        release(ann, [name], "settled")
    assert done(ann, [name], "rm").steps[name].status is Status.DONE


def test_a_refusal_needs_a_reason_and_a_basis(store: Store) -> None:
    name = step_for(opened(store), "m2")
    ann = Acting(store, "C1", "Ann")
    with pytest.raises(UsageError, match="no basis"):
        refuse(ann, [name], "no", "because")
    case = refuse(ann, [name], "kept for the court", "17(3)(e)")
    assert (case.steps[name].status, case.steps[name].basis) == (Status.REFUSED, "17(3)(e)")
    with pytest.raises(UsageError, match="is refused: it cannot be done"):
        done(ann, [name], "rm")


def test_several_steps_are_acted_on_all_or_none(store: Store) -> None:
    case = opened(store)
    names = [step_for(case, n) for n in ("c1", "d1", "m1")]
    ann = Acting(store, "C1", "Ann")
    done(ann, names[1:2], "rm")
    before = store.ledger().head()
    with pytest.raises(UsageError):
        done(ann, names, "rm")
    assert store.ledger().head() == before
    with pytest.raises(UsageError, match="no step “S99”"):
        done(ann, ["S99"], "rm")
    with pytest.raises(NotFoundError, match="no case “C9”"):
        case_of(store.ledger(), "C9")


def test_another_name_of_a_thing_is_settled_with_it(store: Store) -> None:
    told: list[Told] = [
        ("d1", "SAME_AS", "d2"),
        ("d2", "SAME_AS", "d1"),
        ("d1", "DERIVED_FROM", "s1"),
    ]
    store.write([reading(told)], datetime.now(UTC))
    open_case(store, Graph.of(store), order(), by="Ann")
    case = case_of(store.ledger(), "C1")
    name = next(s for s in case.steps.values() if s.step.role is Role.NAME)
    assert (name.status, name.open) == (Status.SETTLED, False)
    with pytest.raises(UsageError, match="another name of what S"):
        done(Acting(store, "C1", "Ann"), [name.step.id], "rm")


def test_evidence_is_a_digest_and_a_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(b"deleted 3 objects\n")
    found = evidence_file(tmp_path / "log.txt")
    assert (found.size, found.sha256) == (18, hashlib.sha256(b"deleted 3 objects\n").hexdigest())
    with pytest.raises(InputError, match=r"cannot be read: No such file.*Nothing was recorded"):
        evidence_file(tmp_path / "nothing.txt")


def test_what_comes_back_opens_the_case_again(store: Store) -> None:
    opened(store)
    settled(store, "C1")
    close(Acting(store, "C1", "Bob"), "done")
    assert watch(store) == []
    store.write(
        [
            reading([("d1", "DERIVED_FROM", "d8")], "again.yml"),
            reading([("m8", "FINE_TUNED_FROM", "m1")], "new.yml"),
        ],
        datetime.now(UTC),
    )
    told = watch(store)
    assert [t.split(":")[0] for t in told] == [
        f"case C1 is open again: d1 came back ({step_for(case_of(store.ledger(), 'C1'), 'd1')})"
        .split(":")[0], "case C1 has grown",
    ]  # fmt: skip
    case = case_of(store.ledger(), "C1")
    assert case.status == "reopened"
    assert case.steps[step_for(case, "d1")].status is Status.OPEN
    new = case.steps[step_for(case, "m8")]
    assert (new.step.action, new.status) == (Action.DELETE, Status.OPEN)
    assert watch(store) == [], "it is told once"
    settled(store, "C1")
    assert close(Acting(store, "C1", "Bob"), "done again").status == "closed"
    assert watch(store) == []


def test_bytes_with_the_digest_of_what_went_are_recognised(store: Store) -> None:
    opened(store)
    settled(store, "C1")
    twin = reading([("d7", "DERIVED_FROM", "d6")], "bought.yml", properties={
        "d7": {"digest": "sha256:" + "a" * 64}
    })  # fmt: skip
    store.write([twin], datetime.now(UTC))
    told = watch(store)
    assert len(told) == 1
    assert "d7 is affected too" in told[0]
    assert "has the digest of test://world/d1" in told[0]


WORKER = """
import sys
from lineage.cases import Acting, Evidence, case_of, done, verify_step
from lineage.errors import UsageError
from lineage.store import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while left := case_of(store.ledger(), "C1").open_steps:
    step = left[0]
    try:
        if step.status == "done":
            verify_step(Acting(store, "C1", "Bob"), [step.step.id])
        else:
            done(Acting(store, "C1", "Ann"), [step.step.id], "rm", evidence=[Evidence("log")])
        print(step.step.id, step.status, flush=True)
    except UsageError:
        pass
"""


def test_a_case_goes_on_after_each_of_50_kills(tmp_path: Path) -> None:
    where, choose = tmp_path / "store.sqlite", random.Random(11)
    store = EmbeddedStore.open(where)
    told: list[Told] = [("d1", "DERIVED_FROM", "s1")]
    told += [(f"m{n}", "TRAINED_ON", "d1") for n in range(150)]
    store.write([reading(told)], datetime.now(UTC))
    open_case(store, Graph.of(store), order(), by="Ann")
    acknowledged: set[tuple[str, str]] = set()

    def worked() -> set[tuple[str, str]]:
        case = case_of(store.ledger(), "C1")
        done_ = {(n, "open") for n, s in case.steps.items() if s.status is not Status.OPEN}
        return done_ | {(n, "done") for n, s in case.steps.items() if s.status is Status.VERIFIED}

    for kill in range(50):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(where)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ},
        )  # fmt: skip
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        time.sleep(choose.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        out = process.communicate(timeout=60)[0]
        acknowledged |= {
            tuple(line.split()) for line in out.splitlines(keepends=True) if line.endswith("\n")
        }  # type: ignore[misc]
        assert acknowledged <= worked(), kill
    found = verify((row.text + "\n").encode() for row in store.ledger().rows())
    assert found.sound, found.problems
    assert acknowledged
    settle_rest(store)
    assert close(Acting(store, "C1", "Bob"), "done").status == "closed"
    store.close()


def settle_rest(store: Store) -> None:
    case = case_of(store.ledger(), "C1")
    left = [s.step.id for s in case.open_steps if s.status is not Status.DONE]
    done(Acting(store, "C1", "Ann"), left, "rm", evidence=[Evidence("log")])
    case = case_of(store.ledger(), "C1")
    verify_step(Acting(store, "C1", "Bob"), [s.step.id for s in case.open_steps])


def test_an_order_takes_what_another_right_covers_and_a_withdrawal_does_not(store: Store) -> None:
    told: list[Told] = [
        ("s1", "COVERED_BY", "g1"), ("s2", "COVERED_BY", "g1"), ("s2", "COVERED_BY", "g2"),
        ("m1", "TRAINED_ON", "s1"), ("m2", "TRAINED_ON", "s2"),
    ]  # fmt: skip
    right = {"grant_kind": "agreement", "verification": "verified"}
    store.write([reading(told, properties={"g1": right, "g2": right})], datetime.now(UTC))
    graph = Graph.of(store)
    grant = "test://world/g1"
    ordered = open_case(store, graph, order(grant), by="Ann")
    ended = open_case(store, graph, order(grant, cause="expiry", part="the term"), by="Ann")

    def hit(id_: str) -> set[str]:
        case = case_of(store.ledger(), id_)
        return {s.step.artifact.rpartition("/")[2] for s in case.steps.values()}

    assert hit(ordered) == {"s1", "s2", "m1", "m2"}
    assert hit(ended) == {"s1", "m1"}
    assert case_of(store.ledger(), ended).body["spared"] == ["test://world/s2"]
