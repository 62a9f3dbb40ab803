"""Issuing a certificate: a folder with the document and all that is needed to check it."""

from __future__ import annotations

import json
from pathlib import Path

from lineage.cases import Case, case_of
from lineage.cases.folding import PREFIX
from lineage.cases.frozen import sha256
from lineage.errors import StoreError, UsageError
from lineage.export.cases import told_of
from lineage.export.certificate.content import certificate_of, parts_of
from lineage.export.certificate.page import as_html
from lineage.export.certificate.paper import as_pdf
from lineage.export.certificate.statement import envelope, statement
from lineage.ledger import (
    Act,
    Draft,
    Keyring,
    active_key,
    checkpoint,
    export,
    key_id,
    record,
)
from lineage.ledger.keys import public_pem
from lineage.store.base import Store
from lineage.store.ledger import LedgerStore

FILES = {
    "certificate.html": "the certificate, to read",
    "certificate.pdf": "the certificate, to file",
    "certificate.json": "what it says, as data",
    "statement.dsse.json": "in-toto statement over the other files, signed (DSSE)",
    "ledger.jsonl": "the ledger, up to the checkpoint that covers the certificate",
    "snapshot.jsonl.gz": "the graph that the case was decided on",
    "plan.json": "the plan, as the case was opened with it",
    "openings.json": "the notes and names that the ledger's entries commit to",
    "key.public.pem": "the public key; have it by another way too",
}


def issue(store: Store, id_: str, folder: Path, keyring: Keyring, by: str) -> Case:
    """Writes the certificate of a case into a new folder; interim while something is open.

    Raises:
        UsageError: the folder has something in it, or there is no key that signs.
        StoreError: something that the case stands on is missing.
    """
    ledger = store.ledger()
    public = active_key(ledger)
    if public is None:
        raise UsageError(
            "no key signs this ledger yet", remedy="Make one with: lineage ledger key create"
        )
    sign = keyring.signer(public)
    case = case_of(ledger, id_)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError("there is something in that folder already", location=str(folder))
    except OSError as error:
        raise UsageError(
            f"the folder cannot be written to: {error.strerror}", location=str(folder)
        ) from error
    told = told_of(ledger, case)
    certificate = certificate_of(case, told)
    data = _json(certificate)
    digest = sha256(data)
    record(
        store,
        Draft(Act.CERTIFIED, {"certificate": digest, "status": certificate["status"]},
              PREFIX + id_, by),
    )  # fmt: skip
    last = checkpoint(ledger, keyring, by).row()
    export(ledger, folder / "ledger.jsonl")
    asides = ledger.asides({*told})
    openings = {a.id: {"salt": a.salt, "text": a.text} for a in asides.values()}
    parts = parts_of(certificate, public, digest)
    title = "Certificate of deletion"
    if certificate["status"] != "final":
        title = "Interim report on deletion"
    under = f"Affected Work Product · case {id_} · {case.body['cause']}"
    foot = f"Case {id_} · certificate.json SHA-256 {digest[:32]}…"
    files = {
        "certificate.json": data,
        "certificate.html": as_html(title, under, parts, foot).encode(),
        "certificate.pdf": as_pdf(title, under, parts, foot),
        "snapshot.jsonl.gz": _kept(ledger, str(case.body["snapshot"])),
        "plan.json": _kept(ledger, str(case.body["plan"])),
        "openings.json": _json(openings),
        "key.public.pem": public_pem(public).encode(),
    }
    for entry in case.entries:
        if entry.act == Act.CASE_GREW:
            more = str(entry.body["more"])
            files[f"grown-{more[:16]}.json"] = _kept(ledger, more)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    digests = {p.name: sha256(p.read_bytes()) for p in sorted(folder.iterdir())}
    predicate = {
        "certificate": certificate,
        "ledger": {"head": last.digest, "entries": last.number, "key": key_id(public)},
    }
    signed = envelope(statement(digests, predicate), key_id(public), sign)
    (folder / "statement.dsse.json").write_bytes(_json(signed))
    return case


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _kept(ledger: LedgerStore, digest: str) -> bytes:
    data = ledger.kept(digest)
    if data is None:
        raise StoreError(
            f"what the case was decided on is not in this store: {digest}",
            remedy="Restore the store from a backup that has it.",
        )
    return data
