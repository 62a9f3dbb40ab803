"""References between values of one document."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ingest.interpolation import resolved
from ingest.reading import Node, leaves, parse_yaml
from lineage.errors import InputError


def tree(text: str) -> Node:
    return resolved(parse_yaml(dedent(text), "c.yaml")[0])


@pytest.mark.parametrize(("text", "says"), [
    ("name: n\nx: out/${name}", "out/n"),
    ("a: {b: 1}\nx: ${a.b}", "1"),
    ("a: [p, q]\nx: ${a[1]}", "q"),
    ("a: [p, q]\nx: ${a.1}", "q"),
    ("a: b\nb: c\nx: ${${a}}", "c"),
    ("a: ${b}\nb: c\nx: ${a}-${b}", "c-c"),
    ("a: {b: 1}\np: ${a}\nx: ${p.b}", "1"),
    ("x: ${oc.env:HOME}/n", "${oc.env:HOME}/n"),
    ("name: n\nx: ${f:${name}}", "${f:n}"),
    ("x: ${nowhere.a}", "${nowhere.a}"),
    ("x: ${x}", "${x}"),
    ("x: ${y}\ny: ${x}", "${y}"),
    ("a:\nx: ${a}", ""),
    ("x: ${unclosed", "${unclosed"),
    ("x: ${..above}", "${..above}"),
])  # fmt: skip
def test_what_a_reference_says(text: str, says: str) -> None:
    assert tree(text).at("x").text == says


def test_relative_references_start_where_they_stand() -> None:
    read = tree("a: {b: {c: 1, d: '${.c}', e: '${..f}'}, f: 2}")
    assert read.at("a", "b", "d").text == "1"
    assert read.at("a", "b", "e").text == "2"


def test_a_whole_collection_gets_the_keys_of_its_new_place() -> None:
    read = tree("""
        a: {b: '${name}', c: [1]}
        name: n
        x: ${a}
        """)
    assert read.at("x", "b").text == "n"
    assert read.at("x", "c", 0).key == "x.c[0]"
    assert read.at("x", "b").line == 4


@pytest.mark.parametrize("text", [
    "a: {b: '${a}'}",
    "a: ['${a}', '${b}']\nb: ['${a}', '${b}']",
    "a: '" + "${" * 5000 + "}" * 5000 + "'",
    "\n".join(f"x{i}: '${{x{i + 1}}}${{x{i + 1}}}'" for i in range(60)) + "\nx60: long",
])  # fmt: skip
def test_circles_and_bombs_end(text: str) -> None:
    assert tree(text)


def test_a_bomb_of_collections_is_refused() -> None:
    lines = [f"x{i}: ['${{x{i + 1}}}', '${{x{i + 1}}}']" for i in range(30)]
    with pytest.raises(InputError, match="more than"):
        tree("\n".join([*lines, "x30: [1]"]))


def test_who_looks_at_a_reference_has_looked_at_what_it_refers_to() -> None:
    plain = parse_yaml("a: {b: org/base, c: other}\nx: ${a.b}\n", "c.yaml")[0]
    assert resolved(plain).at("x").text == "org/base"
    looked_at = {leaf.key: leaf.looked_at for leaf in leaves(plain)}
    assert looked_at == {"a.b": True, "a.c": False, "x": True}
