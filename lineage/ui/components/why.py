"""The "why" panel: which documents say, step by step, that something is affected."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.export.impact import place_of, stated_when
from lineage.export.words import caveats
from lineage.graph import Graph
from lineage.impact import CERTAINTIES, Affected, Impact, Policy, Step, explain_affected
from lineage.records import EdgeRow, Value
from lineage.ui.components.prose import Block, Part, block, code, marked, name, tag, went
from lineage.vocabulary import EVIDENCE, TRANSMITS, UNKNOWN

_SHOWN_ENDS = 15
"""How many steps of a very long chain are shown at its beginning, and at its end."""

HOW_TO = (
    "Choose a row of the table, or a card of the picture, to see which documents say so and where."
)


def why_blocks(graph: Graph, answer: Impact, chosen: str | None) -> list[Block]:
    """What the panel says of the chosen thing."""
    if chosen is None or chosen not in graph.number:
        return [
            block("title", "Why"),
            block("note", HOW_TO),
            block("title", "Before you rely on it"),
            *(block("note", line) for line in caveats(answer, graph)),
        ]
    found = next((a for a in answer.affected if a.id == chosen), None)
    if found is None:
        return _unaffected(graph, answer, chosen)
    blocks = [
        block("title", "Why ", name(found.name), "?"),
        block(
            "line",
            tag(found.kind.value),
            tag(found.certainty.value),
            *(tag(risk) for risk in found.risks),
        ),
        block("line", f"{found.certainty.value.capitalize()}: {CERTAINTIES[found.certainty]}."),
        block("line", f"{found.effect.value.capitalize()}: {TRANSMITS[found.effect]}."),
        *_unknown(found),
    ]
    explanation = explain_affected(graph, answer, found, Policy())
    if not explanation.steps:
        blocks.append(block("line", "It is held under what is revoked."))
    numbered = list(enumerate(explanation.steps, 1))
    between = len(numbered) - 2 * _SHOWN_ENDS
    for at, step in numbered if between <= 0 else numbered[:_SHOWN_ENDS]:
        blocks += _step(graph, at, step)
    if between > 0:
        blocks.append(
            block(
                "step",
                f"… {between:,} more steps of {len(numbered):,}. All of them: "
                "lineage explain, in a terminal.",
            )
        )
        for at, step in numbered[-_SHOWN_ENDS:]:
            blocks += _step(graph, at, step)
    return [*blocks, block("small", "Id: ", code(found.id))]


def _unknown(found: Affected) -> list[Block]:
    if not found.unknowns:
        return []
    parts: list[Part] = ["Nobody has established: "]
    for at, what in enumerate(found.unknowns):
        parts += [", "] * bool(at) + [marked(f"{what} {UNKNOWN}", "unknown")]
    return [block("line", *parts, ".")]


def _step(graph: Graph, at: int, step: Step) -> list[Block]:
    words = step.relation.role.replace("_", " ")
    head = block(
        "step",
        f"{at}. ",
        went(step.subject_name, step.subject),
        f" {words} ",
        went(step.object_name, step.object),
    )
    return [head, *(_assertion(graph, edge) for edge in step.assertions)]


def _assertion(graph: Graph, edge: EdgeRow) -> Block:
    """One document's word for a step: where, how it is known, from when until when."""
    parts: list[Part] = [code(place_of(graph, edge))]
    if edge.place and edge.place != place_of(graph, edge):
        parts += [" at ", code(edge.place)]
    parts.append(f" · {edge.evidence.value}: {EVIDENCE[edge.evidence].definition}")
    if edge.selector:
        parts += [" · part: ", code(edge.selector)]
    if edge.share is not None:
        parts.append(f" · share {edge.share:.0%}")
    when = stated_when(edge)
    if not edge.active:
        parts += [" · ", marked(f"{when}; it still counts", "gone")]
    elif when:
        parts.append(f" · {when}")
    return block("place", *parts)


def _unaffected(graph: Graph, answer: Impact, chosen: str) -> list[Block]:
    node = graph.nodes[graph.number[chosen]]
    revoked = chosen in answer.roots
    says = (
        "This is what is revoked."
        if revoked
        else "Shown for orientation. It is not affected, as far as this store knows."
    )
    return [
        block("title", name(graph.shown(graph.number[chosen]))),
        block("line", tag(node.kind.value), tag("revoked") if revoked else tag("not counted")),
        block("line", says),
        *property_blocks(node.properties),
        block("small", "Id: ", code(node.id)),
    ]


def property_blocks(properties: Mapping[str, Value]) -> list[Block]:
    """Properties as name and value; what nobody has established is marked."""
    return [
        _property(key, value) for key, value in sorted(properties.items()) if key != "display_name"
    ]


def _property(key: str, value: Value) -> Block:
    label = key.replace("_", " ")
    if key == "conflicts":
        return block(
            "warning",
            f"Documents disagree on: {', '.join(_texts(value))}. The first in order is shown.",
        )
    if value == UNKNOWN:
        return block(
            "item", {"text": label, "style": "key"}, marked("UNKNOWN: nobody has said", "unknown")
        )
    return block(
        "item", {"text": label, "style": "key"}, {"text": ", ".join(_texts(value)), "style": "name"}
    )


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    large = isinstance(value, int) and value >= 10_000
    return (f"{value:,}" if large else str(value),)
