"""Checking a certificate from its folder and a public key alone: no store, no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.cases import Case, thaw
from lineage.cases.folding import PREFIX, fold
from lineage.cases.frozen import radius_of, sha256
from lineage.errors import InputError, LineageError
from lineage.export.certificate.content import certificate_of
from lineage.export.certificate.statement import opened
from lineage.ledger import Act, key_id, opens, verify
from lineage.store.ledger import Aside, LedgerRow


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, whether it holds, and what was found."""

    what: str
    holds: bool
    found: str


def check_folder(folder: Path, public: bytes) -> list[Check]:
    """Checks a certificate's folder; each check is told, also those that hold.

    Raises:
        InputError: it has no signed statement by the key.
    """
    text = _read(folder, "statement.dsse.json")
    inner = opened(text, {key_id(public): public}, str(folder / "statement.dsse.json"))
    certificate = inner["predicate"]["certificate"]
    checks = [Check("signature", True, f"signed by {key_id(public)}")]
    files = {s["name"]: s["digest"]["sha256"] for s in inner["subject"]}
    wrong = [name for name, digest in files.items() if _digest(folder, name) != digest]
    checks.append(
        Check("files", not wrong, f"changed or missing: {', '.join(wrong)}" if wrong
              else f"{len(files)} files are as they were signed")
    )  # fmt: skip
    if wrong:
        return checks
    for what, look in (
        ("ledger", lambda: _ledger(folder, public, inner["predicate"]["ledger"])),
        ("case", lambda: _case(folder, certificate)),
        ("blast radius", lambda: _radius(folder, certificate)),
        ("statement", lambda: _statement(certificate)),
    ):
        checks.append(_told(what, look))
    return checks


def _told(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what, True, look())
    except (LineageError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        return Check(what, False, str(error))


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", location=str(folder / name)
        ) from error


def _digest(folder: Path, name: str) -> str:
    if Path(name).name != name:
        return ""
    try:
        return sha256((folder / name).read_bytes())
    except OSError:
        return ""


def _ledger(folder: Path, public: bytes, signed: Mapping[str, Any]) -> str:
    with (folder / "ledger.jsonl").open("rb") as lines:
        found = verify(lines, public, str(signed["head"]))
    if not found.sound:
        raise InputError("; ".join(f"line {p.line}: {p.what}" for p in found.problems))
    if (found.head, found.signed_through) != (signed["head"], found.entries):
        raise InputError("it goes on after what was signed")
    return f"{found.entries:,} entries, signed through the last"


def _rows(folder: Path, about: str) -> list[LedgerRow]:
    rows = []
    for number, line in enumerate(_read(folder, "ledger.jsonl").splitlines(), 1):
        if json.loads(line)["about"] == about:
            rows.append(LedgerRow(number, sha256(line), about, line.decode()))
    return rows


def _folded(folder: Path, certificate: Mapping[str, Any]) -> Case:
    """The case as the ledger tells of it when the certificate was issued."""
    kept = {
        sha256(data): data
        for path in folder.iterdir()
        if path.suffix == ".json" or path.name.endswith(".gz")
        for data in (path.read_bytes(),)
    }
    id_ = certificate["case"]["id"]
    until = certificate["entries"]["last"]
    rows = [r for r in _rows(folder, PREFIX + id_) if r.number <= until]
    return fold(id_, rows, kept.get)


def _case(folder: Path, certificate: Mapping[str, Any]) -> str:
    openings = json.loads(_read(folder, "openings.json"))
    for id_, aside in openings.items():
        if id_.startswith("note:") and not opens(
            Aside(id_, "note", aside["salt"], aside["text"]), id_
        ):
            raise InputError(f"a note is not the one that the ledger commits to: {id_}")
    case = _folded(folder, certificate)
    told = {id_: aside["text"] for id_, aside in openings.items()}
    if json.loads(json.dumps(certificate_of(case, told))) != certificate:
        raise InputError("the certificate does not say what the ledger says of the case")
    issued = [r for r in _rows(folder, PREFIX + case.id) if r.number > case.last]
    digests = [
        json.loads(r.text)["body"].get("certificate")
        for r in issued
        if json.loads(r.text)["act"] == Act.CERTIFIED
    ]
    if _digest(folder, "certificate.json") not in digests:
        raise InputError("the ledger does not know of this certificate")
    if json.loads(_read(folder, "certificate.json")) != certificate:
        raise InputError("certificate.json is not what was signed")
    return f"{len(case.entries)} entries tell what the certificate says"


def _radius(folder: Path, certificate: Mapping[str, Any]) -> str:
    case = _folded(folder, certificate)
    data = _read(folder, "snapshot.jsonl.gz")
    if sha256(data) != case.body["snapshot"]:
        raise InputError("the snapshot is not the one that the case was decided on")
    graph = thaw(data)
    answer = radius_of(graph, case.body["roots"], str(case.body["cause"]))
    if answer.digest != case.body["answer"]:
        raise InputError("computed anew, the blast radius is another one")
    listed = {s["artifact"] for s in certificate["case"]["steps"]}
    left_out = {a.id for a in answer.affected} - listed
    if left_out:
        raise InputError(f"not in the certificate: {', '.join(sorted(left_out))}")
    return f"computed anew: {len(answer.affected)} affected, and all are in the certificate"


def _statement(certificate: Mapping[str, Any]) -> str:
    case = certificate["case"]
    left = [s["id"] for s in case["steps"] if s["status"] not in {"verified", "refused", "settled"}]
    if certificate["status"] == "final":
        if left or not case["statement"]:
            raise InputError(f"it is called final, and is not: {', '.join(left)}")
        return "final: no receipt is open"
    return f"interim: {len(left)} steps are open, and no statement is made"
