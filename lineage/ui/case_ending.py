"""The end of a case in the browser: its statement, and its certificate as one file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import streamlit as st

from lineage.cases import Acting, Case, close
from lineage.errors import LineageError
from lineage.export.certificate import issue
from lineage.ledger import Keyring
from lineage.store.base import Store
from lineage.ui.components.prose import block, prose
from lineage.ui.opened import answered

_STATEMENT, _BY, _FILE, _REFUSED = (
    f"case-end-{what}" for what in ("statement", "by", "file", "refused")
)


def ending(address: str, case: Case) -> None:
    """What is offered: the statement once nothing is open, and a certificate at any time."""
    title = "Certificate" if case.status == "closed" else "Statement and certificate"
    with st.expander(title, expanded=case.status in {"ready", "closed"}):
        refused = st.session_state.pop(_REFUSED, None)
        if refused:
            prose("case-end-refused", [block("warning", refused)])
        st.text_input("Who signs", key=_BY, max_chars=100)
        if case.status == "ready":
            st.text_area(
                "Statement",
                "I declare under penalty of perjury that the foregoing is true and correct.",
                key=_STATEMENT,
                max_chars=5_000,
            )
            st.button("Make the statement", on_click=_close, args=(address, case), type="primary")
        elif case.status != "closed":
            left = len(case.open_steps)
            st.caption(f"{left} steps are open: a certificate made now is an interim report.")
        st.button("Issue the certificate", on_click=_issue, args=(address, case))
        made = st.session_state.get(_FILE)
        if made and made[0] == case.id:
            st.download_button(
                "Download the certificate and all that checks it (ZIP)", made[1],
                f"certificate-{case.id}.zip", "application/zip", on_click="ignore",
            )  # fmt: skip


def _close(address: str, case: Case) -> None:
    text, by = str(st.session_state[_STATEMENT]), str(st.session_state[_BY] or "")
    try:
        if not by.strip():
            raise LineageError("say who you are first")
        answered(address, lambda store: close(Acting(store, case.id, by), text))
    except LineageError as error:
        st.session_state[_REFUSED] = str(error)


def _issue(address: str, case: Case) -> None:
    by = str(st.session_state[_BY] or "")
    try:
        if not by.strip():
            raise LineageError("say who you are first")
        st.session_state[_FILE] = (
            case.id,
            answered(address, lambda store: _zipped(store, case.id, by)),
        )
    except LineageError as error:
        st.session_state[_REFUSED] = str(error)


def _zipped(store: Store, id_: str, by: str) -> bytes:
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "certificate"
        issue(store, id_, folder, Keyring(), by)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, f"certificate-{id_}/{path.name}")
    return out.getvalue()
