"""``lineage explain --all-routes``: a model trained on two parts of the same data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from by_hand import MONDAY
from lineage.cli import main
from lineage.store.embedded import EmbeddedStore
from worlds import Told, reading, ref


def explained(path: Path, told: Sequence[Told], *words: str) -> str:
    store = EmbeddedStore.open(path / "store.sqlite")
    store.write([reading(told)], MONDAY)
    store.close()
    ends = [ref("s1").id, ref("x1").id]
    done = CliRunner().invoke(
        main, ["explain", *ends, "--store", str(path / "store.sqlite"), *words]
    )
    assert done.exit_code == 0, done.output
    return done.output


DIAMOND: list[Told] = [
    ("d1", "SUBSET_OF", "s1"),
    ("d2", "SUBSET_OF", "s1"),
    ("m1", "TRAINED_ON", "d1"),
    ("m1", "TRAINED_ON", "d2"),
    ("x1", "DEPLOYS", "m1"),
]


def test_both_routes_are_listed_with_their_lines(tmp_path: Path) -> None:
    text = explained(tmp_path, DIAMOND, "--all-routes")
    assert "There are 2 routes, all listed." in text
    for part in ("Route 1, 3 steps", "Route 2, 3 steps", "config.yml:3", "config.yml:4"):
        assert part in text


def test_what_is_not_listed_is_counted(tmp_path: Path) -> None:
    text = explained(tmp_path, DIAMOND, "--all-routes", "--limit", "1")
    assert "1 of 2 routes listed, the shortest first." in text
    assert "Route 2" not in text


def test_as_data(tmp_path: Path) -> None:
    told = json.loads(explained(tmp_path, DIAMOND, "--all-routes", "--format", "json"))["routes"]
    assert (told["total"], told["exact"], told["listed"]) == (2, True, 2)
    used = {step[0]["object"] for route in told["routes"] for step in route}
    assert {ref("d1").id, ref("d2").id} <= used


def test_a_circle_on_the_way_makes_no_route_of_its_own(tmp_path: Path) -> None:
    text = explained(tmp_path, [*DIAMOND, ("d1", "GENERATED_BY", "m1")], "--all-routes")
    assert "There are 2 routes, all listed." in text
