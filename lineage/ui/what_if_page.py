"""The page "What if": where to cut, what each adds, what a planned run would inherit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import streamlit as st

from lineage.errors import LineageError
from lineage.export import leverage as told
from lineage.export.ancestry import caveats, headline, rows
from lineage.export.ranking import people_in_words
from lineage.export.supposed import planned_headline, removed_headline, together_headline
from lineage.export.words import left_out
from lineage.graph import Graph
from lineage.impact import Affected, Policy
from lineage.questions import (
    Cut,
    Exposed,
    Leverage,
    Planned,
    Together,
    leverage,
    planned,
    together,
    without_relationship,
)
from lineage.records import Reading
from lineage.scan import scan, targets
from lineage.ui.components import choice
from lineage.ui.components.choice import unique_labels
from lineage.ui.components.prose import block, prose
from lineage.ui.links import Links
from lineage.ui.opened import identity
from lineage.vocabulary import Kind, Transmits

_MOST_ROWS = 1_000
_MOST_OFFERED = 500


@st.cache_resource(show_spinner="Looking for the fewest retrainings …", max_entries=8)
def _leverage(_graph: Graph, of: str, roots: tuple[str, ...], kinds: tuple[Kind, ...]) -> Leverage:
    del of
    return leverage(_graph, [_graph.number[root] for root in roots], Policy(), kinds)


@st.cache_resource(show_spinner="Comparing …", max_entries=8)
def _together(_graph: Graph, of: str, roots: tuple[str, ...]) -> Together:
    del of
    return together(_graph, [_graph.number[root] for root in roots], Policy())


def show(graph: Graph, links: Links) -> None:
    """Shows the page."""
    del links
    chosen = tuple(choice.choose(graph))
    cut, each, less, added = st.tabs(
        ["Fewest retrainings", "Together and alone", "One relationship less", "A planned run"]
    )
    for tab, draw in ((cut, _cut), (each, _each), (less, _less)):
        with tab:
            if chosen:
                draw(graph, chosen)
            else:
                st.info("Choose above what may no longer be used.")
    with added:
        _added(graph)


def _cut(graph: Graph, chosen: tuple[str, ...]) -> None:
    wider = st.checkbox("Data sets can be made anew too, not only models", key="what-if-wider")
    kinds = (Kind.MODEL, Kind.DATASET) if wider else (Kind.MODEL,)
    found = _leverage(graph, identity(graph), chosen, kinds)
    prose(
        "leverage",
        [
            block("headline", told.headline(found)),
            *(block("line", line) for line in told.caveats(found)),
        ],
    )
    if found.plan:
        st.text("The plan, and what each step frees besides those before it")
        _cuts(found.plan, numbered=True)
    if found.chokes:
        st.text("What each of these alone would free, because every path goes through it")
        _cuts(found.chokes, numbered=False)


def _cuts(cuts: Sequence[Cut], *, numbered: bool) -> None:
    rows: list[dict[str, str | int]] = [
        {
            **({"Step": place} if numbered else {}),
            "Make anew": cut.name,
            "Kind": cut.kind.value,
            "Frees deployments": cut.freed.deployments,
            "Models": cut.freed.models,
            "All things": cut.freed.things,
            "Id": cut.id,
        }
        for place, cut in enumerate(cuts[:_MOST_ROWS], 1)
    ]
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
    )
    if len(cuts) > _MOST_ROWS:
        st.caption(f"{_MOST_ROWS:,} of {len(cuts):,} shown; all: lineage leverage --format json")


def _each(graph: Graph, chosen: tuple[str, ...]) -> None:
    found = _together(graph, identity(graph), chosen)
    blocks = [block("headline", together_headline(found))]
    blocks += [block("warning", line) for line in left_out(found.answer, graph)]
    prose("together", blocks)
    lines = []
    for share in found.shares:
        lines.append(_exposed(f"{graph.shown(share.root)}, by itself", share.alone))
        if len(found.shares) > 1:
            stays = f"spared if {graph.shown(share.root)} stays and the others go"
            lines.append(_exposed(stays, share.only))
    if len(found.shares) > 1:
        lines.append(_exposed("all of them together", found.all))
    else:
        st.info("Choose more than one to compare them together with each alone.")
    st.dataframe(lines, hide_index=True, width="stretch")


def _exposed(what: str, exposed: Exposed) -> dict[str, object]:
    return {
        "If this goes": what,
        "Models": exposed.models,
        "Deployments": exposed.deployments,
        "All things": exposed.things,
        "People exposed": people_in_words(exposed),
    }


def _less(graph: Graph, chosen: tuple[str, ...]) -> None:
    affected = _together(graph, identity(graph), chosen).answer.affected
    ids = [a.id for a in affected[:_MOST_OFFERED]]
    if not ids:
        st.info("Nothing known to this store is affected.")
        return
    labels = unique_labels(graph, ids)
    subject = st.selectbox(
        f"An affected artifact ({len(ids):,} of {len(affected):,} offered)",
        ids,
        format_func=labels.__getitem__,
        key="what-if-subject",
    )
    at = graph.number[subject]
    edges = [graph.edges[int(e)] for e in graph.upstream.of(np.array([at]))]
    lineage = Policy().transmits
    said = sorted(
        {(e.relation, e.object) for e in edges if lineage[e.relation] != Transmits.NOTHING}
    )
    if not said:
        st.info("It is affected by what it is held under; no relationship of its own leads to it.")
        return
    relation, target = st.selectbox(
        "If it were not so that it …",
        said,
        format_func=lambda r: f"{r[0].value} {graph.shown(graph.number[r[1]])}",
        key="what-if-relation",
    )
    roots = [graph.number[root] for root in chosen]
    found = without_relationship(graph, at, relation, graph.number[target], roots, Policy())
    blocks = [block("headline", removed_headline(found))]
    blocks += [block("warning", line) for line in left_out(found.before, graph)]
    prose("removed", blocks)
    _affected("Would no longer fall", found.spared)
    _affected("Stand on it and still fall, by other routes", found.still)


def _affected(title: str, affected: Sequence[Affected]) -> None:
    if not affected:
        return
    st.text(f"{title}: {len(affected):,}")
    st.dataframe(
        [
            {
                "Name": a.name,
                "Kind": a.kind.value,
                "Certainty": a.certainty.value,
                "Steps": a.distance,
                "Id": a.id,
            }
            for a in affected[:_MOST_ROWS]
        ],
        hide_index=True,
        width="stretch",
    )


def _added(graph: Graph) -> None:
    with st.form("what-if-added"):
        name = st.text_input("Name of the file", "planned.yaml", key="what-if-file")
        text = st.text_area(
            "The config of the planned training run; it is read, never run, and not stored",
            key="what-if-text",
            height=220,
        )
        asked = st.form_submit_button("What would it inherit?", type="primary")
    if not (asked or text.strip()):
        return
    try:
        readings = _read(name, text)
    except (LineageError, OSError, ValueError) as error:
        st.warning(str(error))
        return
    if not any(r.extract.assertions or r.extract.statements for r in readings):
        st.warning(
            "No reader recognises a training run in this. The name of the file matters: "
            "the README lists what is read."
        )
        return
    _inherited(planned(graph, readings, Policy()), readings)


def _read(name: str, text: str) -> list[Reading]:
    """Reads a typed config as a file in a folder of its own."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / (Path(name).name or "planned.yaml")
        place.write_text(text, "utf-8")
        found = [s for target in targets([place], "planned") for s in scan(target)]
    return [s.reading for s in found if s.reading is not None]


def _inherited(found: Planned, readings: Sequence[Reading]) -> None:
    skipped = [skip.reason for r in readings for skip in r.extract.skipped]
    prose(
        "planned",
        [
            block("headline", planned_headline(found)),
            *(block("warning", f"Not understood: {reason}") for reason in skipped),
        ],
    )
    for number, made in enumerate(found.made):
        prose(
            f"planned-{number}",
            [block("title", headline(made)), *(block("line", c) for c in caveats(made))],
        )
        st.dataframe(rows(made)[:_MOST_ROWS], hide_index=True, width="stretch")
