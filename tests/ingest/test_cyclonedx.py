"""CycloneDX: given this bill of materials, these models came from those."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reading_helper import Read, Tree

Node = dict[str, Any]


def bom(*components: Node, **more: Any) -> str:
    root = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return json.dumps({**root, "components": list(components), **more}, indent=1)


def model(name: str = "m", *datasets: Any, **more: Any) -> Node:
    card = {"modelParameters": {"datasets": list(datasets)}} if datasets else None
    made = {"type": "machine-learning-model", "bom-ref": name, "name": name, **more}
    return {**made, "modelCard": card} if card else made


def data(name: str = "d", **more: Any) -> Node:
    return {"type": "data", "bom-ref": name, "name": name, **more}


def read(tree: Tree, *components: Node, **more: Any) -> Read:
    return tree.read("bom.json", bom(*components, **more))


def edges(one: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in one.extract.assertions}


def test_a_described_data_set_is_known_by_its_place(tree: Tree) -> None:
    entry = {"type": "dataset", "name": "Crops", "contents": {"url": "https://x.org/crops"}}
    one = read(tree, model("m", entry))
    assert one.inputs == {("trained_on", "https://x.org/crops")}
    assert one.outputs == ["m"]
    assert one.properties("crops")["display_name"] == "Crops"


def test_a_comma_after_the_last_item_is_passed_over(tree: Tree) -> None:
    text = bom(model("m", "org/d")).replace(
        '"version": 1,', '"version": 1, "metadata": {"x": [1,],},'
    )
    assert tree.read("bom.json", text).inputs == {("trained_on", "org/d")}


@pytest.mark.parametrize(
    ("entry", "identity"),
    [
        ({"name": "Open Walks"}, "name://datasets/Open Walks"),
        ({"name": "Training Data"}, "config://repo/bom.json#Training Data"),
        ({"name": "acme/faces"}, "hf://datasets/acme/faces"),
        ({"name": "x", "contents": {"url": "https://hf.co/datasets/a/b"}}, "hf://datasets/a/b"),
        ("acme/faces", "hf://datasets/acme/faces"),
        ({"ref": "d"}, "config://repo/bom.json#d"),
        ({"ref": "inside"}, "config://repo/bom.json#d"),
        ({"ref": "gone"}, "unknown://repo/bom.json:components[0].modelCard.modelParameters."
                          "datasets[0].ref#gone"),
    ],
)  # fmt: skip
def test_what_a_card_calls_its_data(tree: Tree, entry: Any, identity: str) -> None:
    listed = data(data=[{"type": "dataset", "bom-ref": "inside", "name": "in"}])
    assert read(tree, model("m", entry), listed).ids == {("trained_on", identity)}


def test_data_listed_beside_the_only_model(tree: Tree) -> None:
    one = read(tree, model("m"), data("owls"), data("owls-holdout", description="held-out test"))
    assert one.inputs == {("trained_on", "owls"), ("evaluated_on", "owls-holdout")}
    assert one.input("owls")["evidence"] == "inferred"
    assert one.outputs == ["m"]


def test_data_listed_beside_several_models_is_of_none(tree: Tree) -> None:
    assert not read(tree, model("m"), model("n"), data("owls")).inputs


def test_evaluation_data_is_told_by_words(tree: Tree) -> None:
    one = read(
        tree,
        model("m", {"ref": "a"}, {"ref": "attestations"}, {"name": "train and test splits"}),
        data("a", description="held-out faces"),
        data("attestations"),
    )
    assert one.inputs == {
        ("evaluated_on", "a"),
        ("trained_on", "attestations"),
        ("trained_on", "train and test splits"),
    }
    assert one.input("a", "evaluated_on")["evidence"] == "inferred"


def test_what_a_card_lists_that_is_no_data(tree: Tree) -> None:
    assert read(tree, model("m", {"type": "configuration", "name": "a.ini"})).inputs == set()


def test_ancestors_and_descendants(tree: Tree) -> None:
    base = model("base", purl="pkg:huggingface/org/base@abc")
    base["pedigree"] = {"ancestors": [{"name": "root"}]}
    child = {"ancestors": [base], "descendants": [{"name": "lite"}], "variants": [{"name": "v"}]}
    one = read(tree, model("m", pedigree=child))
    assert edges(one) == {
        ("m", "fine_tuned_from", "org/base"),
        ("org/base", "fine_tuned_from", "root"),
        ("lite", "fine_tuned_from", "m"),
    }
    assert one.input("org/base", "fine_tuned_from")["selector"] == "version=abc"
    assert len(one.skipped) == 1


def test_an_ancestor_that_the_bill_lists_is_that_component(tree: Tree) -> None:
    child = model("m", pedigree={"ancestors": [{"type": "machine-learning-model", "name": "b"}]})
    one = read(tree, child, model("b"))
    assert one.ids == {("fine_tuned_from", "config://repo/bom.json#b")}
    assert one.outputs == ["m"]


def test_data_has_ancestors_too(tree: Tree) -> None:
    one = read(tree, data("d", pedigree={"ancestors": [data("raw")]}))
    assert edges(one) == {("d", "derived_from", "raw")}
    assert one.outputs == ["d"]


def test_dependencies_are_conclusions(tree: Tree) -> None:
    needs = [{"ref": "m", "dependsOn": ["d", "lib", "n"]}, {"ref": "lib", "dependsOn": ["d"]}]
    library = {"type": "library", "bom-ref": "lib", "name": "lib"}
    one = read(tree, model("m"), model("n"), data("d"), library, dependencies=needs)
    assert edges(one) == {("m", "trained_on", "d"), ("m", "derived_from", "n")}
    assert {row.evidence.value for row in one.extract.assertions} == {"inferred"}


def test_a_dependency_on_the_hub_that_the_bill_does_not_list(tree: Tree) -> None:
    needs = [{"ref": "m", "dependsOn": ["pkg:huggingface/org/base@1.0", "pkg:pypi/torch@2", "x"]}]
    one = read(tree, model("m"), dependencies=needs)
    assert one.ids == {("derived_from", "hf://models/org/base")}


def test_a_dependency_says_no_more_than_the_card(tree: Tree) -> None:
    needs = [{"ref": "m", "dependsOn": ["test b"]}]
    one = read(tree, model("m", {"ref": "test b"}), data("test b"), dependencies=needs)
    assert edges(one) == {("m", "evaluated_on", "test b")}


def test_a_product_deploys_the_models_it_depends_on(tree: Tree) -> None:
    main = {"component": {"type": "application", "bom-ref": "app", "name": "door"}}
    needs = [{"ref": "app", "dependsOn": ["lib"]}, {"ref": "lib", "dependsOn": ["m"]}]
    one = read(tree, model("m"), model("other"), metadata=main, dependencies=needs)
    assert edges(one) == {("door", "deploys", "m")}


def test_a_main_component_named_as_the_model_is_no_product(tree: Tree) -> None:
    main = {"component": {"type": "application", "bom-ref": "app", "name": "m"}}
    needs = [{"ref": "app", "dependsOn": ["m"]}]
    assert read(tree, model("m"), metadata=main, dependencies=needs).inputs == set()


def test_the_model_a_bill_is_of_is_its_only_output(tree: Tree) -> None:
    one = read(tree, model("helper"), metadata={"component": model("m", {"ref": "d"})})
    assert one.outputs == ["m"]


def test_tasks_say_what_was_made_and_measured(tree: Tree) -> None:
    def task(kind: str, given: list[str], made: list[str]) -> Node:
        return {
            "taskTypes": [kind],
            "inputs": [{"resource": {"ref": ref}} for ref in given],
            "outputs": [{"resource": {"ref": ref}} for ref in made],
        }

    trained, tested = task("build", ["d", "lib"], ["m"]), task("test", ["m", "e"], [])
    tasks = [trained, tested, task("copy", ["e"], [])]
    flow = [{"workflows": [{"tasks": tasks}]}]
    one = read(tree, model("m"), data("d"), data("e"), formulation=flow)
    assert edges(one) == {("m", "trained_on", "d"), ("m", "evaluated_on", "e")}


def test_tags_and_properties_in_the_manner_of_the_hub(tree: Tree) -> None:
    one = read(
        tree,
        model(
            "m",
            tags=["dataset:a/b", "base_model:o/x", "base_model:adapter:o/x", "base_model:o/y"],
            properties=[
                {"name": "hf:datasets", "value": "['c/d', 'none']"},
                {"name": "base_model", "value": "o/z"},
                {"name": "dataset", "value": "many texts from the web"},
                {"name": "data:size", "value": "3"},
            ],
        ),
    )
    assert one.inputs == {
        ("trained_on", "a/b"),
        ("trained_on", "c/d"),
        ("adapter_of", "o/x"),
        ("fine_tuned_from", "o/y"),
        ("fine_tuned_from", "o/z"),
    }
    assert len(one.skipped) == 1


def test_names_on_the_hub(tree: Tree) -> None:
    pages = [
        {"type": "documentation", "url": "https://huggingface.co/docs/transformers"},
        {"type": "website", "url": "https://huggingface.co/acme/m"},
    ]
    one = read(tree, model("m", externalReferences=pages), model("n", purl="pkg:huggingface/a/n@1"))
    assert edges(one) == {
        ("m", "same_as", "acme/m"),
        ("acme/m", "same_as", "m"),
        ("n", "same_as", "a/n"),
        ("a/n", "same_as", "n"),
    }


def test_a_data_set_on_the_hub_and_its_place(tree: Tree) -> None:
    page = {"type": "website", "url": "https://huggingface.co/datasets/wikimedia/wikipedia"}
    place = {"type": "dataset", "contents": {"url": "s3://b/wiki"}}
    one = read(tree, data("wikipedia", externalReferences=[page], data=[place]))
    assert one.outputs == ["wikipedia"]
    assert {a.object.id for a in one.extract.assertions if a.subject.name == "wikipedia"} >= {
        "hf://datasets/wikimedia/wikipedia",
        "s3://b/wiki",
    }


def test_what_is_said_of_data(tree: Tree) -> None:
    owners = [
        {"organization": {"name": "Acme"}},
        {"contact": {"name": "Jo Doe", "email": "jo@acme.example"}},
    ]
    about = {
        "type": "dataset",
        "classification": "internal",
        "sensitiveData": ["faces"],
        "governance": {"owners": owners},
    }
    digest = "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa"
    one = read(
        tree,
        data(
            "d",
            data=[about],
            hashes=[{"alg": "SHA-256", "content": digest}, {"alg": "MD5", "content": "x"}],
            licenses=[{"license": {"id": "MIT"}}, {"expression": "NOASSERTION"}],
        ),
    )
    said = one.properties("d")
    assert said["digest"] == f"sha256:{digest}"
    assert said["licence"] == ("MIT", "UNKNOWN")
    assert said["owners"] == ("Acme",)
    assert said["sensitive_data"] == ("faces",)
    assert "Jo" not in str(one.extract)


def test_software_has_no_lineage(tree: Tree) -> None:
    library = {"type": "library", "name": "a", "pedigree": {"ancestors": [{"name": "b"}]}}
    settings = data("s", data=[{"type": "configuration", "name": "a.ini"}])
    one = read(tree, library, settings)
    assert one.extract.assertions == ()
    assert one.outputs == []
    assert one.skipped == ["a bill of materials without models or data sets"]


@pytest.mark.parametrize(
    "text",
    [
        '{"bomFormat": "SPDX", "components": []}',
        '{"components": [{"type": "machine-learning-model", "name": "m"}]}',
        '["bomFormat", "CycloneDX"]',
    ],
)
def test_what_is_no_bill(tree: Tree, text: str) -> None:
    assert tree.claimant("bom.json", text) is None
