"""Pipeline definitions: steps that read what the steps before them made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.reading import ABSENT, Node
from ingest.sagemaker.expressions import expressions
from ingest.sagemaker.names import Names
from ingest.sagemaker.requests import REQUESTS, Request
from ingest.sagemaker.training import source_of

_CHECKS = frozenset({"QualityCheck", "ClarifyCheck"})
_WITHOUT_DATA = frozenset({"Condition", "Fail", "Lambda", "Callback"})
_STEP = re.compile(r"\$\{Steps\.([\w-]+)\.")
_MAX_NESTED = 20


def pipeline(names: Names, definition: Node) -> None:
    """All facts of a definition.

    What a step makes is known before any step's inputs are read: they may stand in any order.
    """
    formulas = expressions(definition)
    steps = list(_steps(formulas.resolved(definition.at("Steps"))))
    names.defaulted |= formulas.defaulted
    reads: list[Callable[[], None]] = []
    repacked: list[Node] = []
    for step in steps:
        kind, arguments = step.at("Type").text, step.at("Arguments")
        request = _request(kind)
        if _is_repacking(arguments):
            repacked.append(step)
        elif request is not None:
            reads.append(request(names, arguments, step.at("Name").text))
        elif kind in _CHECKS:
            names.found.skip(f"what the {kind} step measures is not read", step)
        elif kind not in _WITHOUT_DATA:
            names.found.skip(f"steps of type “{kind}” are not read", step)
    for step in repacked:
        _repacking(names, step)
    for read in reads:
        read()


def _request(kind: str) -> Request | None:
    """The request that a step of a type makes."""
    return REQUESTS.get("Model" if kind == "RegisterModel" else kind)


def _steps(steps: Node, depth: int = 0) -> Iterator[Node]:
    """Each step, and those in the branches of a condition."""
    for step in steps.elements():
        if step.at("Name").text:
            yield step
        if depth < _MAX_NESTED:
            for branch in ("IfSteps", "ElseSteps"):
                yield from _steps(step.at("Arguments", branch), depth + 1)


def _is_repacking(arguments: Node) -> bool:
    """Whether a training only puts a script into the archive of a model."""
    given = arguments.at("HyperParameters")
    return bool(given.at("model_archive").text and given.at("inference_script").text)


def _repacking(names: Names, step: Node) -> None:
    """The repacked model is the one that goes in: it has the same weights."""
    channels = step.at("Arguments", "InputDataConfig").elements()
    source = source_of(next(channels, ABSENT))
    match = _STEP.search(source.text)
    packed = names.steps.get((match[1], "")) if match else None
    if packed is not None:
        names.steps[(step.at("Name").text, "")] = packed
    else:
        names.found.skip("the model that is repacked is not known", step)
