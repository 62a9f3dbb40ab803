"""MLflow projects (``MLproject``): what the commands of the entry points train on by default."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.commands import Command, commands
from ingest.commands.names import purpose_of
from ingest.commands.programs import program_of
from ingest.commands.trainings import Training, settings, training_of
from ingest.reading import Map, Node
from lineage.vocabulary import Evidence, Kind

_PARAMETER = re.compile(r"(?<![{$])\{\s*(\w+)\s*\}(?!\})")


def is_project(root: Node) -> bool:
    """Whether entry points have commands."""
    points = root.at("entry_points")
    return any(point.at("command") for _, point in points.entries())


def read_project(found: Findings, root: Node) -> None:
    """The trainings that a project's entry points run when nobody says otherwise."""
    for name, point in root.at("entry_points").entries():
        for command in commands(_filled(point), point.at("command").line):
            stated = _stated(command, name)
            if stated.uses and stated.trains:
                _trained(found, point, stated)


def _filled(point: Node) -> str:
    """An entry point's command with the defaults of its parameters; others stay variables."""
    parameters = point.at("parameters")

    def value(match: re.Match[str]) -> str:
        given = parameters.at(match[1])
        default = given.at("default") if isinstance(given, Map) else given
        named_type = given is default and default.text in {"str", "string", "float", "path", "uri"}
        return default.text if default.text and not named_type else f"${{{match[1]}}}"

    return _PARAMETER.sub(value, point.at("command").text)


def _stated(command: Command, entry: str) -> Training:
    """What a command says, by the purpose of its program or else of the entry point."""
    program = program_of(command)
    return training_of(settings(command.options), program if purpose_of(program) else entry)


def _trained(found: Findings, point: Node, stated: Training) -> None:
    model = found.output(Kind.MODEL, location=stated.output, at=point.at("command"))
    for use in stated.uses:
        evidence = Evidence.DEFAULT if use.evidence is Evidence.DECLARED else use.evidence
        found.input(
            model,
            use.relation,
            use.node,
            kind=use.kind,
            hub=use.hub,
            selector=use.selector,
            evidence=evidence,
        )
