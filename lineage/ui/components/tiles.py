"""The numbers of an answer. They count things: one known under several names counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lineage.impact import CERTAINTIES, Affected, Certainty, Impact, things
from lineage.vocabulary import KINDS, Kind, Transmits

_FIRST_KINDS = (Kind.MODEL, Kind.DEPLOYMENT, Kind.DATASET, Kind.COPY)
_KIND_TITLES = {
    Kind.MODEL: "Models",
    Kind.DEPLOYMENT: "Deployments",
    Kind.DATASET: "Datasets",
    Kind.COPY: "Copies",
    Kind.RUN: "Runs",
    Kind.SOURCE: "Sources",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its title and its definition."""

    title: str
    value: str
    meaning: str


def blast(affected: Sequence[Affected]) -> list[Affected]:
    """The things that must go, be retrained or be withdrawn."""
    return [row for row in things(affected) if row.effect != Transmits.INFORMS]


def kind_tiles(answer: Impact, shown: Sequence[Affected]) -> list[Tile]:
    """How many of each kind; kinds beyond the usual four appear when there are any."""
    total = answer.counts["kind"]
    more = [k for k in _KIND_TITLES if k not in _FIRST_KINDS and total.get(k.value)]
    now = blast(shown)
    return [
        Tile(
            _KIND_TITLES[kind],
            _of(sum(a.kind == kind for a in now), total.get(kind.value, 0)),
            f"{kind.value}: {KINDS[kind]}.",
        )
        for kind in (*_FIRST_KINDS, *more)
    ]


def certainty_tiles(answer: Impact, shown: Sequence[Affected]) -> list[Tile]:
    """How sure the answer is, also of what is not in it."""
    total, now = answer.counts["certainty"], blast(shown)
    values = {
        word: _of(sum(a.certainty == word for a in now), total.get(word.value, 0))
        for word in (Certainty.PROVEN, Certainty.POSSIBLE)
    }
    values[Certainty.UNDETERMINED] = f"{answer.undetermined:,}"
    values[Certainty.CLEARED] = f"{answer.cleared:,}"
    aside = {
        Certainty.UNDETERMINED: " Not affected as far as known, and not clean either.",
        Certainty.CLEARED: " The rest of the store.",
    }
    return [
        Tile(
            word.value.capitalize(),
            values[word],
            f"{meaning[0].upper()}{meaning[1:]}.{aside.get(word, '')}",
        )
        for word, meaning in CERTAINTIES.items()
    ]


def kind_row(answer: Impact, shown: Sequence[Affected]) -> list[Tile]:
    """What there is, and how much of it is of a special kind."""
    whole, now = blast(answer.affected), blast(shown)
    return [
        *kind_tiles(answer, shown),
        Tile(
            "Claims to redo",
            _of(len(things(shown)) - len(now), answer.counts["total"]["informed"]),
            "Things that stay, but with a metric or another claim that rests on what is revoked.",
        ),
        Tile(
            "Biometric",
            _of(_biometric(now), _biometric(whole)),
            "Affected things that are, hold or came from biometric data (face templates, voice "
            "prints), as far as documents say.",
        ),
    ]


def certainty_row(answer: Impact, shown: Sequence[Affected]) -> list[Tile]:
    """How far the answer can be relied on."""
    whole, now = blast(answer.affected), blast(shown)
    known, total = answer.coverage
    listed = ", ".join(f"{name} ({n})" for name, n in answer.counts["unknown"].items())
    return [
        *certainty_tiles(answer, shown),
        Tile(
            "Inputs all known",
            f"{known} of {total}",
            "Coverage: how many of the affected have no input of unknown origin. The others are "
            "affected too; something else may also be in them.",
        ),
        Tile(
            "Have unknowns",
            _of(sum(bool(a.unknowns) for a in now), sum(bool(a.unknowns) for a in whole)),
            "Affected things with a property that nobody has established"
            + (f": {listed}." if listed else "."),
        ),
    ]


def tiles(rows: Sequence[Sequence[Tile]]) -> None:
    """Shows rows of numbers."""
    for row in rows:
        for column, tile in zip(st.columns(len(row), gap="small"), row, strict=True):
            column.metric(tile.title, tile.value, help=tile.meaning, border=True)


def _biometric(rows: Sequence[Affected]) -> int:
    return sum("biometric" in a.risks for a in rows)


def _of(now: int, total: int) -> str:
    return f"{total:,}" if now == total else f"{now:,} of {total:,}"
