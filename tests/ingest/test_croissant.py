"""Croissant: given this description, this data set came from those."""

from __future__ import annotations

import json

import pytest

from reading_helper import Tree

CONTEXT = {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"}


def described(**terms: object) -> str:
    return json.dumps(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.1",
            "name": "faces",
            **terms,
        },
        indent=1,
    )


def inputs(tree: Tree, **terms: object) -> set[tuple[str, str]]:
    return tree.read("croissant.json", described(**terms)).inputs


def test_an_entity_is_known_by_its_place_before_its_label(tree: Tree) -> None:
    entity = {
        "@id": "raw",
        "prov:label": "Raw faces",
        "prov:atLocation": "https://huggingface.co/datasets/acme/raw-faces",
    }
    read = tree.read("croissant.json", described(**{"prov:wasDerivedFrom": entity}))
    assert read.inputs == {("derived_from", "acme/raw-faces")}
    assert read.outputs == ["faces"]
    assert read.properties("acme/raw-faces")["display_name"] == "Raw faces"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("https://huggingface.co/datasets/acme/raw", "acme/raw"),
        ("acme/raw", "acme/raw"),
        ("ImageNet", "ImageNet"),
        ({"@id": "urn:dataset:ImageNet"}, "urn:dataset:ImageNet"),
        ({"name": "Ego4D", "url": "https://ego4d-data.org/v2"}, "https://ego4d-data.org/v2"),
        ([{"prov:label": "Ego4D"}], "Ego4D"),
        ({"@type": "sc:CreativeWork", "sc:name": "Panels"}, "Panels"),
    ],
)
def test_spellings_of_an_origin(tree: Tree, value: object, name: str) -> None:
    for term in ("prov:wasDerivedFrom", "isBasedOn", "http://www.w3.org/ns/prov#wasDerivedFrom"):
        assert inputs(tree, **{term: value}) == {("derived_from", name)}


def test_a_reference_is_followed_to_what_it_stands_for(tree: Tree) -> None:
    read = inputs(
        tree,
        **{
            "prov:wasDerivedFrom": {"@id": "#raw"},
            "prov:entity": {"@id": "#raw", "url": "https://huggingface.co/datasets/acme/raw"},
        },
    )
    assert read == {("derived_from", "acme/raw")}


def test_origins_of_an_origin(tree: Tree) -> None:
    old = {"prov:label": "old", "prov:wasDerivedFrom": {"prov:label": "oldest"}}
    read = tree.read("croissant.json", described(**{"prov:wasDerivedFrom": old}))
    assert read.inputs == {("derived_from", "old"), ("derived_from", "oldest")}
    assert read.input("oldest", "derived_from")["output"] == "old"


def test_an_origin_in_words_is_an_unknown(tree: Tree) -> None:
    words = "Judgements that experts entered into structured forms, one for each directed edge."
    read = tree.read("croissant.json", described(**{"prov:wasDerivedFrom": words}))
    (row,) = [read.input(words, "derived_from")]
    assert row["namespace"].startswith("unknown://")
    assert row["evidence"] == "comment"


def test_addresses_in_words_are_origins_by_hearsay(tree: Tree) -> None:
    words = "Frames of A (https://huggingface.co/datasets/acme/a), and of https://hf.co/datasets/b."
    read = tree.read("croissant.json", described(**{"prov:wasDerivedFrom": words}))
    assert read.inputs == {("derived_from", "acme/a"), ("derived_from", "b")}
    assert read.input("b", "derived_from")["evidence"] == "comment"


@pytest.mark.parametrize(
    "terms",
    [
        {"prov:wasAssociatedWith": {"@type": "prov:SoftwareAgent", "name": "Moderation API"}},
        {"prov:wasAttributedTo": {"prov:label": "Acme"}},
        {"prov:wasDerivedFrom": {"@type": "prov:SoftwareAgent", "name": "Generator"}},
        {"isBasedOn": {"@type": "ScholarlyArticle", "url": "https://doi.org/10.1/2"}},
        {"isBasedOn": "https://arxiv.org/abs/2101.00001"},
        {"citation": "https://zenodo.org/records/1"},
        {"prov:wasDerivedFrom": "None"},
        {"description": "like https://huggingface.co/datasets/a/b"},
        {
            "recordSet": {
                "@type": "cr:RecordSet",
                "@id": "r",
                "annotation": {"@type": "cr:Field", "prov:wasDerivedFrom": {"@id": "x"}},
                "field": {"@id": "r/a", "references": {"field": {"@id": "other/a"}}},
            }
        },
        {
            "distribution": {"@type": "cr:FileSet", "@id": "files"},
            "recordSet": {"@type": "cr:RecordSet", "prov:wasDerivedFrom": {"@id": "files"}},
        },
    ],
)
def test_what_is_no_origin(tree: Tree, terms: dict[str, object]) -> None:
    assert inputs(tree, **terms) == set()


def test_a_part_and_an_activity_have_origins_too(tree: Tree) -> None:
    read = tree.read(
        "croissant.json",
        described(
            **{
                "recordSet": [{"field": [{"@id": "f", "prov:wasDerivedFrom": "Ego4D"}]}],
                "prov:wasGeneratedBy": {"prov:used": {"@type": "prov:Entity", "name": "Walks"}},
            }
        ),
    )
    assert read.inputs == {("derived_from", "Ego4D"), ("derived_from", "Walks")}
    assert read.input("Walks", "derived_from")["evidence"] == "inferred"


def test_its_page_on_a_hub_is_another_name(tree: Tree) -> None:
    read = tree.read("croissant.json", described(url="https://huggingface.co/datasets/acme/faces"))
    names = {(a.relation.role, a.object.id) for a in read.extract.assertions}
    assert ("same_as", "hf://datasets/acme/faces") in names
    assert read.inputs == set()


def test_a_home_page_may_tell_of_several_and_is_no_name(tree: Tree) -> None:
    read = tree.read("croissant.json", described(url="https://mlcommons.org"))
    assert read.extract.assertions == ()
    assert read.properties("faces")["location"] == "https://mlcommons.org"


def test_files_are_copies_with_sound_digests(tree: Tree) -> None:
    digest = "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa"
    files = [
        {"@type": "cr:FileObject", "contentUrl": "https://x.org/a.zip", "sha256": digest},
        {"@type": "cr:FileObject", "contentUrl": "in.csv", "containedIn": {"@id": "a"}},
        {"@type": "cr:FileObject", "contentUrl": "b.csv", "sha256": "sha256"},
    ]
    read = tree.read("data/croissant.json", described(distribution=files))
    assert read.copies == {("https://x.org/a.zip", "faces"), ("data/b.csv", "faces")}
    assert read.properties("a.zip")["digest"] == f"sha256:{digest}"
    assert "digest" not in read.properties("data/b.csv")


def test_files_in_another_repository_of_the_hub(tree: Tree) -> None:
    hub = "https://huggingface.co/datasets/acme/"
    file = {"@type": "cr:FileObject", "contentUrl": f"{hub}other/tree/main"}
    read = tree.read("croissant.json", described(url=f"{hub}faces", distribution=[file]))
    assert read.inputs == {("derived_from", "acme/other")}
    assert read.input("acme/other", "derived_from")["evidence"] == "inferred"
    assert read.skipped


def test_what_it_says_of_rights_and_people(tree: Tree) -> None:
    read = tree.read(
        "croissant.json",
        described(
            **{
                "license": "https://creativecommons.org/licenses/by-sa/4.0/",
                "creator": [
                    {"@type": "Organization", "name": "Acme"},
                    {"@type": "Person", "name": "Jo Doe"},
                ],
                "citeAs": "Ask jo@acme.example",
                "rai:hasSyntheticData": True,
                "rai:personalSensitiveInformation": ["Gender", "Geography"],
            }
        ),
    )
    said = read.properties("faces")
    assert said["licence"] == "cc-by-sa-4.0"
    assert said["creators"] == ("Acme",)
    assert said["citation"] == "Ask"
    assert said["synthetic"] is True
    assert said["data_categories"] == ("Demographic", "Location")
    assert "Jo" not in str(read.extract)


def test_an_unknown_licence_stays_unknown(tree: Tree) -> None:
    page = "https://choosealicense.com/licenses/unknown/"
    read = tree.read("croissant.json", described(license=page))
    assert read.properties("faces")["licence"] == "UNKNOWN"


def test_a_description_without_a_name(tree: Tree) -> None:
    read = tree.read("faces.json", described(name=None, **{"prov:wasDerivedFrom": "Ego4D"}))
    assert read.unnamed == ["faces"]
    assert read.inputs == {("derived_from", "Ego4D")}


@pytest.mark.parametrize(
    "text",
    [
        '{"@context": "https://schema.org/", "@type": "Dataset", "name": "a"}',
        '{"@context": {"cr": "http://mlcommons.org/croissant/"}, "@type": "Person"}',
        '{"name": "a", "url": "http://mlcommons.org/croissant/1.0"}',
        '["http://mlcommons.org/croissant/1.0"]',
    ],
)
def test_what_is_no_croissant(tree: Tree, text: str) -> None:
    assert tree.claimant("metadata.json", text) is None


@pytest.mark.parametrize(
    ("terms", "permitted", "prohibited"),
    [
        ("http://purl.obolibrary.org/obo/DUO_0000046", None, ("CommercialPurpose",)),
        ({"@id": "duo:DUO_0000042"}, ("ResearchAndDevelopment",), None),
        (
            {
                "@type": "odrl:Offer",
                "odrl:permission": {"odrl:action": {"@id": "odrl:ai-training"}},
                "odrl:prohibition": [{"odrl:action": "odrl:commercialize"}],
            },
            ("ModelTraining",),
            ("CommercialPurpose",),
        ),
        ({"odrl:permission": {"odrl:action": "odrl:dance"}}, ("dance",), None),
        ("ask us first", None, None),
    ],
)
def test_terms_of_use_in_codes_are_uses_that_are_permitted_or_prohibited(
    tree: Tree, terms: object, permitted: object, prohibited: object
) -> None:
    said = tree.read("croissant.json", described(usageInfo=terms)).properties("faces")
    assert (said.get("permitted_uses"), said.get("prohibited_uses")) == (permitted, prohibited)
