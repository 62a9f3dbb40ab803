"""Data Provenance Initiative: given these audited records, these origins."""

from __future__ import annotations

import json

import pytest

from lineage.vocabulary import Relation
from reading_helper import Read, Tree


def read(tree: Tree, *records: dict[str, object]) -> Read:
    """The reading of a collection of records, each with the fields that all have."""
    filled = [{"Collection": "C", "Licenses": [], **record} for record in records]
    text = json.dumps({str(r["Unique Dataset Identifier"]): r for r in filled}, indent=1)
    return tree.read("data_summaries/C.json", text)


def test_data_sets_models_and_places(tree: Tree) -> None:
    got = read(
        tree,
        {
            "Unique Dataset Identifier": "c-one",
            "Dataset Name": "One",
            "Text Sources": ["wikipedia.org", "reddit"],
            "Derived from Datasets": ["Natural Questions"],
            "Model Generated": ["OpenAI ChatGPT"],
            "Human Annotation": "Yes",
        },
    )
    assert got.outputs == ["c-one"]
    assert got.ids == {
        ("derived_from", "name://sources/wikipedia.org"),
        ("derived_from", "name://sources/reddit"),
        ("derived_from", "name://datasets/Natural Questions"),
        ("generated_by", "name://models/OpenAI ChatGPT"),
    }
    said = got.properties("c-one")
    assert said["display_name"] == "One"
    assert said["synthetic"] is True
    assert said["human_annotation"] is True


@pytest.mark.parametrize("word", ["crowdsourced (amt)", "human", "volunteer annotations", "", "?"])
def test_how_a_text_was_made_is_no_place(tree: Tree, word: str) -> None:
    got = read(tree, {"Unique Dataset Identifier": "x", "Text Sources": [word]})
    assert got.inputs == set()


@pytest.mark.parametrize("word", ["undisclosed web", "Unclear", "ML Datasets", "mixed"])
def test_a_place_that_is_not_told_is_an_unknown(tree: Tree, word: str) -> None:
    got = read(tree, {"Unique Dataset Identifier": "x", "Text Sources": [word]})
    ((role, name),) = got.ids
    assert role == "derived_from"
    assert name.startswith("unknown://")


def test_what_is_listed_twice_is_said_once(tree: Tree) -> None:
    got = read(
        tree,
        {
            "Unique Dataset Identifier": "x",
            "Text Sources": ["Flan v2", "OpenAI GPT-3", "ML Datasets"],
            "Derived from Datasets": ["flan v2"],
            "Model Generated": ["OpenAI GPT-3"],
        },
    )
    assert got.ids == {
        ("derived_from", "name://datasets/flan v2"),
        ("generated_by", "name://models/OpenAI GPT-3"),
    }


@pytest.mark.parametrize(("name", "known_as"), [
    ("huggingface.co/datasets/openbmb/UltraFeedback", "hf://datasets/openbmb/UltraFeedback"),
    ("https://huggingface.co/datasets/trec", "hf://datasets/trec"),
    ("allenai/s2orc", "hf://datasets/allenai/s2orc"),
    ("CNN/DailyMail", "name://datasets/CNN/DailyMail"),
])  # fmt: skip
def test_names_of_ancestors(tree: Tree, name: str, known_as: str) -> None:
    got = read(tree, {"Unique Dataset Identifier": "x", "Derived from Datasets": [name]})
    assert got.ids == {("derived_from", known_as)}


def test_a_page_of_its_own_is_another_name(tree: Tree) -> None:
    page = "https://huggingface.co/datasets/org/x"
    got = read(tree, {"Unique Dataset Identifier": "x", "Hugging Face URL": page})
    assert got.inputs == set()
    assert {(a.subject.name, a.relation.role, a.object.name) for a in got.extract.assertions} == {
        ("x", "same_as", "org/x"),
        ("org/x", "same_as", "x"),
    }


def test_a_page_of_several_holds_them_as_parts(tree: Tree) -> None:
    page = "https://huggingface.co/datasets/org/both"
    got = read(
        tree,
        {
            "Unique Dataset Identifier": "a",
            "Hugging Face URL": page,
            "Dataset Filter IDs": ["amh"],
            "Derived from Datasets": ["xP3"],
        },
        {"Unique Dataset Identifier": "b", "Hugging Face URL": f"{page}/viewer/b"},
    )
    parts = [a for a in got.extract.assertions if a.relation.role == "subset_of"]
    assert {(a.subject.name, a.object.name, a.selector) for a in parts} == {
        ("a", "org/both", "Dataset Filter IDs=amh"),
        ("b", "org/both", None),
    }
    made = {
        (a.subject.name, a.evidence.value) for a in got.extract.assertions if a.object.name == "xP3"
    }
    assert made == {("a", "declared"), ("org/both", "inferred")}


def test_speech_and_video(tree: Tree) -> None:
    got = read(
        tree,
        {
            "Unique Dataset Identifier": "x",
            "Text Sources": ["youtube"],
            "Video Sources": ["youtube", "movies"],
            "Source": ["LibriVox", "Crowd-Sourcing"],
            "Taken Down": "True",
        },
    )
    assert {name for _, name in got.inputs} == {"youtube", "movies", "LibriVox"}
    assert got.properties("x")["taken_down"] is True


def test_licences_as_found(tree: Tree) -> None:
    some = [{"License": "Unspecified"}, {"License": "MIT License", "License URL": "https://a.b/c"}]
    got = read(tree, {"Unique Dataset Identifier": "x", "Licenses": some})
    assert got.properties("x")["licence"] == ("UNKNOWN", "MIT License")
    assert got.properties("x")["licence_link"] == "https://a.b/c"


def test_names_of_annotators_are_not_kept(tree: Tree) -> None:
    got = read(tree, {"Unique Dataset Identifier": "x", "License Verified By": "Jo Doe"})
    assert "Jo Doe" not in repr(got.extract)


def test_a_template_states_nothing(tree: Tree) -> None:
    got = read(tree, {"Unique Dataset Identifier": "string: name", "Text Sources": ["list"]})
    assert (got.inputs, got.outputs) == (set(), [])
    assert got.skipped


@pytest.mark.parametrize("text", [
    '{"a": {"Dataset Name": "x", "Collection": "c"}}',
    '{"a": {"Unique Dataset Identifier": "x"}}',
    '{"ML Datasets": ["a", "b"], "News": ["c"]}',
    '{"a": {"Unique Dataset Identifier": "x", "Collection": "c", "Licenses": []}, "b": 1}',
    "[]",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("data_summaries/x.json", text) != "data_provenance"


def test_a_page_that_a_machine_gathered_is_used_where_none_is_stated(tree: Tree) -> None:
    got = read(
        tree,
        {
            "Unique Dataset Identifier": "c-one",
            "Dataset Name": "One",
            "Hugging Face URL": "",
            "Inferred Metadata": {"HF Dataset": "acme/one"},
        },
    )
    names = {(a.subject.name, a.relation, a.object.name) for a in got.extract.assertions}
    assert ("c-one", Relation.SAME_AS, "acme/one") in names


@pytest.mark.parametrize(
    ("licence", "auditor", "verified"),
    [("MIT", "Jo", "Data Provenance Initiative"), ("MIT", "", None), ("", "Jo", None)],
)
def test_an_audited_licence_is_verified_by_the_audit(
    tree: Tree, licence: str, auditor: str, verified: str | None
) -> None:
    record = {
        "Unique Dataset Identifier": "c-one",
        "Licenses": [{"License": licence}],
        "License Verified By": auditor,
    }
    assert read(tree, record).properties("c-one").get("licence_verified_by") == verified
