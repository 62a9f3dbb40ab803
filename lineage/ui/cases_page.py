"""The page "Cases": all revocation cases, what is due, and who is late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from lineage.cases import Case, cases
from lineage.export.cases import days_left, deadline_words, plain, told_of
from lineage.graph import Graph
from lineage.store.base import Store
from lineage.ui.case_opening import opening
from lineage.ui.components.prose import block, code, prose
from lineage.ui.links import CASE, Links
from lineage.ui.opened import answered

Told = dict[str, str]


def read(store: Store) -> list[tuple[Case, Told]]:
    """All cases, each with the names and notes that belong to it."""
    ledger = store.ledger()
    return [(case, told_of(ledger, case)) for case in cases(ledger)]


def show(graph: Graph, links: Links, address: str, page: st.Page) -> None:
    """Shows the page."""
    del links
    opening(graph, address)
    found = answered(address, read)
    if not found:
        prose(
            "no-cases",
            [
                block("headline", "No revocation case is open in this store."),
                block(
                    "line",
                    "When an order, a withdrawal or a takedown comes: open a case above, or in a "
                    "terminal:",
                ),
            ],
        )
        st.code(
            f"lineage case preview NAME --store {graph.store}\n"
            f"lineage case open NAME --store {graph.store} --cause order --issued-by WHO "
            "--right TEXT --received YYYY-MM-DD --days 30",
            language=None,
        )
        return
    unfinished = [case for case, _ in found if case.status != "closed"]
    late = [c for c in unfinished if (days_left(str(c.body["deadline"])) or 0) < 0]
    prose(
        "cases",
        [
            block(
                "headline",
                f"{len(unfinished)} of {len(found)} {'case' if len(found) == 1 else 'cases'} open"
                + (f"; {len(late)} overdue." if late else "."),
            )
        ],
    )
    _table(found, page)
    _late(found)


def _table(found: Sequence[tuple[Case, Told]], page: st.Page) -> None:
    rows = [
        {
            "Case": case.id,
            "Status": case.status,
            "Deadline": deadline_words(case),
            "Open": len(case.open_steps),
            "Steps": len(case.steps),
            "Wave now": min((s.step.wave for s in case.open_steps), default=0),
            "Waves": case.plan.waves,
            "Cause": str(case.body["cause"]),
            "Issued by": plain(told, case.body.get("issued_by")),
            "Revoked": ", ".join(case.body["roots"]),
        }
        for case, told in found
    ]

    st.dataframe(rows, key="cases-table", hide_index=True, width="stretch")
    st.caption(f"{len(rows)} cases")
    with st.container(horizontal=True, gap="small"):
        for case, _ in found:
            st.page_link(page, label=f"Open case {case.id}", query_params={CASE: case.id})


def _late(found: Sequence[tuple[Case, Told]]) -> None:
    """Who has open steps, and in which cases the deadline is near or past."""
    waiting: Counter[tuple[str, str]] = Counter()
    for case, told in found:
        for state in case.open_steps:
            who = plain(told, state.assignee) or state.step.owner or "nobody"
            waiting[who, case.id] += 1
    if not waiting:
        return
    left = {c.id: days_left(str(c.body["deadline"])) for c, _ in found}
    st.subheader("Who has what to do")
    st.dataframe(
        [
            {
                "Who": who,
                "Case": case,
                "Open steps": count,
                "Days left": left[case],
                "Late": "late" if (left[case] or 0) < 0 else "",
            }
            for (who, case), count in waiting.most_common()
        ],
        hide_index=True,
        width="stretch",
    )
    if any(who == "nobody" for who, _ in waiting):
        prose(
            "nobody",
            [
                block(
                    "warning",
                    "Some steps are nobody's. Give them to somebody: ",
                    code("lineage case assign CASE all --to NAME"),
                )
            ],
        )
