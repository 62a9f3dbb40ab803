"""SPDX 3: given this bill of materials, these origins."""

from __future__ import annotations

import json

import pytest

from reading_helper import Read, Tree

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"

Part = dict[str, object]


def model(name: str, **fields: object) -> Part:
    return {"type": "ai_AIPackage", "spdxId": f"urn:{name}", "name": name, **fields}


def data(name: str, **fields: object) -> Part:
    return {"type": "dataset_DatasetPackage", "spdxId": f"urn:{name}", "name": name, **fields}


def relation(kind: str, start: str, *ends: str, **fields: object) -> Part:
    return {
        "type": "Relationship",
        "relationshipType": kind,
        "from": f"urn:{start}",
        "to": [f"urn:{end}" if ":" not in end else end for end in ends],
        **fields,
    }


def read(tree: Tree, *parts: Part, name: str = "a.spdx3.json") -> Read:
    graph = {"@context": CONTEXT, "@graph": list(parts)}
    return tree.read(name, json.dumps(graph, indent=1))


def edges(got: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in got.extract.assertions}


@pytest.mark.parametrize(("kind", "edge"), [
    ("trainedOn", ("m", "trained_on", "d")),
    ("pretrainedOn", ("m", "trained_on", "d")),
    ("finetunedOn", ("m", "trained_on", "d")),
    ("TRAINED_ON", ("m", "trained_on", "d")),
    ("testedOn", ("m", "evaluated_on", "d")),
    ("evaluatedOn", ("m", "evaluated_on", "d")),
    ("validatedOn", ("m", "evaluated_on", "d")),
    ("hasTest", ("m", "evaluated_on", "d")),
    ("dependsOn", ("m", "trained_on", "d")),
    ("generates", ("d", "generated_by", "m")),
    ("ancestorOf", ("d", "generated_by", "m")),
    ("contains", ("m", "bundles", "d")),
])  # fmt: skip
def test_a_model_and_a_data_set(tree: Tree, kind: str, edge: tuple[str, str, str]) -> None:
    assert edges(read(tree, model("m"), data("d"), relation(kind, "m", "d"))) == {edge}


@pytest.mark.parametrize(("kind", "words", "edge"), [
    ("descendantOf", "", ("a", "fine_tuned_from", "b")),
    ("ancestorOf", "", ("b", "fine_tuned_from", "a")),
    ("finetunedOn", "", ("a", "fine_tuned_from", "b")),
    ("hasVariant", "", ("b", "derived_from", "a")),
    ("hasVariant", "quantized to int8", ("b", "quantized_from", "a")),
    ("descendantOf", "distilled from b", ("a", "distilled_from", "b")),
    ("dependsOn", "LoRA adapter for b", ("a", "adapter_of", "b")),
    ("copiedTo", "", ("b", "copy_of", "a")),
    ("contains", "", ("a", "bundles", "b")),
])  # fmt: skip
def test_two_models(tree: Tree, kind: str, words: str, edge: tuple[str, str, str]) -> None:
    got = read(tree, model("a"), model("b"), relation(kind, "a", "b", description=words))
    assert edges(got) == {edge}


@pytest.mark.parametrize(("kind", "edge"), [
    ("descendantOf", ("a", "derived_from", "b")),
    ("ancestorOf", ("b", "derived_from", "a")),
    ("generates", ("b", "derived_from", "a")),
    ("hasVariant", ("b", "derived_from", "a")),
])  # fmt: skip
def test_two_data_sets(tree: Tree, kind: str, edge: tuple[str, str, str]) -> None:
    assert edges(read(tree, data("a"), data("b"), relation(kind, "a", "b"))) == {edge}


@pytest.mark.parametrize("kind", [
    "hasDocumentation", "hasMetadata", "hasEvidence", "usesTool", "describes", "other",
    "amendedBy", "hasDeclaredLicense",
])  # fmt: skip
def test_other_relationships_are_no_lineage(tree: Tree, kind: str) -> None:
    assert edges(read(tree, model("m"), data("d"), relation(kind, "m", "d"))) == set()


def test_a_dependency_without_words_is_a_conclusion(tree: Tree) -> None:
    plain = read(tree, model("a"), model("b"), relation("dependsOn", "a", "b"))
    assert plain.input("b", "fine_tuned_from")["evidence"] == "inferred"
    said = relation("dependsOn", "a", "b", description="a was fine-tuned from b")
    got = read(tree, model("a"), model("b"), said)
    assert got.input("b", "fine_tuned_from")["evidence"] == "declared"


def test_outputs_are_roots_and_what_nothing_came_from(tree: Tree) -> None:
    document = {"type": "SpdxDocument", "spdxId": "urn:doc", "rootElement": ["urn:base"]}
    got = read(
        tree, document, model("base"), model("m"), data("d"), data("apart"),
        relation("trainedOn", "m", "d"), relation("descendantOf", "m", "base"),
    )  # fmt: skip
    assert set(got.outputs) == {"base", "m", "apart"}


def test_no_assertion_is_unknown_and_none_is_nothing(tree: Tree) -> None:
    core = "https://spdx.org/rdf/3.0.1/terms/Core"
    got = read(tree, model("m"), relation("trainedOn", "m", f"{core}/NoAssertionElement"))
    ((role, name),) = got.ids
    assert role == "trained_on"
    assert name.startswith("unknown://")
    got = read(tree, model("m"), relation("trainedOn", "m", f"{core}/NoneElement"))
    assert got.inputs == set()


def test_an_incomplete_list_is_reported(tree: Tree) -> None:
    got = read(tree, model("m"), data("d"),
               relation("trainedOn", "m", "d", completeness="incomplete"))  # fmt: skip
    assert ["trainedOn" in reason for reason in got.skipped] == [True]


def test_a_place_on_the_hub_is_another_name(tree: Tree) -> None:
    got = read(
        tree,
        model("PondBERT", software_packageUrl="pkg:huggingface/heron-ai/pond-bert@12ab"),
        data(
            "talk", software_downloadLocation="https://huggingface.co/datasets/org/talk/tree/main"
        ),
        data("org/named"),
        relation("trainedOn", "PondBERT", "talk", "org/named"),
    )
    assert ("PondBERT", "same_as", "heron-ai/pond-bert") in edges(got)
    assert ("org/talk", "same_as", "talk") in edges(got)
    assert ("trained_on", "hf://datasets/org/named") in got.ids


def test_an_address_that_no_element_describes(tree: Tree) -> None:
    place = "https://huggingface.co/datasets/org/data"
    got = read(tree, model("m"), relation("trainedOn", "m", place, "urn:elsewhere"))
    assert got.ids == {
        ("trained_on", "hf://datasets/org/data"),
        ("trained_on", "spdx://elements/urn:elsewhere"),
    }


def test_what_a_build_makes_came_from_what_it_takes(tree: Tree) -> None:
    build = {"type": "build_Build", "spdxId": "urn:build"}
    script = {"type": "software_File", "spdxId": "urn:script", "name": "train.py",
              "software_primaryPurpose": "source"}  # fmt: skip
    got = read(
        tree, build, script, model("m"), model("base"), data("d"),
        relation("hasInput", "build", "d", "base", "script"), relation("hasOutput", "build", "m"),
    )  # fmt: skip
    assert edges(got) == {("m", "trained_on", "d"), ("m", "fine_tuned_from", "base")}
    assert got.input("d")["evidence"] == "inferred"


def test_files_of_packages(tree: Tree) -> None:
    def file(name: str, purpose: str, *more: str) -> Part:
        return {"type": "software_File", "spdxId": f"urn:{name}", "name": name,
                "software_primaryPurpose": purpose, "software_additionalPurpose": more}  # fmt: skip

    got = read(
        tree, model("m"), data("d"), file("w.bin", "model"), file("net.py", "model", "source"),
        file("t.csv", "data"), file("readme.csv", "data"),
        relation("contains", "m", "w.bin", "net.py"), relation("contains", "d", "t.csv"),
        relation("contains", "d", "readme.csv"), relation("trainedOn", "w.bin", "t.csv"),
    )  # fmt: skip
    assert edges(got) == {
        ("m", "bundles", "w.bin"),
        ("w.bin", "trained_on", "t.csv"),
        ("t.csv", "subset_of", "d"),
    }
    assert got.outputs == ["m"]


def test_an_application_deploys_its_model(tree: Tree) -> None:
    app = {"type": "software_Package", "spdxId": "urn:app", "name": "app"}
    library = {"type": "software_Package", "spdxId": "urn:torch", "name": "torch"}
    got = read(tree, app, library, model("m"), relation("dependsOn", "app", "m", "torch"),
               relation("dependsOn", "m", "torch"))  # fmt: skip
    assert edges(got) == {("app", "deploys", "m")}


def test_what_is_said_of_data(tree: Tree) -> None:
    licence = {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:licence",
               "simplelicensing_licenseExpression": "CC-BY-4.0"}  # fmt: skip
    got = read(
        tree,
        data(
            "d",
            dataset_hasSensitivePersonalInformation="noAssertion",
            dataset_intendedUse="counting",
            dataset_dataCollectionProcess="write to jo@heron.example",
            verifiedUsing=[{"type": "Hash", "algorithm": "sha256", "hashValue": "AB12"}],
        ),
        licence,
        relation("hasDeclaredLicense", "d", "licence"),
        relation("hasConcludedLicense", "d", "https://spdx.org/licenses/CC0-1.0"),
    )
    said = got.properties("d")
    assert said["licence"] == "CC-BY-4.0"
    assert said["licence_concluded"] == "CC0-1.0"
    assert said["sensitive_personal_information"] == "UNKNOWN"
    assert said["digest"] == "sha256:ab12"
    assert "jo@heron.example" not in repr(got.extract)


def test_a_base_model_among_the_hyperparameters(tree: Tree) -> None:
    keys = [{"type": "DictionaryEntry", "key": "base_model", "value": "org/base"}]
    got = read(tree, model("m", ai_hyperparameter=keys))
    assert got.ids == {("fine_tuned_from", "hf://models/org/base")}
    got = read(tree, model("m", ai_hyperparameter=keys), model("base"),
               relation("descendantOf", "m", "base"))  # fmt: skip
    assert got.inputs == {("fine_tuned_from", "base")}


def test_an_element_of_a_document_beside(tree: Tree) -> None:
    other = {"@context": CONTEXT, "@graph": [data("d")]}
    other["@graph"][0]["name"] = "named elsewhere"  # type: ignore[index]
    tree.write("b.spdx3.json", json.dumps(other))
    entry = {"externalSpdxId": "urn:d", "locationHint": "https://x.example/b.spdx3.json"}
    document = {"type": "SpdxDocument", "spdxId": "urn:doc", "import": [entry]}
    got = read(tree, document, model("m"), relation("trainedOn", "m", "d"))
    assert got.inputs == {("trained_on", "named elsewhere")}


def test_other_spellings_of_the_same(tree: Tree) -> None:
    graph = {
        "@context": {"spdx": "https://spdx.org/rdf/3.0.1/terms/", "x": "https://x.example/#"},
        "@graph": [
            {"@type": ["spdx:AI/AIPackage"], "@id": "x:m", "spdx:Core/name": {"@value": "m"}},
            {"@type": "spdx:Dataset/DatasetPackage", "@id": "https://x.example/#d",
             "spdx:Core/name": "d"},
            {"@type": "spdx:Core/Relationship", "spdx:Core/from": {"@id": "x:m"},
             "spdx:Core/relationshipType": {"@id": "spdx:Core/RelationshipType/trainedOn"},
             "spdx:Core/to": {"@id": "x:d"}},
        ],
    }  # fmt: skip
    assert edges(tree.read("a.jsonld", json.dumps(graph))) == {("m", "trained_on", "d")}


def test_elements_inside_a_document(tree: Tree) -> None:
    document = {
        "spdxVersion": "SPDX-3.0", "type": "SpdxDocument", "spdxId": "SPDXRef-DOCUMENT",
        "element": [
            {"type": "AIPackage", "spdxId": "SPDXRef-MODEL", "name": "m"},
            {"type": "DatasetPackage", "spdxId": "SPDXRef-DATA", "name": "d"},
            {"type": "Relationship", "relationshipType": "trainedOn", "from": "SPDXRef-MODEL",
             "to": "SPDXRef-DATA"},
        ],
    }  # fmt: skip
    assert edges(tree.read("a.json", json.dumps(document))) == {("m", "trained_on", "d")}


@pytest.mark.parametrize("text", [
    '{"spdxVersion": "SPDX-2.3", "packages": [], "relationships": []}',
    '{"@context": "https://schema.org/", "@graph": [{"@type": "Dataset", "name": "spdx"}]}',
    '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "spdx"}]}',
    '{"spdx": 3, "@graph": []}',
    "[]",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.json", text) != "spdx3"


def test_a_large_build_stands_between_what_it_takes_and_makes(tree: Tree) -> None:
    used, made = [f"a{n}" for n in range(200)], [f"b{n}" for n in range(200)]
    got = read(
        tree,
        {"type": "build_Build", "spdxId": "urn:build", "name": "build"},
        *map(data, (*used, *made)),
        relation("hasInput", "build", *used),
        relation("hasOutput", "build", *made),
    )
    assert ("b7", "derived_from", "build") in edges(got)
    assert ("build", "derived_from", "a9") in edges(got)
    assert len(edges(got)) == 400
