"""What a certificate says, as data and as the parts of a document.

The data is ``certificate.json``: ``{"form", "status", "case": {…}, "affected": […], "unknown":
[…]}``. The parts are what the HTML page and the PDF show, in one order and in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lineage.cases import BASES, Case
from lineage.export.cases import case_as_json, plain
from lineage.ledger import key_id
from lineage.plan import ACTIONS, Action, Brings, Role
from lineage.vocabulary import REVOCATION_CAUSES

FORM = "lineage certificate 1"


@dataclass(frozen=True)
class Part:
    """A part of the document: a heading, paragraphs, pairs of name and value, a table."""

    heading: str
    paragraphs: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    widths: Sequence[float] = ()
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[str] = field(default_factory=tuple)
    """Lines to sign on."""


def certificate_of(case: Case, told: Mapping[str, str]) -> dict[str, Any]:
    """A certificate's data; interim while something is open."""
    return {
        "form": FORM,
        "status": "final" if case.status == "closed" else "interim",
        "case": case_as_json(case, told),
        "entries": {"first": case.entries[0].number, "last": case.last},
        "unknown": _unknown(case, told),
    }


def _unknown(case: Case, told: Mapping[str, str]) -> list[dict[str, str]]:
    """What is not known, and what was done about it."""
    found = []
    for state in case.steps.values():
        for doubt in state.step.doubts:
            done = "nothing yet"
            if state.receipt and state.receipt.closed:
                done = f"{state.step.action.value}: carried out and verified"
            elif state.status.value == "refused":
                done = f"refused: {plain(told, state.reason)}"
            found.append({"artifact": state.step.name, "unknown": doubt, "done": done})
    return found


def parts_of(certificate: Mapping[str, Any], public: bytes, digest: str) -> list[Part]:
    """The parts of the document.

    Args:
        certificate: its data.
        public: the key that signs it.
        digest: SHA-256 of ``certificate.json``.
    """
    case = certificate["case"]
    order, steps = case["order"], case["steps"]
    shown = [s for s in steps if s["role"] != Role.NAME.value]
    exhibits = _exhibits(shown)
    return [
        _of_order(case, order),
        _of_scope(case, order, shown),
        _of_method(case, order, shown),
        _of_steps(shown, exhibits),
        _of_notices(shown),
        _of_exceptions(shown),
        _of_unknown(certificate["unknown"], order),
        _of_exhibits(exhibits),
        _of_checking(case, order, public, digest),
        _of_statement(certificate, case, shown),
    ]


def _of_order(case: Mapping[str, Any], order: Mapping[str, Any]) -> Part:
    deadline = order["deadline"] or "none was given"
    if order["deadline"]:
        source = order["deadline_source"] or "unverified: nobody has named the text it stands in"
        deadline = f"{deadline} ({source})"
    return Part(
        "The order",
        pairs=[
            ("Case", case["id"]),
            ("Cause", f"{order['cause']}: {REVOCATION_CAUSES.get(order['cause'], '')}"),
            ("Issued by", order["issued_by"]),
            ("By what right", order["right"]),
            ("Received on", order["received"]),
            ("Deadline", deadline),
            ("Opened", f"{_time(case['opened_at'])} by {case['opened_by']}"),
        ],
    )


def _of_scope(
    case: Mapping[str, Any], order: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
) -> Part:
    cohort = order.get("cohort") or {}
    hit = sum(s["role"] in {Role.AFFECTED.value, Role.REVOKED.value} for s in steps)
    informed = sum(s["role"] == Role.INFORMED.value for s in steps)
    people = (
        [("People who withdrew", f"{cohort['count']}, in {len(cohort['found'])} versions")]
        if cohort
        else []
    )
    return Part(
        "Scope",
        paragraphs=[
            f"What was revoked reaches {hit} artifacts and copies of them, the revoked itself "
            f"included (Affected Work Product); claims about {informed} more rest on it. They "
            f"are listed in part 4. {order['undetermined']} other things stand on something of "
            "unknown origin and are not called clean."
        ],
        pairs=[
            ("Revoked", "; ".join(order["roots"])),
            ("Part", order["part"] or "all of it"),
            *people,
            ("Spared: another right covers it", "; ".join(order.get("spared", ())) or "nothing"),
            ("Doubts of the whole", "; ".join(case["plan"]["doubts"]) or "none"),
        ],
    )


def _of_method(
    case: Mapping[str, Any], order: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
) -> Part:
    receipts = [s["receipt"] for s in steps if s["receipt"]]
    verified = sum(bool(r["verified_by"]) for r in receipts)
    looked = sum(bool(r["looks"]) for r in receipts)
    return Part(
        "Method",
        paragraphs=[
            "The blast radius was computed on a frozen snapshot of the lineage graph: everything "
            "that was derived, trained, merged, distilled, copied or served from what was revoked, "
            "without a limit on depth or number, statements that documents no longer make "
            "included. For each artifact the cheapest action that suffices was chosen by a policy "
            f"that is data. {len(receipts)} of {len(steps)} steps have a receipt; {verified} were "
            "confirmed by another person than the one who carried them out. For "
            f"{looked} of them Lineage looked, read-only, at the places where the bytes were known "
            "to lie; for the others the receipt rests on the evidence and on who confirmed it.",
        ],
        pairs=[
            ("Snapshot (SHA-256)", order["snapshot"]),
            ("Version of the store", str(order["version"])),
            ("Policy of impact", order["impact_policy"]),
            ("Policy of remediation", f"{order['remediation_policy']} "
             f"({order['remediation_digest']})"),
            ("Answer (SHA-256)", order["answer"]),
            ("Waves", str(case["plan"]["waves"])),
        ],
    )  # fmt: skip


def _of_steps(steps: Sequence[Mapping[str, Any]], exhibits: _Exhibits) -> Part:
    listed = [s for s in steps if s["role"] != Role.TOLD.value]
    return Part(
        "Affected work product, and what was done about it",
        columns=("Step", "Artifact", "Action and why it suffices", "Carried out", "Verified"),
        widths=(0.07, 0.27, 0.26, 0.22, 0.18),
        rows=[
            (
                s["id"],
                f"{s['name']}\n{s['artifact']}\n{s['kind']}, {s['certainty']}",
                f"{s['action']}: {s['why']}",
                _carried_out(s, exhibits),
                _verified(s),
            )
            for s in listed
        ],
    )


def _carried_out(s: Mapping[str, Any], exhibits: _Exhibits) -> str:
    receipt = s["receipt"]
    if not receipt:
        return {"refused": "refused, see part 6", "settled": "nothing to do"}.get(
            s["status"], f"OPEN ({s['status']})"
        )
    numbers = [exhibits[e.get("note", ""), e.get("sha256", "")] for e in receipt["evidence"]]
    before = f"\ndigest before: {receipt['digest_before']}" if receipt["digest_before"] else ""
    told = ", ".join(f"E{n}" for n in numbers)
    return f"{_time(receipt['at'])}\nby {receipt['by']}: {receipt['method']}{before}" + (
        f"\nevidence: {told}" if told else ""
    )


def _verified(s: Mapping[str, Any]) -> str:
    receipt = s["receipt"]
    if not receipt:
        return "" if s["status"] in {"refused", "settled"} else "OPEN"
    looks = "\n".join(f"{place}: {outcome}" for place, outcome in receipt["looks"])
    by = (
        f"{_time(receipt['verified_at'])}\nby {receipt['verified_by']}"
        if receipt["verified_by"]
        else "OPEN: nobody has verified it"
    )
    return "\n".join(filter(None, (by, receipt["remark"], looks)))


def _of_notices(steps: Sequence[Mapping[str, Any]]) -> Part:
    told = [s for s in steps if s["action"] == Action.NOTIFY.value]
    return Part(
        "Recipients who were told",
        paragraphs=[] if told else ["No recipient is known, and nothing was published."],
        columns=("Step", "What they hold", "Why they are told", "Told on") if told else (),
        widths=(0.07, 0.37, 0.4, 0.16),
        rows=[
            (
                s["id"],
                f"{s['name']}\n{s['artifact']}",
                s["why"],
                _time(s["receipt"]["at"]) if s["receipt"] else f"OPEN ({s['status']})",
            )
            for s in told
        ],
    )


def _of_exceptions(steps: Sequence[Mapping[str, Any]]) -> Part:
    refused = [s for s in steps if s["status"] == "refused"]
    held = [s for s in steps if s["held"]]
    rows = [
        (s["id"], s["name"], f"{BASES.get(s['basis'], s['basis'])}: {s['reason']}",
         f"decided by {s['refused_by']}")
        for s in refused
    ] + [(s["id"], s["name"], f"held: {s['held']}", "") for s in held]  # fmt: skip
    return Part(
        "Exceptions",
        paragraphs=[] if rows else ["None: no step was refused, and none is held."],
        columns=("Step", "Artifact", "Basis and reason", "Decision") if rows else (),
        widths=(0.08, 0.3, 0.42, 0.2),
        rows=rows,
    )


_Exhibits = Mapping[tuple[str, str], int]


def _exhibits(steps: Sequence[Mapping[str, Any]]) -> _Exhibits:
    """What was attached as evidence, by text and digest, each with its number."""
    found: dict[tuple[str, str], int] = {}
    for s in steps:
        for e in (s["receipt"] or {}).get("evidence", ()):
            found.setdefault((e.get("note", ""), e.get("sha256", "")), len(found) + 1)
    return found


def _of_exhibits(exhibits: _Exhibits) -> Part:
    return Part(
        "Exhibits",
        paragraphs=[
            "Files are kept by whoever attached them; their digests are in the ledger."
            if exhibits
            else "No evidence was attached."
        ],
        columns=("No.", "What it is", "SHA-256") if exhibits else (),
        widths=(0.07, 0.43, 0.5),
        rows=[(f"E{n}", note, digest) for (note, digest), n in exhibits.items()],
    )


def _of_unknown(unknown: Sequence[Mapping[str, str]], order: Mapping[str, Any]) -> Part:
    return Part(
        "What is unknown, and what was done about it",
        paragraphs=[
            f"{order['undetermined']} things outside this list stand on something whose origin "
            "nobody has stated; they were left as they are. Of the things in the list:"
        ],
        columns=("Artifact", "What is not known", "What was done") if unknown else (),
        widths=(0.3, 0.4, 0.3),
        rows=[(u["artifact"], u["unknown"], u["done"]) for u in unknown],
    )


def _of_checking(
    case: Mapping[str, Any], order: Mapping[str, Any], public: bytes, digest: str
) -> Part:
    return Part(
        "How to check this certificate",
        paragraphs=[
            "With the files beside this document and the public key, which you should have by "
            "another way:  lineage certificate verify FOLDER --key KEY.pem  It needs neither the "
            "store nor a network. It checks the signature, the chain of the ledger, that this "
            "document's data is what the ledger says, and computes the blast radius anew from the "
            "frozen snapshot.",
        ],
        pairs=[
            ("certificate.json (SHA-256)", digest),
            ("snapshot.jsonl.gz (SHA-256)", order["snapshot"]),
            ("plan.json (SHA-256)", order["plan"]),
            ("Key that signs", key_id(public)),
            ("Case in the ledger", f"case:{case['id']}"),
        ],
    )


def _of_statement(
    certificate: Mapping[str, Any], case: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
) -> Part:
    left = sum(s["status"] not in {"verified", "refused", "settled"} for s in steps)
    if certificate["status"] != "final":
        return Part(
            "Statement",
            paragraphs=[
                f"INTERIM. No statement can be made yet: {left} of {len(steps)} steps are open.",
            ],
        )
    gone = sum(
        s["status"] == "verified" and ACTIONS[Action(s["action"])].brings is Brings.GONE
        for s in steps
    )
    return Part(
        "Statement",
        paragraphs=[
            case["statement"],
            f"Recorded on {_time(case['closed_at'])} by {case['closed_by']}, when {gone} "
            f"artifacts and copies were gone or out of service, and no receipt was open.",
        ],
        lines=("Signature", "Name and office", "Place and date"),
    )


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"
