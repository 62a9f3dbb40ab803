"""The checks that rules name. Each is a pure function: what it sees, to what it found."""

from collections.abc import Callable, Iterator, Mapping

from lineage.rights.checks import holding, passing, people, purpose, record, term, terms
from lineage.rights.rules import Rule
from lineage.rights.view import Raised, View

Check = Callable[[View, Rule], Iterator[Raised]]

CHECKS: Mapping[str, Check] = {
    "no-right": holding.no_right,
    "no-consent": holding.no_consent,
    "right-unverified": holding.right_unverified,
    "right-refused": holding.right_refused,
    "right-expired": term.right_expired,
    "right-revoked": term.right_revoked,
    "right-changed": term.right_changed,
    "rights-contradict": term.rights_contradict,
    "retention-over": term.retention_over,
    "onward-transfer": passing.onward_transfer,
    "purpose-outside": purpose.purpose_outside,
    "purpose-unknown": purpose.purpose_unknown,
    "use-unknown": purpose.use_unknown,
    "licence-conflict": terms.licence_conflict,
    "licence-lost": terms.licence_lost,
    "licence-not-spdx": terms.licence_not_spdx,
    "categories-unknown": people.categories_unknown,
    "special-category": people.special_category,
    "child-data": people.child_data,
    "law": people.law,
    "law-open": people.law_open,
    "origin-unknown": record.origin_unknown,
    "input-unnamed": record.input_unnamed,
    "decision-over": record.decision_over,
    "facts": record.facts,
}

__all__ = ["CHECKS", "Check"]
