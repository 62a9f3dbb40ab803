"""Data Provenance Standards: given this record, these origins."""

from __future__ import annotations

import json

import pytest

from reading_helper import Read, Tree


def record(**provenance: object) -> dict[str, dict[str, object]]:
    """A record with the least that the standards ask for, and this provenance."""
    return {
        "source": {
            "version": "1.0.0",
            "title": "Ponds",
            "id": "p-1",
            "issuer": [{"name": "Heron"}],
        },
        "provenance": {
            "origin-geography": [{"country": "GB"}],
            "date": "2024-01-01",
            "generation-method": [{"code": "feeds-rss-source"}],
            **provenance,
        },
        "use": {"intended-purpose": [{"code": "ai-evaluation"}]},
    }


def read(tree: Tree, content: object, name: str = "record.json") -> Read:
    return tree.read(name, json.dumps(content, indent=1))


def edges(got: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in got.extract.assertions}


@pytest.mark.parametrize(("source", "known_as"), [
    ("https://a.example/meta/one", {"https://a.example/meta/one"}),
    (["https://a.example/1", "https://a.example/2"], {"https://a.example/1", "https://a.example/2"}),
    ("https://a.example/1; https://a.example/2", {"https://a.example/1", "https://a.example/2"}),
    ("see https://a.example/1.", {"https://a.example/1"}),
    ("https://huggingface.co/datasets/org/data", {"hf://datasets/org/data"}),
    ("0D2F6F6E-1111-4222-8333-444455556666", {"dps://records/0d2f6f6e-1111-4222-8333-444455556666"}),
    (["Old ponds", "Lakes"], {"name://datasets/Old ponds", "name://datasets/Lakes"}),
    ([{"title": "Old ponds", "location": "https://a.example/1"}], {"name://datasets/Old ponds"}),
    ([{"url": "https://a.example/1"}], {"https://a.example/1"}),
    ("N/A", set()),
    ([], set()),
    ("", set()),
])  # fmt: skip
def test_sources(tree: Tree, source: object, known_as: set[str]) -> None:
    got = read(tree, record(source=source))
    assert got.ids == {("derived_from", name) for name in known_as}
    assert got.outputs == ["Ponds"]


def test_a_source_that_is_not_known_is_an_unknown(tree: Tree) -> None:
    ((role, name),) = read(tree, record(source="unknown")).ids
    assert role == "derived_from"
    assert name.startswith("unknown://")


def test_provenance_below(tree: Tree) -> None:
    deeper = {"source": "https://a.example/2", "sub-provenance": {"source": "https://a.example/3"}}
    got = read(tree, record(source="https://a.example/1", **{"sub-provenance": deeper}))
    assert {name for _, name in got.inputs} == {f"https://a.example/{n}" for n in (1, 2, 3)}


def test_records_know_each_other_by_address_and_identifier(tree: Tree) -> None:
    content = record()
    content["source"]["location"] = "https://a.example/meta/ponds"
    content["source"]["id"] = "0d2f6f6e-1111-4222-8333-444455556666"
    assert edges(read(tree, content)) == {
        ("Ponds", "same_as", "meta/ponds"),
        ("meta/ponds", "same_as", "Ponds"),
        ("Ponds", "same_as", "0d2f6f6e-1111-4222-8333-444455556666"),
        ("0d2f6f6e-1111-4222-8333-444455556666", "same_as", "Ponds"),
    }


def test_a_record_beside(tree: Tree) -> None:
    other = record()
    other["source"]["title"] = "Raw ponds"
    tree.write("meta/raw.json", json.dumps(other))
    got = read(tree, record(source="raw.json"), "meta/ponds.json")
    assert got.inputs == {("derived_from", "Raw ponds")}


def test_who_it_came_from(tree: Tree) -> None:
    got = read(tree, record(origin=[{"name": "Heron"}, {"name": "Anglers", "address": ["1 Lane"]}]))
    assert edges(got) == {("Ponds", "provided_by", "Anglers")}
    assert got.inputs == set()
    assert "1 Lane" not in repr(got.extract)


def test_what_is_said_of_the_data(tree: Tree) -> None:
    content = record(**{"generation-method": [{"code": "machine-generated-mlops-synthetic"}]})
    content["use"] |= {
        "classification": [
            {"regulation": {"code": "PHI"}, "evaluated": True},
            {"regulation": {"code": "pii"}, "evaluated": False},
        ],
        "license": ["CC-BY-4.0", "ask jo@a.example"],
        "consents": ["https://a.example/consent"],
    }
    said = read(tree, content).properties("Ponds")
    assert said["synthetic"] is True
    assert said["confidentiality"] == ("phi",)
    assert said["data_categories"] == ("Health",)
    assert said["licence"] == "CC-BY-4.0"
    assert said["consent_documents"] == ("https://a.example/consent",)
    assert said["collected_in"] == ("GB",)


def test_the_fields_as_people_know_them(tree: Tree) -> None:
    got = tree.read(
        "record.yml",
        """
        Standards version used: 1.0.0
        Dataset title/name: Ponds
        Unique metadata identifier: p-1
        Dataset issuer: Heron
        Source metadata for dataset:
          - https://a.example/1
          - Old ponds
        Data origin geography: GB
        Consent documentation location: none
        Intended data use: AI evaluation
        """,
    )
    assert got.inputs == {("derived_from", "https://a.example/1"), ("derived_from", "Old ponds")}
    assert got.outputs == ["Ponds"]


@pytest.mark.parametrize("style", [
    ["standardsVersionUsed", "datasetTitle", "uniqueMetadataIdentifier", "datasetIssuer",
     "sourceMetadataForDataset", "dataOriginGeography", "datasetIssueDate"],
    ["standards_version_used", "dataset_title", "unique_metadata_identifier", "dataset_issuer",
     "source_metadata_for_dataset", "data_origin_geography", "dataset_issue_date"],
])  # fmt: skip
def test_keys_of_other_styles(tree: Tree, style: list[str]) -> None:
    values = ["1.0.0", "Ponds", "p-1", "Heron", "https://a.example/1", "GB", "2024-01-01"]
    got = read(tree, dict(zip(style, values, strict=True)))
    assert got.inputs == {("derived_from", "https://a.example/1")}
    assert got.outputs == ["Ponds"]


@pytest.mark.parametrize("wrap", [
    lambda one, two: [one, two],
    lambda one, two: {"records": [one, two]},
    lambda one, two: {"first": one, "second": two},
])  # fmt: skip
def test_several_records(tree: Tree, wrap: object) -> None:
    assert callable(wrap)
    one, two = record(source="Lakes"), record(source="Rivers")
    two["source"]["title"] = "Streams"
    assert edges(read(tree, wrap(one, two))) == {
        ("Ponds", "derived_from", "Lakes"),
        ("Streams", "derived_from", "Rivers"),
    }


def test_a_flattened_export(tree: Tree) -> None:
    header = (
        '"source.version","source.title","source.id","source.issuer.0.name","provenance.source.0",'
        '"provenance.source.1","provenance.origin-geography.0.country",'
        '"provenance.generation-method.0.code","use.intended-purpose.0.code"'
    )
    row = '"1.0.0","Ponds, all","p-1","Heron","https://a.example/1","Lakes","GB","feeds","other"'
    got = tree.read("data-standard-export.csv", f"{header}\n{row}\n")
    assert got.outputs == ["Ponds, all"]
    assert got.inputs == {("derived_from", "https://a.example/1"), ("derived_from", "Lakes")}
    assert got.input("Lakes", "derived_from")["line"] == 2


def test_a_sheet_with_groups_and_explanations(tree: Tree) -> None:
    header = (
        "Standards version,Dataset title/name,Unique metadata identifier,Metadata location,"
        "Data issuer name,Source metadata for dataset,Data origin geography country,Method code"
    )
    told = "," + "the official name of the data set and what that is for " * 4 + ",,,,,,"
    rows = f"Source,,,,,Provenance,,\n{header}\n{told}\n1.0.0,Ponds,p-1,,Heron,Lakes,GB,feeds\n"
    got = tree.read("our-provenance.csv", rows)
    assert got.outputs == ["Ponds"]
    assert got.inputs == {("derived_from", "Lakes")}


@pytest.mark.parametrize(("name", "text"), [
    ("a.json", '{"source": {"name": "x", "id": "y"}, "provenance": {"date": "z"}}'),
    ("a.json", '{"source": "x", "provenance": "y", "use": "z", "title": "t"}'),
    ("a.json", '{"provenance": {"origin": "x"}, "metadata_id": "y", "name": "z"}'),
    ("a.json", '{"$schema": "https://json-schema.org/draft", "title": "Data Provenance Standard",'
               ' "properties": {"source": {}, "provenance": {}, "use": {}}}'),
    ("a.yaml", "name: x\nmethod: y\nlicense: z\nprovenance: w\n"),
    ("metadata.csv", "file,label,provenance\na.jpg,cat,web\n"),
    ("metadata.csv", "\"unclosed provenance"),
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, name: str, text: str) -> None:
    assert tree.claimant(name, text) != "dta_provenance"
