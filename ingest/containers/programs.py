"""Programs that stand in a command as they are: the data and models that they name outright.

Only literal names in calls of well-known loaders count; the program is neither parsed nor run.
What a program loads is what it trains on where it trains; where it only loads, it is what the
data comes from that the program writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.commands.names import split_of
from ingest.commands.trainings import Use
from ingest.literals import parse_python
from ingest.reading import Map, Node, Scalar
from lineage.errors import InputError
from lineage.vocabulary import Evidence, Kind, Relation

_NAME = r"\(\s*(?:\w+\s*=\s*)?['\"]([\w.:/-]+)['\"]"
_LOADERS = (
    (re.compile(rf"\bload_dataset{_NAME}"), Kind.DATASET, True),
    (re.compile(rf"\btfds\.load{_NAME}"), Kind.DATASET, False),
    (re.compile(r"\b(?:pd|pandas|pl|polars)\.read_\w+\(\s*['\"](\w+://[^'\"\s]+)['\"]"),
     Kind.DATASET, False),
    (re.compile(r"\b(?:load|fetch)_(iris|digits|wine|breast_cancer|diabetes|linnerud|"
                r"california_housing|covtype|kddcup99|20newsgroups|olivetti_faces|lfw_people|"
                r"lfw_pairs|rcv1)\("), Kind.DATASET, False),
    (re.compile(r"\bkeras\.datasets\.(\w+)\.load_data\b"), Kind.DATASET, False),
    (re.compile(rf"\b\w*Model\w*\.from_pretrained{_NAME}"), Kind.MODEL, True),
)  # fmt: skip
"""Calls that load by name: the hub's and TensorFlow's data sets, tables at an address, the data
sets that scikit-learn (``sklearn.datasets``) and Keras (``keras.datasets``) bring along."""

_CALL = re.compile(r"^[ \t]*\w+\((?:\*\*)?(\{[^\n]*\})\)[ \t]*$", re.MULTILINE)
"""A line that calls a function with a mapping and nothing else."""

_MOST_TEXT = 20_000
_SPLIT = re.compile(r"\bsplit\s*=\s*['\"](\w+)")
_TRAINS = re.compile(r"\.(fit|train|backward|train_on_batch)\s*\(|\bTrainer\s*\(")
_COMMENT = re.compile(r"^\s*#.*$|\s#\s[^'\"\n]*$", re.MULTILINE)


def loaded_in(words: list[Node], *, data: bool = False) -> Iterator[Use]:
    """What programs among the words of a command load, where they also train.

    With ``data``, also the data that programs load which do not.
    """
    for word in words:
        if "\n" not in word.text:
            continue
        text = _COMMENT.sub("", word.text)
        trains = _TRAINS.search(text) is not None
        for use in _loaded(text, word) if trains or data else ():
            if trains or use.kind is Kind.DATASET:
                yield use


def given_in(words: list[Node]) -> Map:
    """The parameters that a program calls its own function with, where they are literals.

    The clients of Kubeflow make a job of a function: its source, then a line that calls it,
    ``main({'model_name_or_path': …})``.
    """
    found: dict[str, Node] = {}
    for word in words:
        for match in _CALL.finditer(word.text):
            if len(match[1]) > _MOST_TEXT:
                continue
            try:
                given = parse_python(f"given = {match[1]}", word.key).values.at("given")
            except InputError:
                continue
            line = word.line + word.text.count("\n", 0, match.start())
            for name, value in given.entries():
                if value.text:
                    key = f"{word.key}.{name}"
                    found.setdefault(name, Scalar(key, line, value.text, True))
    return Map("", 0, found)


def _loaded(text: str, word: Node) -> Iterator[Use]:
    for pattern, kind, hub in _LOADERS:
        for match in pattern.finditer(text):
            split = _SPLIT.search(text, match.end(), _end_of_call(text, match.end()))
            held_out = split is not None and split_of(split[1]) in {"validation", "test"}
            relation = Relation.EVALUATED_ON if held_out else Relation.TRAINED_ON
            if kind is Kind.MODEL:
                relation = Relation.FINE_TUNED_FROM
            part = f"split={split[1]}" if split and kind is Kind.DATASET else None
            yield Use(relation, word.saying(match[1]), kind, hub, part, Evidence.INFERRED)


def _end_of_call(text: str, start: int) -> int:
    """Where a call ends that was entered: the bracket that closes it, or some way on."""
    depth = 1
    for at in range(start, min(len(text), start + 500)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at
    return start
