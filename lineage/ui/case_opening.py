"""Opening a case in the browser: what it is about, what it would mean, and the act itself."""

from __future__ import annotations

import streamlit as st

from lineage.cases import Order, Preview, open_case, preview
from lineage.cases.opening import DEADLINES, after_days
from lineage.errors import LineageError
from lineage.export.cases import alternative_as_json, counts_words, effort_words
from lineage.graph import Graph
from lineage.plan import PLANS, Role
from lineage.ui.components.prose import block, code, prose
from lineage.ui.opened import answered
from lineage.vocabulary import REVOCATION_CAUSES

_PREVIEWED = "case-previewed"
_OPENED = "case-opened"


def opening(graph: Graph, address: str) -> None:
    """The form. A preview changes nothing; the case is opened by a button of its own."""
    done = st.session_state.pop(_OPENED, None)
    if done:
        st.success(done)
    with st.expander("Open a case"):
        names = st.text_input(
            "What is revoked",
            help="Names or ids of sources, data sets, grants, parties; one a line",
        )
        left, right = st.columns(2)
        cause = left.selectbox(
            "Cause", list(REVOCATION_CAUSES), index=list(REVOCATION_CAUSES).index("order"),
            format_func=lambda c: f"{c}: {REVOCATION_CAUSES[c]}",
        )  # fmt: skip
        issued_by = right.text_input("Issued by")
        by_right = left.text_input("By what right", help="The order's number, an article")
        received = right.date_input("Received on", value="today", max_value="today")
        days = left.selectbox("Days to the deadline", DEADLINES)
        source = right.text_input(
            "Where the deadline stands", help="Without it, it is shown as unverified"
        )
        part = left.text_input("Which part", help="Empty: all of it")
        ours = right.text_input("Who we are", help="Names or ids of parties, with commas between")
        policy = left.selectbox("Policy", list(PLANS))
        by = right.text_input("Your name", key="case-opening-by")
        try:
            if not names.strip():
                return
            order = Order(
                tuple(graph.nodes[graph.resolve(n)].id for n in _split(names)),
                str(cause),
                issued_by,
                by_right,
                str(received),
                after_days(str(received), int(days or DEADLINES[0])),
                source,
                part,
                tuple(graph.nodes[graph.resolve(n)].id for n in _split(ours)),
            )
            found = preview(graph, order, PLANS[str(policy)])
        except LineageError as error:
            prose("case-opening-refused", [block("warning", str(error))])
            return
        _previewed(found)
        st.button("Open the case", type="primary", on_click=_open,
                  args=(graph, address, order, by, str(policy)))  # fmt: skip
        refused = st.session_state.pop(_PREVIEWED, None)
        if refused:
            prose("case-open-refused", [block("warning", refused)])


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def _previewed(found: Preview) -> None:
    prose(
        "case-preview",
        [
            block("title", "If it is opened"),
            block("line", f"{counts_words(found.plan)}; {effort_words(found.plan)}"),
            block("line", "Revoked: ", *[code(r) for r in found.order.roots]),
            *(block("note", f"In doubt: {doubt}") for doubt in found.plan.doubts),
        ],
    )
    st.dataframe(
        [
            {
                "Way": a["name"], "Kept": a["kept"], "Ended": a["ended"],
                "Data taken out of": a["taken_out"], "Waves": a["waves"],
                "Hours known": a["hours"], "Effort unknown": a["unknown_effort"],
                "What it means": a["says"], "Assumes": a["assumes"],
            }
            for a in map(alternative_as_json, found.alternatives)
        ],
        hide_index=True,
        width="stretch",
    )  # fmt: skip
    st.dataframe(
        [
            {"Wave": s.wave, "Action": s.action.value, "Kind": s.kind, "Name": s.name, "Why": s.why}
            for s in found.plan.steps
            if s.role is not Role.NAME
        ],
        hide_index=True,
        height=260,
        width="stretch",
    )


def _open(graph: Graph, address: str, order: Order, by: str, policy: str) -> None:
    try:
        if not by.strip():
            raise LineageError("say who you are first")
        id_ = answered(
            address,
            lambda store: open_case(store, graph, order, by=by, remediation=PLANS[policy]),
        )
    except LineageError as error:
        st.session_state[_PREVIEWED] = str(error)
        return
    st.session_state[_OPENED] = f"Case {id_} is open. Its steps are on the page Case."
