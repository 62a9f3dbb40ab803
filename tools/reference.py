"""Writes the reference parts of the documentation from the code they describe.

Run as ``python tools/reference.py`` after a change; a test fails while they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from ingest.base import ingestors
from lineage.cli import main
from lineage.governance import LEGAL_BASES, LEGAL_RECORDS, PURPOSES
from lineage.impact import CARRIES, CERTAINTIES, RELAYS, Policy
from lineage.rights import default_rules
from lineage.schema import EDGE_PROPERTIES, LABELS, NODE_PROPERTIES, TAKEN_BACK
from lineage.store.questions import (
    ancestry_query,
    exposed_query,
    held_query,
    informed_query,
    reached_query,
)
from lineage.vocabulary import EVIDENCE, RELATIONS, TRANSMITS, Transmits

ROOT = Path(__file__).parent.parent


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def ingestor_table() -> str:
    """The formats that are read, from the ingestors' own descriptions."""
    return _table(
        ("format", "what is read"),
        [(f"{i.title} (`{i.name}`)", i.description) for i in ingestors()],
    )


def schema_page() -> str:
    """The graph schema."""
    return (
        "\n\n".join(
            [
                "# The graph",
                "Written from `lineage/schema.py` and `lineage/vocabulary.py`; "
                "the same on both stores.",
                "## Nodes",
                _table(
                    ("label", "what"), [(f"`{label.name}`", label.definition) for label in LABELS]
                ),
                _table(
                    ("property of every node", "what"),
                    [(f"`{k}`", v) for k, v in NODE_PROPERTIES.items()],
                ),
                "A node has its kind as a label, and `Artifact` beside it when lineage "
                "passes through it. "
                "Key on `id`. A governance property nobody has established has the value "
                "`UNKNOWN`; a "
                "property that no document mentions is absent (`IS NULL`).",
                "## Relationships",
                "Each points from the derived thing to what it came from. One relationship is one "
                "document's assertion; the same two nodes may have several.",
                _table(
                    ("type", "transmits", "what"),
                    [
                        (f"`{r.value}`", t.transmits.value, t.definition)
                        for r, t in RELATIONS.items()
                    ],
                ),
                _table(
                    ("property of every relationship", "what"),
                    [(f"`{k}`", v) for k, v in EDGE_PROPERTIES.items()],
                ),
                "`(:Document)-[:ASSERTS]->(node)` is on Neo4j only: "
                "which document speaks of which node. So are `recorded_in` of a node or "
                "relationship, the version of the store in which it became as it is, and "
                "`LineageVersion`, `LineageMoment` and `LineagePast`, by which the store knows "
                "what it held at an earlier time. No query of lineage needs them. A decision that "
                f"a person took back is kept as `{TAKEN_BACK}`, with its `relation`.",
                "## What is transmitted",
                _table(
                    ("word", "what"), [(t.value, definition) for t, definition in TRANSMITS.items()]
                ),
                "## Evidence",
                _table(
                    ("class", "proves", "what"),
                    [
                        (e.value, "yes" if t.proves else "no", t.definition)
                        for e, t in EVIDENCE.items()
                    ],
                ),
                "## Certainty",
                _table(
                    ("word", "what"),
                    [(c.value, definition) for c, definition in CERTAINTIES.items()],
                ),
            ]
        )
        + "\n"
    )


def question_texts() -> dict[str, str]:
    """The product's own questions, by the heading under which the documentation has them."""
    policy = Policy()
    carrying = policy.relations(*CARRIES)
    return {
        "Everything affected": reached_query(carrying),
        "Everything about which a claim must be redone": informed_query(
            carrying, policy.relations(Transmits.INFORMS), policy.relations(*RELAYS)
        ),
        "Everything that something stands on": ancestry_query(carrying),
        "What a right covers, and which other verified rights do": held_query(),
        "How much of each kind a source reaches": exposed_query(carrying),
    }


def cli_page() -> str:
    """Every command's own help."""
    parts = ["# Commands", "Written from the commands' own `--help`."]
    for name, command in _commands("lineage", main):
        context = click.Context(command, info_name=name, max_content_width=100)
        parts.append(f"## `{name}`\n\n```text\n{command.get_help(context)}\n```")
    return "\n\n".join(parts) + "\n"


def _commands(prefix: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name; those of a group after the group."""
    context = click.Context(group)
    for name in sorted(group.list_commands(context)):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{prefix} {name}", command
        if isinstance(command, click.Group):
            yield from _commands(f"{prefix} {name}", command)


def rules_tables() -> dict[str, str]:
    """The tables of the page on rules, by their marks."""
    rules = default_rules()
    return {
        "derivations": _table(
            ("rule", "from", "when", "gives", "along", "why"),
            [
                (f"`{d.id}`", f"`{d.source}`", f"`{d.when}`", f"`{d.gives}`",
                 ", ".join(f"`{r.value}`" for r in sorted(d.along)), d.says)
                for d in rules.derive
            ],
        ),
        "rules": _table(
            ("rule", "check", "severity", "raised by", "what", "settled by", "law"),
            [
                (
                    f"`{r.id}`",
                    f"`{r.check}`",
                    r.severity.word,
                    ", ".join(f"`{fact}`: {s.word}" for fact, s in r.raised.items()),
                    r.what,
                    r.settles,
                    f"{r.law} ({'verified' if r.verified else 'unverified'})" if r.law else "",
                )
                for r in rules.rules.values()
            ],
        ),
        "records": _table(
            ("record", "what it is", "asked for by"),
            [
                (f"`{name}`", says, ", ".join(
                    f"`{r.id}`" for r in rules.rules.values() if name in (*r.of_source, *r.of_use)
                ))
                for name, says in LEGAL_RECORDS.items()
            ],
        ),
        "purposes": _table(
            ("purpose", "belongs to", "meaning"),
            [
                (f"`{name}`", ", ".join(f"`{p}`" for p in term.parents), term.says)
                for name, term in PURPOSES.items()
            ],
        ),
        "bases": _table(
            ("legal basis", "carries special categories", "meaning"),
            [(f"`{n}`", "yes" if b.special else "no", b.says) for n, b in LEGAL_BASES.items()],
        ),
    }  # fmt: skip


def _between(text: str, mark: str, new: str) -> str:
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(\n?<!-- /{mark} -->)", re.DOTALL)
    return pattern.sub(lambda m: m[1] + new + m[2], text)


def pages() -> dict[Path, str]:
    """Each page that is written here, with what it should hold."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    queries = (ROOT / "docs/queries.md").read_text(encoding="utf-8")
    rules = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    for mark, table in rules_tables().items():
        rules = _between(rules, mark, table)
    questions = "\n\n".join(
        f"### {title}\n\n```cypher\n{text}\n```" for title, text in question_texts().items()
    )
    return {
        ROOT / "README.md": _between(readme, "ingestors", ingestor_table()),
        ROOT / "docs/queries.md": _between(queries, "questions", questions),
        ROOT / "docs/rules.md": rules,
        ROOT / "docs/schema.md": schema_page(),
        ROOT / "docs/cli.md": cli_page(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
