"""The page "Case": the order, what was and is affected, the steps, and acts on one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import streamlit as st

from lineage.cases import Case, StepState, case_of, cases, thaw
from lineage.cases.frozen import radius_of
from lineage.drawing.picture import Picture
from lineage.drawing.scenes import blast_picture
from lineage.errors import StoreError
from lineage.export.cases import deadline_words, effort_words, plain, rows_of, told_of
from lineage.graph import Graph
from lineage.impact import Impact
from lineage.store.base import Store
from lineage.ui.blast_page import drawn_words
from lineage.ui.case_acts import acts
from lineage.ui.case_ending import ending
from lineage.ui.components.canvas import canvas
from lineage.ui.components.prose import Block, block, code, name, prose, tag
from lineage.ui.components.tiles import Tile, tiles
from lineage.ui.links import CASE, STEP, Links, ask, asked
from lineage.ui.opened import answered

Told = dict[str, str]

_COLUMNS = (
    "step", "wave", "action", "status", "kind", "name", "owner", "waits for", "done", "verified",
    "why", "looked", "doubts", "artifact",
)  # fmt: skip


def show(graph: Graph, links: Links, address: str) -> None:
    """Shows the page."""
    del graph, links
    ids = answered(address, lambda store: [case.id for case in cases(store.ledger())])
    if not ids:
        prose("no-case", [block("headline", "No revocation case is open in this store.")])
        return
    wanted = asked(CASE)
    chosen = st.selectbox(
        "Case", ids, index=ids.index(wanted[0]) if wanted and wanted[0] in ids else len(ids) - 1
    )
    if wanted and wanted[0] not in ids:
        prose("unknown-case", [block("warning", "There is no such case: ", code(wanted[0]))])
    if [chosen] != wanted:
        ask(CASE, [chosen])
        ask(STEP, [])
    case, told = answered(address, lambda store: _read(store, chosen))
    prose("case", _order(case, told))
    _doubts(case)
    tiles([_numbers(case)])
    left, right = st.columns([0.66, 0.34], gap="medium")
    with left:
        _steps(case, told)
        _pictures(address, case)
        ending(address, case)
    with right, st.container(key="why"):
        _chosen(address, case, told)


def _read(store: Store, id_: str) -> tuple[Case, Told]:
    case = case_of(store.ledger(), id_)
    return case, told_of(store.ledger(), case)


def _order(case: Case, told: Told) -> list[Block]:
    body = case.body
    part = plain(told, body.get("part"))
    blocks = [
        block("headline", f"Case {case.id} is {case.status}; deadline {deadline_words(case)}."),
        block(
            "line",
            f"{body['cause']}, issued by ",
            name(plain(told, body.get("issued_by"))),
            f" ({plain(told, body.get('right'))}), received {body['received']}, opened "
            f"{case.opened_at[:16].replace('T', ' ')} UTC by ",
            name(plain(told, case.opened_by)),
        ),
        block("line", "Revoked: ", *[code(r) for r in body["roots"]], f" {part}"),
        block("line", f"{effort_words(case.plan)}; {case.plan.waves} waves."),
    ]
    if case.grew:
        blocks.append(
            block("warning", "Later ingests showed more that is affected: the case has grown.")
        )
    if case.statement:
        blocks.append(block("line", "Statement: ", name(plain(told, case.statement))))
    return blocks


def _doubts(case: Case) -> None:
    doubts = case.plan.doubts
    if doubts:
        with st.expander(f"In doubt: {len(doubts)}"):
            prose("case-doubts", [block("line", doubt) for doubt in doubts])


def _numbers(case: Case) -> list[Tile]:
    counts = Counter(s.status.value for s in case.steps.values())
    held = sum(bool(s.held) for s in case.steps.values())
    return [
        Tile("Open", f"{counts['open'] + counts['assigned']}", "Not carried out yet."),
        Tile("To be verified", f"{counts['done']}", "Done; another person has to confirm it."),
        Tile("Verified", f"{counts['verified']}", "Done, and confirmed by another person."),
        Tile("Refused", f"{counts['refused']}", "Will not be carried out, on a legal basis."),
        Tile("Held", f"{held}", "A duty to preserve stops them."),
        Tile("Nothing to do", f"{counts['settled']}", "Records, and other names of one thing."),
    ]


def _steps(case: Case, told: Told) -> None:
    rows = rows_of(case, told)
    ids = [str(row["step"]) for row in rows]
    key = f"case-steps-{case.id}-{case.last}"

    def picked() -> None:
        at = st.session_state[key]["selection"]["rows"]
        ask(STEP, [ids[at[0]]] if at else [])

    st.dataframe(
        [{column.capitalize(): row[column] for column in _COLUMNS} for row in rows],
        key=key,
        on_select=picked,
        selection_mode="single-row",
        hide_index=True,
        height=min(420, 38 + 35 * len(rows)),
        column_config={
            "Name": st.column_config.TextColumn(width=220),
            "Why": st.column_config.TextColumn(width=260),
        },
    )
    st.caption(
        f"{len(rows)} steps, {len(case.open_steps)} open. Select a row to act on it. "
        "Work lists for those who do it: lineage case worklist"
    )


@st.cache_resource(show_spinner="Reading the frozen snapshot …", max_entries=4)
def _frozen(_store: Store, digest: str, roots: tuple[str, ...], cause: str) -> tuple[Graph, Impact]:
    data = _store.ledger().kept(digest)
    if data is None:
        raise StoreError(f"the snapshot of the case is not in this store: {digest}")
    graph = thaw(data)
    return graph, radius_of(graph, roots, cause)


def _pictures(address: str, case: Case) -> None:
    """What was affected when the case was opened, and what of it is still to be dealt with."""
    body = case.body
    graph, answer = answered(
        address,
        lambda store: _frozen(
            store, str(body["snapshot"]), tuple(body["roots"]), str(body["cause"])
        ),
    )
    left = {s.step.artifact for s in case.steps.values() if s.open}
    names = {
        s.step.artifact
        for s in case.steps.values()
        if s.step.after and s.step.role.value == "name" and case.steps[s.step.after[0]].open
    }
    now = replace(answer, affected=tuple(a for a in answer.affected if a.id in left | names))
    when = st.segmented_control(
        "Picture", ["When it was opened", "Now"], default="When it was opened", key="case-when"
    )
    shown = now if when == "Now" else answer
    picture = _drawn(graph, shown)
    canvas(
        "case-picture",
        picture,
        drawn_words(picture, "affected" if shown is answer else "still to be dealt with"),
        None,
        lambda id_: _choose(case, id_),
        click_does="to act on it",
    )


def _drawn(graph: Graph, answer: Impact) -> Picture:
    return blast_picture(graph, answer, ())


def _choose(case: Case, artifact: str) -> None:
    steps = [n for n, s in case.steps.items() if s.step.artifact == artifact]
    ask(STEP, steps[:1])


def _chosen(address: str, case: Case, told: Told) -> None:
    wanted = asked(STEP)
    state = case.steps.get(wanted[0]) if wanted else None
    if state is None:
        prose("step", [block("title", "Steps"), block("note", "Select a row of the table.")])
        return
    prose("step", _about(case, state, told))
    acts(address, case, state)


def _about(case: Case, state: StepState, told: Told) -> list[Block]:
    step = state.step
    blocks = [
        block("title", f"{step.id}: {step.action.value} {step.name}"),
        block("line", tag(state.status.value), f" wave {step.wave} · {step.kind} · ",
              f"{step.certainty}"),
        block("line", f"Why it suffices: {step.why}."),
        block("line", code(step.artifact)),
    ]  # fmt: skip
    blocks += [block("place", code(place)) for place in step.places if place != step.artifact]
    if state.held:
        blocks.append(block("warning", f"Held: {plain(told, state.held)}"))
    waiting = case.waits_for(state)
    if waiting and state.open:
        blocks.append(block("warning", f"Waits for {', '.join(waiting)}."))
    if state.reason:
        basis = f" ({state.basis})" if state.basis else ""
        blocks.append(block("line", f"Reason: {plain(told, state.reason)}{basis}"))
    blocks += [block("warning", f"In doubt: {doubt}") for doubt in step.doubts]
    if step.options:
        blocks.append(block("note", f"Would suffice too: {', '.join(step.options)}."))
    return blocks + _receipt(state, told)


def _receipt(state: StepState, told: Told) -> list[Block]:
    receipt = state.receipt
    if receipt is None:
        return []
    when = receipt.at[:16].replace("T", " ")
    blocks = [
        block("title", "Receipt"),
        block("line", f"{when} UTC by ", name(plain(told, receipt.by))),
        block("line", f"How: {plain(told, receipt.method)}"),
    ]
    if receipt.digest_before:
        blocks.append(block("line", "Digest before: ", code(receipt.digest_before)))
    blocks += [
        block("line", plain(told, e.get("note")), " ", code(str(e.get("sha256", ""))))
        for e in receipt.evidence
    ]
    blocks += [block("line", f"{outcome}: ", code(place)) for place, outcome in receipt.looks]
    blocks.append(
        block("line", "Verified by ", name(plain(told, receipt.verified_by)),
              f", {receipt.verified_at[:16].replace('T', ' ')} UTC")
        if receipt.closed
        else block("warning", "Nobody has verified it yet.")
    )  # fmt: skip
    return blocks
