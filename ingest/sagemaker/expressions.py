"""Expressions of a pipeline definition: ``{"Get": "Parameters.X"}`` and ``{"Std:Join": …}``.

A parameter stands for its default, which a run may replace. What only a run tells (a step's
property, the execution's id) stays as ``${Steps.Train.ModelArtifacts}``, which reads as a
placeholder.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.reading import Map, Node, Scalar, Seq

MAX_TEXT = 20_000
"""Longest text that a join may make, in characters."""


@dataclass(slots=True)
class Expressions:
    """The parameters of a pipeline, and the places whose value rests on a default."""

    defaults: dict[str, str] = field(default_factory=dict)
    defaulted: set[str] = field(default_factory=set)

    def resolved(self, node: Node) -> Node:
        """The same tree with each expression in it replaced by its text."""
        if isinstance(node, Map):
            if _is_expression(node):
                return Scalar(node.key, node.line, self.text(node, node.key), quoted=True)
            items = {key: self.resolved(value) for key, value in node.items.items()}
            return Map(node.key, node.line, items, node.duplicates)
        if isinstance(node, Seq):
            return Seq(node.key, node.line, [self.resolved(item) for item in node.items])
        return node

    def text(self, node: Node, place: str) -> str:
        """What an expression says, as far as the definition tells."""
        if not _is_expression(node):
            return node.text
        name = node.at("Get").text
        if name:
            kind, _, parameter = name.partition(".")
            if kind == "Parameters" and parameter in self.defaults:
                self.defaulted.add(place)
                return self.defaults[parameter]
            return f"${{{name}}}"
        join = node.at("Std:Join")
        if join:
            values = (self.text(value, place) for value in join.at("Values").elements())
            made = (join.at("On").text or "").join(values)
            return made if len(made) <= MAX_TEXT else "${Std:Join}"
        return "${Std:JsonGet}"


def expressions(definition: Node) -> Expressions:
    """The expressions of a definition, with the defaults of its parameters."""
    parameters = definition.at("Parameters").elements()
    return Expressions(
        {
            entry.at("Name").text: entry.at("DefaultValue").text
            for entry in parameters
            if entry.at("Name").text and entry.at("DefaultValue").text
        }
    )


def _is_expression(node: Node) -> bool:
    if not isinstance(node, Map) or len(node.items) != 1:
        return False
    key, value = next(iter(node.items.items()))
    return (key == "Get" and bool(value.text)) or key in {"Std:Join", "Std:JsonGet"}
