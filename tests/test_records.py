"""A record refuses, when it is made, what a store could not hold."""

from __future__ import annotations

import pytest

from lineage.errors import RecordError
from lineage.records import MAX_ID, DocumentRef, Ref, frozen_properties
from lineage.vocabulary import Kind

UNFIT = ["half \ud800 a pair", "x" * 9000, "", "a\x00b", "line\nbreak", "\x1b[31m"]


@pytest.mark.parametrize("text", UNFIT)
def test_a_document_whose_path_no_store_could_hold_is_refused(text: str) -> None:
    with pytest.raises(RecordError):
        DocumentRef("repo", text, "1", "trl")
    with pytest.raises(RecordError):
        DocumentRef(text, "a.yml", "1", "trl")


@pytest.mark.parametrize("text", UNFIT)
def test_a_name_that_no_store_could_hold_is_refused(text: str) -> None:
    with pytest.raises(RecordError):
        Ref(Kind.MODEL, "hf://models", text)


def test_the_longest_id_is_held() -> None:
    name = "x" * (MAX_ID - len("hf://models/"))
    assert len(Ref(Kind.MODEL, "hf://models", name).id) == MAX_ID


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("records", 2**63),
        ("records", -(2**63) - 1),
        ("note", "half \ud800 a pair"),
        ("note", {"a": 1}),
        ("id", "x"),
        ("kind", "x"),
        ("", "x"),
        ("a\x00b", "x"),
    ],
)
def test_a_property_that_no_store_could_hold_is_refused(name: str, value: object) -> None:
    with pytest.raises(RecordError):
        frozen_properties({name: value})


def test_properties_are_sorted_and_what_is_not_stated_is_left_out() -> None:
    assert frozen_properties({"b": [1, "x"], "a": "  two   words ", "c": None}) == (
        ("a", "two words"),
        ("b", ("1", "x")),
    )
