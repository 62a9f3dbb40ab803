"""Which things of a PROV-JSON document are data sets or models, and what activities do."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.prov_json.statements import Thing, short
from lineage.vocabulary import Kind

_TYPE_KEYS = ("type", "kind", "category", "class", "artifacttype", "source")
_NO_ARTIFACT = re.compile(
    r"\b(plan|bundle|metrics?|parameters?|hyper-?parameters?|config(uration)?|settings|script|"
    r"source code|code|software|program|library|package|environment|container|image tag|log|logs|"
    r"commit|repository|notebook|person|organi[sz]ation|agent|score|accuracy|loss|"
    r"prompt template|requirements|metadata|schema|model card)\b"
)
_MODEL = re.compile(
    r"\b(models?|checkpoints?|weights|network|adapter|lora|classifier|regressor|llm|"
    r"ml model|mlmodel|trained model|fine tuned|encoder|detector)\b"
)
_DATA = re.compile(
    r"\b(data ?sets?|data|corpus|corpora|collection|table|split|samples|records|images|texts?|"
    r"csv|parquet|annotations|labels|embeddings|features|train|training|test|validation|raw)\b"
)
_TRAINS = re.compile(r"\b(train(s|ed|ing)?|fine ?tun(e|es|ed|ing)|fit(ting)?|pre ?train(ing)?)\b")
_TESTS = re.compile(
    r"\b(eval(uate|uates|uation)?|test(s|ing)?|validat(e|es|ion)|benchmark(ing)?|scor(e|ing)|"
    r"assess(ment)?)\b"
)
_MEASURE = re.compile(
    r"\b(metrics?|scores?|accuracy|loss|reports?|results?|evaluation|measurements?|plot|figure|"
    r"chart|card)\b"
)
_HELD_OUT = re.compile(r"\b(test(ing)?|valid(ation)?|val|dev|eval(uation)?|benchmark|held ?out)\b")


class Nature(NamedTuple):
    """What a thing is, and whether the document says so by a type."""

    kind: Kind | None
    typed: bool


def spaced(text: str) -> str:
    """Words apart and in lower case: ``TrainedModel_v2`` is ``trained model v2``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return " ".join(re.split(r"[\s_\-./:#]+", re.sub(r"(?<=[a-zA-Z])(?=\d)", " ", apart))).lower()


def nature_of(thing: Thing) -> Nature:
    """What an entity is: by its types; where they do not tell, by what it is called."""
    types = [spaced(short(value.text)) for value in thing.values(*_TYPE_KEYS)]
    for text in types:
        if _NO_ARTIFACT.search(text) and not _DATA.search(text):
            return Nature(None, typed=True)
    for text in types:
        kind = _kind(text)
        if kind is not None and text not in {"collection", "empty collection"}:
            return Nature(kind, typed=True)
    name = spaced(thing.words)
    if _NO_ARTIFACT.search(name) and not _DATA.search(name) and not _MODEL.search(name):
        return Nature(None, typed=False)
    kind = _kind(name)
    return Nature(kind or Kind.DATASET, typed=kind is not None)


def is_model(thing: Thing | None) -> bool:
    """Whether an agent is a model, by a type of its own."""
    texts = (spaced(short(value.text)) for value in thing.values(*_TYPE_KEYS)) if thing else ()
    return any(_kind(text) is Kind.MODEL for text in texts)


def _kind(text: str) -> Kind | None:
    """A model or data by a text; of two words the later one is what the thing is."""
    model, data = (list(p.finditer(text)) for p in (_MODEL, _DATA))
    if model and data:
        return Kind.MODEL if model[-1].start() > data[-1].start() else Kind.DATASET
    return Kind.MODEL if model else Kind.DATASET if data else None


def tests(activity: Thing | None) -> bool:
    """Whether an activity only measures: an evaluation, and no training."""
    text = _described(activity)
    return _TESTS.search(text) is not None and _TRAINS.search(text) is None


def is_held_out(role: str, thing: Thing | None) -> bool:
    """Whether data serves to measure: by its role in the activity, or by what it is called."""
    role = spaced(short(role))
    if role:
        return _HELD_OUT.search(role) is not None and _TRAINS.search(role) is None
    name = spaced(thing.words) if thing else ""
    return _HELD_OUT.search(name) is not None and _TRAINS.search(name) is None


def is_measure(thing: Thing | None) -> bool:
    """Whether a thing is what a measurement found, and no data of its own."""
    return thing is not None and _MEASURE.search(spaced(thing.words)) is not None


def trains(activity: Thing | None) -> bool:
    """Whether an activity trains."""
    return _TRAINS.search(_described(activity)) is not None


def _described(activity: Thing | None) -> str:
    if activity is None:
        return ""
    types = [short(value.text) for value in activity.values(*_TYPE_KEYS)]
    return spaced(" ".join([activity.words, *types]))
