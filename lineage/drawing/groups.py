"""Alike siblings become one card, so that a picture stays small enough to be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from lineage.drawing.palette import State
from lineage.vocabulary import Kind

LEAST = 5
"""How many alike siblings make a group."""

READABLE = 60
"""How many cards a picture has at most before groups are opened."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to be drawn. ``ring`` is its distance from what is asked about: negative upstream.

    ``parents`` are all things in the picture that it came from, ``nearest`` the one on a
    shortest way.
    """

    id: str
    kind: Kind
    state: State
    ring: int
    parents: tuple[str, ...] = ()
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of items; ``id`` is that of the item itself where there is only one."""

    id: str
    items: tuple[Item, ...]


_Key = Callable[[Item], tuple[object, ...]]

_STAGES: tuple[_Key, ...] = (
    lambda i: (i.kind, i.ring, i.state, i.parents),
    lambda i: (i.kind, i.ring, i.state, i.nearest),
    lambda i: (i.kind, i.ring, i.state),
    lambda i: (i.kind, i.ring > 0, i.state),
)
"""What makes items alike, from the strictest notion to the widest."""


def clustered(
    items: Sequence[Item], opened: Collection[str] = (), most: int = READABLE
) -> list[Cluster]:
    """Groups of at least :data:`LEAST` alike items, and the other items alone.

    The strictest notion of "alike" that leaves at most ``most`` cards is used, whatever is
    open: so opening one group leaves the rest of the picture as it is. An open group falls
    apart into groups by the next stricter notion, or into its items.
    """
    focus = [Cluster(i.id, (i,)) for i in items if not i.ring]
    others = [i for i in items if i.ring]
    for stage in range(len(_STAGES)):
        found = _by(others, stage)
        if len(focus) + len(found) <= most:
            break
    return focus + [part for cluster in found for part in _opened(cluster, stage, opened)]


def _by(items: Iterable[Item], stage: int) -> list[Cluster]:
    alike: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        alike.setdefault(_STAGES[stage](item), []).append(item)
    found: list[Cluster] = []
    for key, members in alike.items():
        if len(members) >= LEAST:
            digest = hashlib.sha256(repr((stage, key)).encode()).hexdigest()[:16]
            found.append(Cluster(f"group:{digest}", tuple(members)))
        else:
            found += [Cluster(member.id, (member,)) for member in members]
    return found


def _opened(cluster: Cluster, stage: int, opened: Collection[str]) -> list[Cluster]:
    if len(cluster.items) == 1 or cluster.id not in opened:
        return [cluster]
    for finer in range(stage - 1, -1, -1):
        parts = _by(cluster.items, finer)
        if len(parts) > 1:
            return [inner for part in parts for inner in _opened(part, finer, opened)]
    return [Cluster(item.id, (item,)) for item in cluster.items]
