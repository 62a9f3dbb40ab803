"""Generated lineage graphs, the same for the same size, variant and seed.

Sources feed data sets, data sets and earlier models make models, models are deployed: about
three edges a node. What a new artifact is made from is drawn with a preference for what many
others were made from already, as on model hubs: ``u^4`` of the artifacts before it, u uniform,
so that a few are in most and most in none. Source 0 is the hub's crawl: of the first data sets
one half came from it.

Variants:
    sparse: few models of data sets that share hubs.
    dense: every second source also went into one of a hundred mixtures, and each of those into
        four of the ten data sets that most models are trained on, so that half of all sources
        reach most of the graph.
    cyclic: as sparse, and one model in twenty made a part of a data set that came before it
        (pseudo-labels): strong components.
    deep: as sparse, and half of the models are the fine-tune of the model just before.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SEED = 20261125
MODELS = {"S": 10_000, "M": 100_000, "L": 1_000_000, "H": 2_100_000, "XL": 3_000_000}
"""Models by size. H has 10.2 M edges, XL 14.5 M."""

SIZES = os.environ.get("BENCH_SIZES", "S,M,L,XL").split(",")

SOURCE, DATASET, MODEL, DEPLOYMENT = range(4)
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Made:
    """Edges (subject from object) and the kind of each node; sources are the first numbers."""

    kind: NDArray[np.uint8]
    subject: Ints
    object: Ints

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.kind)


def made(models: int, variant: str = "sparse", seed: int = SEED) -> Made:
    """A graph with so many models; a tenth as many sources, a quarter each of the others.

    Numbers are shuffled within the kinds but for source 0, so that nothing is in a helpful
    order by chance.
    """
    draw = np.random.default_rng(
        [seed, models, ["sparse", "dense", "cyclic", "deep"].index(variant)]
    )
    sources, datasets, deployments = models // 10, models // 4, models // 4
    first = np.cumsum([0, sources, datasets, models, deployments])
    kind = np.repeat(np.arange(4, dtype=np.uint8), np.diff(first))
    data, model, deployed = first[1:4]
    edges: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(subject: NDArray[np.int64], object: NDArray[np.int64]) -> None:
        edges.append((subject, object))

    def popular(among: NDArray[np.int64], power: float) -> NDArray[np.int64]:
        """A number below each of ``among``, small ones far more often."""
        return (among * draw.random(len(among)) ** power).astype(np.int64)

    each = np.arange(datasets)
    add(each + data, draw.integers(0, sources, datasets))
    crawled = each[: max(1, datasets // 100)]
    add(crawled[::2] + data, np.zeros(len(crawled[::2]), np.int64))
    late = each[datasets // 10 :]
    derived = late[draw.random(len(late)) < 0.3]
    add(derived + data, popular(derived, 4) + data)
    if variant == "dense":
        mixed = np.arange(1, sources, 2)
        add(draw.integers(10, 110, len(mixed)) + data, mixed)
        mixtures = np.repeat(np.arange(10, 110), 4)
        add(draw.integers(0, 10, len(mixtures)) + data, mixtures + data)

    each = np.arange(models)
    for _ in range(3):
        add(each + model, popular(np.full(models, datasets), 4) + data)
    tuned = each[1:][draw.random(models - 1) < 0.9]
    before = popular(tuned, 4)
    if variant == "deep":
        before = np.where(draw.random(len(tuned)) < 0.5, tuned - 1, before)
    add(tuned + model, before + model)
    merged = each[1:][draw.random(models - 1) < 0.1]
    for _ in range(3):
        add(merged + model, popular(merged, 2) + model)
    if variant == "cyclic":
        labels = popular(np.full(models // 20, datasets), 2)
        add(labels + data, draw.integers(0, models, models // 20) + model)

    each = np.arange(deployments)
    add(each + deployed, draw.integers(0, models, deployments) + model)
    evaluated = each[draw.random(deployments) < 0.3]
    add(evaluated + deployed, popular(np.full(len(evaluated), models), 2) + model)

    number = np.arange(first[-1])
    for kind_first, kind_last in pairwise(first):
        draw.shuffle(number[max(1, kind_first) : kind_last])
    subject = number[np.concatenate([e[0] for e in edges])]
    object = number[np.concatenate([e[1] for e in edges])]
    order = draw.permutation(len(subject))
    return Made(kind, subject[order].astype(np.int32), object[order].astype(np.int32))
