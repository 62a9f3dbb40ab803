"""The table of what is affected: filters, rows and files. It can do all that the picture can."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.elements.arrow import DataframeStateInput

from lineage.export.html import impact_report
from lineage.export.impact import impact_as_csv, impact_as_json, impact_as_markdown, rows
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Affected, Impact
from lineage.ui.opened import identity
from lineage.vocabulary import TRANSMITS, Transmits

ACTIONS: Mapping[Transmits, str] = {
    Transmits.CONTAMINATES: "delete, purge or retrain",
    Transmits.EXPOSES: "withdraw from service",
    Transmits.INFORMS: "redo the claim",
    Transmits.IDENTIFIES: "same thing, other name",
}
"""What each effect asks for, in a few words."""

_EPOCH = "table-epoch"
_MARKED = "table-marked"
_MOST_MARKED = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are shown; an empty part lets everything pass."""

    kinds: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    certainties: tuple[str, ...] = ()
    text: str = ""

    def passes(self, row: Affected) -> bool:
        """Whether it lets a row pass."""
        text = self.text.casefold().strip()
        return (
            (not self.kinds or row.kind.value in self.kinds)
            and (not self.effects or row.effect.value in self.effects)
            and (not self.certainties or row.certainty.value in self.certainties)
            and (
                not text
                or any(text in t.casefold() for t in (row.name, row.id, *row.risks, *row.unknowns))
            )
        )


def ask_filter(answer: Impact) -> Filter:
    """Lets the user choose which rows to see."""
    kinds = sorted({a.kind.value for a in answer.affected})
    effects = [t.value for t in ACTIONS if any(a.effect == t for a in answer.affected)]
    certainties = [c.value for c in CERTAINTIES if any(a.certainty == c for a in answer.affected)]
    text, kind, effect, certainty = st.columns(4, gap="small")
    return Filter(
        text=text.text_input(
            "Filter by name, id, risk or unknown",
            placeholder="Filter: name, id, risk",
            label_visibility="collapsed",
        ),
        kinds=tuple(
            kind.multiselect(
                "Filter by kind", kinds, placeholder="Kind", label_visibility="collapsed"
            )
        ),
        effects=tuple(
            effect.multiselect(
                "Filter by what to do",
                effects,
                placeholder="What to do",
                label_visibility="collapsed",
                format_func=lambda e: ACTIONS[Transmits(e)],
            )
        ),
        certainties=tuple(
            certainty.multiselect(
                "Filter by certainty",
                certainties,
                placeholder="Certainty",
                label_visibility="collapsed",
            )
        ),
    )


def marked_anew(rows_in_all: int) -> None:
    """Makes the table mark the row that something else chose.

    A long table is sent anew only to take a mark away: that takes seconds.
    """
    if rows_in_all <= _MOST_MARKED or st.session_state.get(_MARKED):
        st.session_state[_EPOCH] = st.session_state.get(_EPOCH, 0) + 1
        st.session_state[_MARKED] = False


@st.cache_resource(show_spinner=False, max_entries=8)
def _data(
    _graph: Graph, _answer: Impact, _shown: Sequence[Affected], key: str
) -> list[dict[str, str | int]]:
    """The rows as the table shows them, kept while only the chosen row changes."""
    del key
    part = rows(replace(_answer, affected=tuple(_shown)), _graph)
    return [{"What to do": ACTIONS[a.effect], **row} for a, row in zip(_shown, part, strict=True)]


def table(
    answer: Impact,
    shown: Sequence[Affected],
    graph: Graph,
    chosen: str | None,
    on_choose: Callable[[str | None], None],
) -> None:
    """Shows the rows; choosing one tells its id, and giving it up tells None."""
    ids = [a.id for a in shown]
    parts = (identity(graph), answer.roots, ids, st.session_state.get(_EPOCH))
    key = f"affected-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"

    def told() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        st.session_state[_MARKED] = bool(picked)
        on_choose(ids[picked[0]] if picked else None)

    marked: DataframeStateInput | None = None
    if chosen in ids and len(ids) <= _MOST_MARKED:
        marked = {"selection": {"rows": [ids.index(chosen)]}}
    data = _data(graph, answer, shown, key)
    if not data:
        st.info("No row passes this filter. Clear it to see all rows.")
        return
    st.dataframe(
        data,
        key=key,
        on_select=told,
        selection_mode="single-row",
        selection_default=marked,
        hide_index=True,
        height=min(320, 38 + 35 * len(data)),
        column_order=(
            "name",
            "kind",
            "What to do",
            "certainty",
            "distance",
            "risks",
            "unknowns",
            "because",
            "document",
            "line",
            "effect",
            "id",
        ),
        column_config={
            "name": st.column_config.TextColumn("Name", width=230),
            "kind": st.column_config.TextColumn("Kind", width=85),
            "What to do": st.column_config.TextColumn(width=160, help="What the effect asks for"),
            "certainty": st.column_config.TextColumn(
                "Certainty",
                width=80,
                help="; ".join(
                    f"{word.value}: {CERTAINTIES[word]}" for word in list(CERTAINTIES)[:2]
                ),
            ),
            "distance": st.column_config.NumberColumn(
                "Steps", width=55, help="Distance: how many assertions lead from the revoked to it"
            ),
            "risks": st.column_config.TextColumn("Risks", width=90),
            "unknowns": st.column_config.TextColumn(
                "Unknown", width=120, help="Properties that nobody has established"
            ),
            "because": st.column_config.TextColumn(
                "Because", width=220, help="The last step of the chain"
            ),
            "document": st.column_config.TextColumn("Document", width=220),
            "line": st.column_config.TextColumn("Line", width=55),
            "effect": st.column_config.TextColumn(
                "Transmitted",
                width=110,
                help="; ".join(f"{t.value}: {TRANSMITS[t]}" for t in ACTIONS),
            ),
            "id": st.column_config.TextColumn("Id", width=260),
        },
    )


def downloads(answer: Impact, shown: Sequence[Affected], graph: Graph) -> None:
    """Buttons for the table as CSV, and for the whole answer as a report or as data."""
    cut = len(shown) != len(answer.affected)
    part = replace(answer, affected=tuple(shown))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            f"CSV: {len(shown)} of {len(answer.affected)} rows" if cut else "CSV",
            lambda: impact_as_csv(part, graph),
            "blast-radius-filtered.csv" if cut else "blast-radius.csv",
            "text/csv",
            on_click="ignore",
            help="The rows of the table, as filtered",
        )
        whole = "The whole answer, whatever the filter"
        st.download_button(
            "Report (HTML)",
            lambda: impact_report(answer, graph),
            "blast-radius.html",
            "text/html",
            on_click="ignore",
            help=f"{whole}; one file that needs no network",
        )
        st.download_button(
            "Report (Markdown)",
            lambda: impact_as_markdown(answer, graph),
            "blast-radius.md",
            "text/markdown",
            on_click="ignore",
            help=whole,
        )
        st.download_button(
            "Data (JSON)",
            lambda: json.dumps(impact_as_json(answer, graph), indent=2),
            "blast-radius.json",
            "application/json",
            on_click="ignore",
            help=whole,
        )
