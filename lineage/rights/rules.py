"""The rules of rights, as data: what flows, where risk rises, what is found and how grave it is."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from ingest.reading import Map, Node
from ingest.reading.toml_text import parse_toml
from lineage.errors import InputError
from lineage.governance import CONDITIONS, JURISDICTIONS, LEGAL_RECORDS, PURPOSES
from lineage.vocabulary import DATA_CATEGORIES, RELATIONS, UNKNOWN, Relation, Transmits

FACT_KINDS = ("category", "condition", "purpose", "jurisdiction", "lack", "capability")
"""The kinds of facts that flow along lineage. A fact is written ``kind:term``."""

_KEYS = {
    "check", "severity", "raise", "what", "settles", "law", "source", "where", "capability",
    "of_source", "of_use", "has", "unless", "title",
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9-]{1,59}")


class Severity(IntEnum):
    """How grave a finding is, the gravest highest."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The severity in small letters."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: its name.
        check: the check that decides whether it holds; ``facts`` for one made of facts alone.
        severity: how grave a finding of it is.
        raised: the facts that make it graver, each with the severity then.
        what, settles: what is wrong, and what would settle it, in words.
        law: the law behind it, and ``verified``: whether that was checked against its text.
        title, where, capability, of_source, of_use: of a rule on a law, its name, where it holds,
            of what, and the records it asks for of each source and of each use.
        has, unless: of a rule made of facts, those that must all be there, and those of which
            none may be.
    """

    id: str
    check: str
    severity: Severity
    what: str
    settles: str
    raised: Mapping[str, Severity] = field(default_factory=dict)
    law: str = ""
    verified: bool = False
    title: str = ""
    where: str = ""
    capability: str = ""
    of_source: tuple[str, ...] = ()
    of_use: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where risk rises: a relationship at which a fact makes another one."""

    id: str
    along: frozenset[Relation]
    source: str
    when: str
    gives: str
    says: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """A rule that is switched off, everywhere or for one artifact, with the reason and the end."""

    rule: str
    reason: str
    until: str
    place: str
    artifact: str = ""

    def holds(self, at: date) -> bool:
        """Whether it is still switched off on a day."""
        return at.isoformat() <= self.until


@dataclass(frozen=True)
class Rules:
    """A rule set. An answer names the one it used."""

    name: str
    carry: Mapping[str, frozenset[Relation]]
    derive: tuple[Derivation, ...]
    rules: Mapping[str, Rule]
    silenced: tuple[Silenced, ...] = ()

    def of_check(self, check: str) -> list[Rule]:
        """The rules that a check serves."""
        return [rule for rule in self.rules.values() if rule.check == check]


RULES_FILE = "lineage-rules.toml"
"""The file of rules that is taken from the folder in which a command runs."""


def users_rules() -> Path | None:
    """The user's own file of rules: ``LINEAGE_RULES``, or one in the working folder, or none."""
    named = os.environ.get("LINEAGE_RULES")
    if named:
        return Path(named)
    return Path(RULES_FILE) if Path(RULES_FILE).is_file() else None


@cache
def default_rules() -> Rules:
    """The rules that come with Lineage."""
    text = files("lineage.rights").joinpath("rules.toml").read_text("utf-8")
    return _Reader("rules.toml", None).read(text)


def rules_of(path: Path | None) -> Rules:
    """The default rules with those of a user's file laid over them.

    Raises:
        InputError: the file cannot be read, or names what does not exist; with its line.
    """
    if path is None:
        return default_rules()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the rules cannot be read: {error}", location=str(path)) from error
    return _Reader(str(path), default_rules()).read(text)


class _Reader:
    """Reads one file of rules; each mistake is an error with its line."""

    def __init__(self, path: str, base: Rules | None):
        self.path = path
        self.base = base

    def read(self, text: str) -> Rules:
        root = parse_toml(text, self.path)
        self.keys(root, ("name", "carry", "derive", "rule", "switched_off"), "A file of rules")
        base = self.base
        carry = dict(base.carry) if base else {}
        for kind, node in root.at("carry").entries():
            self.known(kind, FACT_KINDS, "kind of fact", node)
            self.keys(node, ("along", "says"), f"“carry.{kind}”")
            carry[kind] = self.relations(node.at("along"))
        derive = {d.id: d for d in base.derive} if base else {}
        for node in root.at("derive").elements():
            made = self.derivation(node)
            derive[made.id] = made
        rules = dict(base.rules) if base else {}
        for name, node in root.at("rule").entries():
            rules[name] = self.rule(name, node, rules)
        name = root.at("name").text or (f"{base.name} + {Path(self.path).name}" if base else "")
        silenced = tuple(self.silenced(n, rules) for n in root.at("switched_off").elements())
        return Rules(name, carry, tuple(derive.values()), rules, silenced)

    def rule(self, name: str, node: Node, rules: Mapping[str, Rule]) -> Rule:
        if not _NAME.fullmatch(name):
            raise self.wrong(
                f"“{name}” cannot be a rule's id: small letters, digits and “-” make one", node
            )
        self.keys(node, sorted(_KEYS), f"The rule “{name}”")
        before = rules.get(name)
        check = node.at("check").text or (before.check if before else "facts")
        if self.base is not None and (before is None or node.at("check").line):
            self.known(check, sorted({*_checks(self.base), "facts"}), "check", node.at("check"))
        if before is None and check == "facts" and not node.at("has").line:
            near = difflib.get_close_matches(name, rules, n=1, cutoff=0.6)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise self.wrong(
                f"there is no rule “{name}”.{hint} A rule of your own says what it finds: "
                'has = ["category:Voice", …]',
                node,
            )
        base = before or Rule(name, check, Severity.MEDIUM, "", "")
        made = replace(
            base,
            check=check,
            severity=self.severity(node.at("severity"), base.severity),
            raised=self.raised(node.at("raise"), base),
            what=node.at("what").text or base.what,
            settles=node.at("settles").text or base.settles,
            law=node.at("law").text or base.law,
            verified=self.verified(node.at("source"), base.verified),
            title=node.at("title").text or base.title,
            where=node.at("where").text or base.where,
            capability=node.at("capability").text or base.capability,
            of_source=self.records(node.at("of_source")) or base.of_source,
            of_use=self.records(node.at("of_use")) or base.of_use,
            has=tuple(self.fact(n.text, n) for n in node.at("has").elements()) or base.has,
            unless=tuple(self.fact(n.text, n) for n in node.at("unless").elements()) or base.unless,
        )
        if not made.what or not made.settles:
            raise self.wrong(f"the rule “{name}” needs “what” and “settles”", node)
        return made

    def raised(self, node: Node, base: Rule) -> Mapping[str, Severity]:
        if not node.line:
            return base.raised
        return {self.fact(k, v): self.severity(v, base.severity) for k, v in node.entries()}

    def derivation(self, node: Node) -> Derivation:
        keys = ("id", "along", "from", "when", "gives", "says")
        self.keys(node, keys, "An item of “derive”")
        for key in keys:
            if not node.at(key).line:
                raise self.wrong(f"an item of “derive” needs “{key}”", node)
        return Derivation(
            node.at("id").text,
            self.relations(node.at("along")),
            self.fact(node.at("from").text, node.at("from")),
            self.fact(node.at("when").text, node.at("when")),
            self.fact(node.at("gives").text, node.at("gives")),
            node.at("says").text,
        )

    def silenced(self, node: Node, rules: Mapping[str, Rule]) -> Silenced:
        self.keys(node, ("rule", "reason", "until", "artifact"), "An item of “switched_off”")
        rule, reason, until = (node.at(k) for k in ("rule", "reason", "until"))
        self.known(rule.text, list(rules), "rule", rule if rule.line else node)
        if not reason.text:
            raise self.wrong(f"“{rule.text}” is switched off without a reason", node)
        try:
            date.fromisoformat(until.text)
        except ValueError:
            raise self.wrong(
                f"“{rule.text}” is switched off without an end: until = 2027-01-31",
                until if until.line else node,
            ) from None
        place = f"{self.path}:{node.line}" if node.line else self.path
        return Silenced(rule.text, reason.text, until.text, place, node.at("artifact").text)

    def relations(self, node: Node) -> frozenset[Relation]:
        found: set[Relation] = set()
        for item in node.elements():
            passed = [r for r, t in RELATIONS.items() if t.transmits.value == item.text]
            names = [*Relation, *(t.value for t in Transmits)]
            self.known(item.text, names, "relationship", item)
            found.update(passed or [Relation(item.text)])
        return frozenset(found)

    def fact(self, text: str, node: Node) -> str:
        kind, _, term = text.partition(":")
        self.known(kind, FACT_KINDS, "kind of fact", node)
        terms: Mapping[str, Iterable[str]] = {
            "category": DATA_CATEGORIES,
            "condition": CONDITIONS,
            "purpose": PURPOSES,
            "jurisdiction": [*JURISDICTIONS, UNKNOWN],
            "capability": ("biometric", "emotion"),
            "lack": (
                "legal-basis",
                "special-basis",
                "parental-consent",
                *(f"record {r}" for r in LEGAL_RECORDS),
            ),
        }
        self.known(term, list(terms[kind]), kind, node)
        return text

    def records(self, node: Node) -> tuple[str, ...]:
        for item in node.elements():
            self.known(item.text, list(LEGAL_RECORDS), "record", item)
        return tuple(item.text for item in node.elements())

    def severity(self, node: Node, otherwise: Severity) -> Severity:
        if not node.line:
            return otherwise
        words = {s.word: s for s in Severity}
        self.known(node.text, list(words), "severity", node)
        return words[node.text]

    def verified(self, node: Node, otherwise: bool) -> bool:
        if not node.line:
            return otherwise
        self.known(node.text, ("verified", "unverified"), "value of “source”", node)
        return node.text == "verified"

    def keys(self, node: Node, known: Iterable[str], what: str) -> None:
        if not isinstance(node, Map):
            raise self.wrong(f"{what} is a table", node)
        for key, value in node.entries():
            self.known(key, list(known), f"key of {what[0].lower()}{what[1:]}", value)

    def known(self, text: str, terms: Iterable[str], what: str, node: Node) -> None:
        listed = [str(t) for t in terms]
        if text in listed:
            return
        near = difflib.get_close_matches(text, listed, n=1, cutoff=0.5)
        hint = f" Did you mean “{near[0]}”?" if near else f" There are: {', '.join(listed)}."
        raise self.wrong(f"there is no {what} “{text}”.{hint}", node)

    def wrong(self, message: str, node: Node) -> InputError:
        return InputError(message, location=f"{self.path}:{node.line}" if node.line else self.path)


def _checks(rules: Rules) -> set[str]:
    return {rule.check for rule in rules.rules.values()}
