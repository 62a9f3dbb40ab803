"""Acts on one step, as a form: only what the step allows, on what the person looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from lineage.cases import (
    BASES,
    Acting,
    Case,
    Evidence,
    Status,
    StepState,
    assign,
    done,
    give_back,
    hold,
    refuse,
    release,
    verify_step,
)
from lineage.errors import LineageError
from lineage.ui.components.prose import block, prose
from lineage.ui.opened import answered

_BY, _TEXT, _NOTE, _FILE, _BASIS = (
    f"case-{what}" for what in ("by", "text", "note", "file", "basis")
)
_REFUSED = "case-refused"

Act = Callable[[Acting, list[str], str], object]


def acts(address: str, case: Case, state: StepState) -> None:
    """The form for a step."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        prose("case-refused", [block("warning", refused)])
    if case.closed_at or not (state.open or state.held):
        return
    st.text_input("Your name", key=_BY, max_chars=100)
    st.text_input("How, to whom, or why", key=_TEXT, max_chars=2_000)
    offered: dict[str, Act] = {}
    if state.status in {Status.OPEN, Status.ASSIGNED}:
        st.text_input("Evidence in words", key=_NOTE, max_chars=2_000)
        st.file_uploader(
            "Evidence as a file: its digest is kept, the file is not", key=_FILE, max_upload_size=64
        )
        offered["Give it to …"] = assign
        offered["It is done"] = _done
    if state.status is Status.DONE:
        offered["Verify"] = verify_step
        offered["Give it back"] = give_back
    if state.open:
        st.selectbox("Basis of a refusal", list(BASES), format_func=BASES.__getitem__, key=_BASIS)
        offered["Refuse"] = lambda a, names, text: refuse(
            a, names, text, str(st.session_state[_BASIS])
        )
        if not state.held:
            offered["Hold"] = hold
    if state.held:
        offered["Release"] = release
    with st.container(horizontal=True, gap="small"):
        for label, act in offered.items():
            st.button(label, on_click=_pressed, args=(address, case, state.step.id, act))


def _done(acting: Acting, names: list[str], text: str) -> object:
    evidence = [Evidence(note)] if (note := str(st.session_state.get(_NOTE) or "")) else []
    file = st.session_state.get(_FILE)
    if file is not None:
        data = file.getvalue()
        evidence.append(Evidence(f"file {file.name}", hashlib.sha256(data).hexdigest(), len(data)))
    return done(acting, names, text or "not said how", evidence=evidence)


def _pressed(address: str, case: Case, step: str, act: Act) -> None:
    by = str(st.session_state.get(_BY) or "").strip()
    text = str(st.session_state.get(_TEXT) or "").strip()
    try:
        if not by:
            raise LineageError("say who you are first")
        answered(
            address, lambda store: act(Acting(store, case.id, by, seen=case.last), [step], text)
        )
    except LineageError as error:
        st.session_state[_REFUSED] = str(error)
        return
    for key in (_TEXT, _NOTE):
        if key in st.session_state:
            st.session_state[key] = ""
