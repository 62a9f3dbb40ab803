"""What a picture shows: everything while it is small, groups and an honest count when it is not."""

from __future__ import annotations

from lineage.drawing.cards import fitted
from lineage.drawing.groups import LEAST, READABLE
from lineage.drawing.palette import Line, State
from lineage.drawing.picture import CAP, Picture
from lineage.drawing.scenes import blast_picture, neighbourhood_picture
from lineage.graph import Graph
from lineage.impact import impact
from worlds import world


def picture_of(graph: Graph, root: str, *opened: str) -> Picture:
    number = graph.resolve(root)
    return blast_picture(graph, impact(graph, [number]), opened)


def names(picture: Picture) -> set[str]:
    return {card.name for card in picture.cards}


def fan(count: int) -> Graph:
    return world(("d", "DERIVED_FROM", "s"), *((f"m{i}", "TRAINED_ON", "d") for i in range(count)))


def test_a_small_blast_radius_is_drawn_whole_from_left_to_right() -> None:
    picture = picture_of(
        world(("d", "DERIVED_FROM", "s"), ("m", "TRAINED_ON", "d"), ("x", "DEPLOYS", "m")), "s"
    )
    assert sorted(names(picture), key=lambda n: picture.layout.places[f"test://world/{n}"].x) == [
        "s",
        "d",
        "m",
        "x",
    ]
    assert [zone.title for zone in picture.zones] == [
        "revoked",
        "affected: 1 step away",
        "affected: 2 steps away",
        "affected: 3 steps away",
    ]
    assert (picture.drawn, picture.total) == (3, 3)


def test_states_and_lines_tell_what_the_answer_tells() -> None:
    graph = world(
        ("m1", "TRAINED_ON", "s"),
        ("m2", "TRAINED_ON", "s", "comment"),
        ("m3", "EVALUATED_ON", "s"),
        ("s", "PROVIDED_BY", "p"),
    )
    picture = picture_of(graph, "s")
    assert {card.name: card.state for card in picture.cards} == {
        "s": State.REVOKED,
        "m1": State.PROVEN,
        "m2": State.POSSIBLE,
        "m3": State.CLAIM,
        "p": State.CONTEXT,
    }
    ends = {arrow.end.rpartition("/")[2]: arrow.line for arrow in picture.arrows}
    assert ends == {
        "m1": Line.STATED,
        "m2": Line.INFERRED,
        "m3": Line.INFORMS,
        "s": Line.GOVERNANCE,
    }


def test_five_alike_siblings_are_one_group_and_four_are_not() -> None:
    assert "5 models" in names(picture_of(fan(LEAST), "s"))
    assert {"m0", "m1", "m2", "m3"} <= names(picture_of(fan(LEAST - 1), "s"))


def test_opening_a_group_shows_its_members_and_moves_no_count() -> None:
    graph = fan(7)
    shut = picture_of(graph, "s")
    group = next(card for card in shut.cards if card.is_group)
    opened = picture_of(graph, "s", group.id)
    assert {f"m{i}" for i in range(7)} <= names(opened)
    assert (shut.drawn, shut.total) == (opened.drawn, opened.total) == (8, 8)


def test_a_wide_answer_stays_readable_and_still_counts_everything() -> None:
    told = [(f"d{i}", "DERIVED_FROM", "s") for i in range(300)]
    told += [(f"m{i}", "TRAINED_ON", f"d{i}") for i in range(300)]
    picture = picture_of(world(*told), "s")
    assert len(picture.cards) <= READABLE
    assert (picture.drawn, picture.total) == (600, 600)


def test_never_more_than_the_cap_is_drawn_and_the_true_number_stands_beside_it() -> None:
    graph = fan(CAP + 500)
    group = next(card for card in picture_of(graph, "s").cards if card.is_group)
    picture = picture_of(graph, "s", group.id)
    assert len(picture.cards) == CAP
    assert (picture.drawn, picture.total) == (CAP - 1, CAP + 501)


def test_groups_keep_their_ids_when_another_group_opens() -> None:
    told = [(f"m{i}", "TRAINED_ON", "s") for i in range(6)] + [
        (f"d{i}", "DERIVED_FROM", "s") for i in range(6)
    ]
    graph = world(*told)
    groups = {card.name: card.id for card in picture_of(graph, "s").cards if card.is_group}
    after = {
        card.name: card.id
        for card in picture_of(graph, "s", groups["6 models"]).cards
        if card.is_group
    }
    assert after == {"6 datasets": groups["6 datasets"]}


def test_cycles_and_other_names_can_be_drawn() -> None:
    graph = world(
        ("d1", "DERIVED_FROM", "s"),
        ("d2", "DERIVED_FROM", "d1"),
        ("d1", "DERIVED_FROM", "d2"),
        ("d3", "SAME_AS", "d2"),
        ("d2", "SAME_AS", "d3"),
    )
    picture = picture_of(graph, "s")
    assert names(picture) == {"s", "d1", "d2", "d3"}
    assert sum(arrow.headless for arrow in picture.arrows) == 1


def test_a_revocation_stands_left_of_what_it_ends() -> None:
    graph = world(("d", "DERIVED_FROM", "s"), ("s", "COVERED_BY", "g"), ("r", "REVOKES", "g"))
    picture = picture_of(graph, "r")
    x = {card.name: picture.layout.places[card.id].x for card in picture.cards}
    assert x["r"] < x["s"] < x["d"]


def test_a_neighbourhood_has_inputs_left_and_results_right() -> None:
    graph = world(("d", "DERIVED_FROM", "s"), ("m", "TRAINED_ON", "d"), ("x", "DEPLOYS", "m"))
    picture = neighbourhood_picture(graph, graph.resolve("d"), 1)
    x = {card.name: picture.layout.places[card.id].x for card in picture.cards}
    assert sorted(x, key=lambda name: x[name]) == ["s", "d", "m"]


def test_unknown_origins_are_marked_in_a_neighbourhood() -> None:
    graph = world(("m", "TRAINED_ON", "d"))
    picture = neighbourhood_picture(graph, graph.resolve("m"), 1)
    assert {card.state for card in picture.cards} == {State.UNKNOWN}


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    name = "organisation/" + "very-long-" * 20 + "final-r100.onnx"
    first, second = fitted(name)
    assert name.startswith(first)
    assert second.startswith("…")
    assert name.endswith(second[1:])


def test_letters_that_turn_text_around_are_shown_as_such() -> None:
    assert fitted("abc\u202eexe") == ("abc�exe",)
