"""Kinds of requests, each read in two strides: what it makes, then what from.

A request is called with the names known so far, its body and the pipeline's step that makes
it; it registers what it makes, and gives back what reads its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ingest.reading import Node
from ingest.sagemaker import processing, serving, training
from ingest.sagemaker.names import Names
from lineage.records import Ref

Request = Callable[[Names, Node, str], Callable[[], None]]
"""Registers what a request makes, and gives what reads its inputs."""


def _training(names: Names, body: Node, step: str) -> Callable[[], None]:
    model = training.trained(names, body, step)
    _known(names, step, model)
    return lambda: training.training(names, body, model)


def _tuning(names: Names, body: Node, step: str) -> Callable[[], None]:
    model = training.tuned(names, body, step)
    _known(names, step, model)
    return lambda: training.tuning(names, body, model)


def _automl(names: Names, body: Node, step: str) -> Callable[[], None]:
    model = training.searched(names, body, step)
    _known(names, step, model)
    return lambda: training.automl(names, body, model)


def _processing(names: Names, body: Node, step: str) -> Callable[[], None]:
    made = processing.processing_outputs(names, body, step)
    return lambda: processing.processing(names, body, made)


def _transform(names: Names, body: Node, step: str) -> Callable[[], None]:
    made = processing.transform_output(names, body, step)
    _known(names, step, made)
    return lambda: processing.transform(names, body, made)


def _labeling(names: Names, body: Node, _: str) -> Callable[[], None]:
    return lambda: processing.labeling(names, body)


def _model(names: Names, body: Node, step: str) -> Callable[[], None]:
    made = serving.registered(names, body, step)
    _known(names, step, made)
    return lambda: serving.bundle(names, body, made)


def _deployment(names: Names, body: Node, step: str) -> Callable[[], None]:
    made = serving.deployment(names, body, step)
    _known(names, step, made)
    return lambda: serving.deployed(names, body, made)


def _conversion(names: Names, body: Node, _: str) -> Callable[[], None]:
    return lambda: serving.converted(names, body)


def _known(names: Names, step: str, made: Ref | None) -> None:
    """Makes what a step makes known to the steps that name it."""
    if step and made is not None:
        names.steps[(step, "")] = made


REQUESTS: Mapping[str, Request] = {
    "Training": _training,
    "Tuning": _tuning,
    "AutoML": _automl,
    "Processing": _processing,
    "Transform": _transform,
    "Labeling": _labeling,
    "Model": _model,
    "Endpoint": _deployment,
    "EndpointConfig": _deployment,
    "InferenceComponent": _deployment,
    "Conversion": _conversion,
}
"""Each kind of request; a pipeline's steps are of these types."""
