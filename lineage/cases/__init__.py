"""Revocation cases: from the order to the proof.

A case is what the ledger says of it: its state is computed from entries, and no act on it is
anything but an entry. It stands on a frozen snapshot, from which anybody can compute anew what
was affected when it was opened.
"""

from lineage.cases.acting import (
    Acting,
    Evidence,
    assign,
    check,
    close,
    done,
    evidence_file,
    give_back,
    hold,
    refuse,
    release,
    verify_step,
)
from lineage.cases.folding import BASES, Case, Receipt, Status, StepState, case_of, cases
from lineage.cases.frozen import freeze, thaw
from lineage.cases.opening import Order, Preview, open_case, preview
from lineage.cases.watching import watch

__all__ = [
    "BASES",
    "Acting",
    "Case",
    "Evidence",
    "Order",
    "Preview",
    "Receipt",
    "Status",
    "StepState",
    "assign",
    "case_of",
    "cases",
    "check",
    "close",
    "done",
    "evidence_file",
    "freeze",
    "give_back",
    "hold",
    "open_case",
    "preview",
    "refuse",
    "release",
    "thaw",
    "verify_step",
    "watch",
]
