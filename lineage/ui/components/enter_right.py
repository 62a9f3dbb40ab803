"""Entering a right: a form that writes a manifest, so that the record is reviewed in git."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lineage.errors import LineageError
from lineage.export.manifest import (
    SECTIONS,
    Said,
    complaints,
    right_as_manifest,
    write_manifest,
)
from lineage.governance import CONDITIONS, LEGAL_BASES, LEGAL_RECORDS, PURPOSES
from lineage.records import NodeRow
from lineage.ui.components.prose import block, code, prose
from lineage.vocabulary import GRANT_KINDS, UNKNOWN

_VERIFICATIONS = ("claimed", "verified", "refused", UNKNOWN)


def enter_right(thing: NodeRow) -> None:
    """The form for one thing, and what became of the last entry."""
    if thing.kind not in SECTIONS:
        return
    with st.expander("Record a right to it"), st.form(f"right-{thing.id}", border=False):
        name = st.text_input("Name of the right", placeholder="Agreement of 2024 with Okay")
        kind = st.selectbox(
            "Kind", [*GRANT_KINDS, UNKNOWN], format_func=lambda k: f"{k}: {GRANT_KINDS.get(k, '')}"
        )
        none_of = st.selectbox("If it is none: of what", ["", "agreement", "licence", "consent"])
        purposes = st.multiselect("Purposes that it allows", sorted(PURPOSES))
        prohibited = st.multiselect("Purposes that it forbids", sorted(PURPOSES))
        basis = st.selectbox("Legal basis", ["", *LEGAL_BASES])
        licence = st.text_input("Licence (SPDX id)")
        conditions = st.multiselect("Conditions", list(CONDITIONS))
        since, until = st.columns(2)
        valid_from = since.text_input("Valid from", placeholder="YYYY-MM-DD")
        valid_to = until.text_input("Valid to", placeholder="YYYY-MM-DD")
        verification = st.selectbox("Verification", _VERIFICATIONS)
        verified_by = since.text_input("Checked by")
        verified_on = until.text_input("Checked on", placeholder="YYYY-MM-DD")
        records = st.multiselect("Records that there are", list(LEGAL_RECORDS))
        text_at = st.text_input("Where its text is kept")
        digest = st.text_input("Digest of its text", placeholder="sha256:…")
        namespace = st.text_input("Namespace of the record", value="rights")
        folder = st.text_input(
            "Folder to write it to", placeholder="a folder of the repository that you commit"
        )
        if st.form_submit_button("Write the record", type="primary"):
            said = {
                "kind": kind,
                "none_of": none_of if kind == "none" else "",
                "purposes": purposes,
                "prohibited_purposes": prohibited,
                "legal_basis": basis,
                "licence": licence,
                "conditions": conditions,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "verification": verification,
                "verified_by": verified_by,
                "verified_on": verified_on,
                "legal_records": records,
                "text_at": text_at,
                "text_digest": digest,
            }
            _write(thing, name, said, namespace, folder)


def _write(thing: NodeRow, name: str, said: Said, namespace: str, folder: str) -> None:
    """Writes it, unless something of it would not be understood."""
    if not name.strip() or not folder.strip():
        st.error("Give the right a name, and a folder to write it to.")
        return
    try:
        text = right_as_manifest(thing, name.strip(), said, namespace)
        wrong = complaints(text)
        if wrong:
            prose("right-wrong", [block("warning", line) for line in wrong])
            st.code(text, language="yaml")
            return
        path = write_manifest(Path(folder).expanduser(), name.strip(), text)
    except LineageError as error:
        prose("right-error", [block("warning", str(error))])
        return
    prose(
        "right-done",
        [
            block("line", "Written to ", code(str(path)), ". Review and commit it; then read it:"),
        ],
    )
    st.code(f"lineage ingest {path.parent}", language=None)
    st.code(text, language="yaml")
