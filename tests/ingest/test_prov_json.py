"""PROV-JSON: given these statements, these origins."""

from __future__ import annotations

import json

import pytest

from reading_helper import Read, Tree

PREFIX = {"prov": "http://www.w3.org/ns/prov#", "x": "https://heron-ai.org/"}

Json = dict[str, object]


def read(tree: Tree, **sections: object) -> Read:
    return tree.read("a.prov.json", json.dumps({"prefix": PREFIX, **sections}, indent=1))


def edges(got: Read) -> set[tuple[str, str, str]]:
    return {(a.subject.name, a.relation.role, a.object.name) for a in got.extract.assertions}


def typed(**types: str) -> Json:
    """Entities of these types."""
    return {f"x:{name}": {"prov:type": f"x:{kind}"} for name, kind in types.items()}


def derived(subject: str, other: str, **more: object) -> Json:
    ends = {"prov:generatedEntity": f"x:{subject}", "prov:usedEntity": f"x:{other}"}
    return {f"_:{subject}{other}": {**ends, **more}}


def run(activity: str, used: dict[str, str], made: list[str]) -> Json:
    """An activity that used things in roles, and made others."""
    uses = {
        f"_:u{name}": {
            "prov:activity": f"x:{activity}",
            "prov:entity": f"x:{name}",
            **({"prov:role": role} if role else {}),
        }
        for name, role in used.items()
    }
    makes = {
        f"_:g{name}": {"prov:activity": f"x:{activity}", "prov:entity": f"x:{name}"}
        for name in made
    }
    return {"activity": {f"x:{activity}": {}}, "used": uses, "wasGeneratedBy": makes}


@pytest.mark.parametrize(("subject", "other", "role"), [
    ("Dataset", "Dataset", "derived_from"),
    ("Model", "Dataset", "trained_on"),
    ("TrainedModel", "Model", "fine_tuned_from"),
    ("Dataset", "Model", "generated_by"),
    ("Report", "Thing", "derived_from"),
])  # fmt: skip
def test_a_stated_derivation(tree: Tree, subject: str, other: str, role: str) -> None:
    got = read(tree, entity=typed(s=subject, o=other), wasDerivedFrom=derived("s", "o"))
    assert edges(got) == {("x:s", role, "x:o")}
    assert got.outputs == ["x:s"]
    assert got.input("x:o", role)["evidence"] == "declared"


def test_a_revision_is_no_tuning(tree: Tree) -> None:
    revision = derived("s", "o", **{"prov:type": {"$": "prov:Revision", "type": "xsd:QName"}})
    got = read(tree, entity=typed(s="Model", o="Model"), wasDerivedFrom=revision)
    assert edges(got) == {("x:s", "derived_from", "x:o")}


def test_what_an_activity_made_came_from_what_it_used(tree: Tree) -> None:
    got = read(
        tree,
        entity=typed(raw="Dataset", clean="Dataset", code="Script"),
        **run("clean", {"raw": "", "code": ""}, ["clean"]),
    )
    assert edges(got) == {("x:clean", "derived_from", "x:raw")}
    assert got.input("x:raw", "derived_from")["evidence"] == "inferred"


def test_training(tree: Tree) -> None:
    entities = typed(
        faces="Dataset", held="Dataset", base="Model", big="Model", net="Model", lr="Parameter"
    )
    used = {"faces": "training data", "held": "validation", "base": "", "big": "teacher", "lr": ""}
    got = read(tree, entity=entities, **run("train", used, ["net"]))
    assert edges(got) == {
        ("x:net", "trained_on", "x:faces"),
        ("x:net", "evaluated_on", "x:held"),
        ("x:net", "fine_tuned_from", "x:base"),
        ("x:net", "distilled_from", "x:big"),
    }
    assert got.outputs == ["x:net"]


def test_an_evaluation_measures_its_model(tree: Tree) -> None:
    got = read(
        tree,
        entity=typed(net="Model", bench="Dataset", metrics="Metrics"),
        **run("evaluate", {"net": "", "bench": ""}, ["metrics"]),
    )
    assert edges(got) == {("x:net", "evaluated_on", "x:bench")}
    assert got.outputs == []


def test_kinds_by_name_where_no_type_tells(tree: Tree) -> None:
    entities: Json = {"x:face_dataset": {}, "x:face-model-v2": {"prov:label": "Face model"}}
    got = read(tree, entity=entities, **run("fit", {"face_dataset": ""}, ["face-model-v2"]))
    assert edges(got) == {("x:face-model-v2", "trained_on", "x:face_dataset")}
    assert got.properties("x:face-model-v2")["display_name"] == "Face model"


def test_a_stated_derivation_is_not_implied_again(tree: Tree) -> None:
    got = read(
        tree,
        entity=typed(a="Dataset", b="Dataset"),
        wasDerivedFrom=derived("b", "a"),
        **run("clean", {"a": ""}, ["b"]),
    )
    assert got.input("x:a", "derived_from")["evidence"] == "declared"


def test_an_activity_informed_by_another(tree: Tree) -> None:
    one = run("first", {"a": ""}, ["b"])
    made = {**one["wasGeneratedBy"], **run("second", {}, ["c"])["wasGeneratedBy"]}  # type: ignore[dict-item]
    informed = {"_:i": {"prov:informed": "x:second", "prov:informant": "x:first"}}
    got = read(tree, used=one["used"], wasGeneratedBy=made, wasInformedBy=informed)
    assert edges(got) == {("x:b", "derived_from", "x:a"), ("x:c", "derived_from", "x:b")}


def test_a_run_whose_parts_use_and_make_apart(tree: Tree) -> None:
    parts = {part: {} for part in ("run", "run/data", "run/models", "run/training")}
    informed = {
        f"_:{part}": {"prov:informed": part, "prov:informant": "run"}
        for part in parts
        if "/" in part
    }
    got = read(
        tree,
        prefix={"default": "owl_run_7"},
        activity=parts,
        entity={name: {} for name in ("train_loader", "test_loader", "owl_model", "loss")},
        wasInformedBy=informed,
        used={
            "_:1": {"prov:activity": "run/data", "prov:entity": "train_loader"},
            "_:2": {"prov:activity": "run/data", "prov:entity": "test_loader"},
        },
        wasGeneratedBy={
            "_:3": {"prov:activity": "run/models", "prov:entity": "owl_model"},
            "_:4": {"prov:activity": "run/training", "prov:entity": "loss"},
        },
    )
    assert edges(got) == {
        ("owl_model", "trained_on", "train_loader"), ("owl_model", "evaluated_on", "test_loader"),
    }  # fmt: skip
    assert got.output_ids == ["config://repo/a.prov.json#owl_model"]


def test_what_is_no_data_has_no_lineage(tree: Tree) -> None:
    ends = {"prov:generatedEntity": "x:requirements.txt", "prov:usedEntity": "x:config.yaml"}
    got = read(tree, entity={"x:requirements.txt": {}}, wasDerivedFrom={"_:1": ends})
    assert not got.inputs


def test_members_of_a_collection(tree: Tree) -> None:
    members = {"_:m": {"prov:collection": "x:all", "prov:entity": ["x:part", "x:rest"]}}
    got = read(tree, hadMember=members, wasDerivedFrom=derived("net-model", "part"))
    assert edges(got) == {
        ("x:part", "subset_of", "x:all"),
        ("x:all", "bundles", "x:rest"),
        ("x:net-model", "derived_from", "x:part"),
    }


def test_aspects_of_one_thing(tree: Tree) -> None:
    got = read(
        tree,
        specializationOf={"_:s": {"prov:specificEntity": "x:v2", "prov:generalEntity": "x:all"}},
        alternateOf={"_:a": {"prov:alternate1": "x:one", "prov:alternate2": "x:two"}},
    )
    assert edges(got) == {
        ("x:v2", "derived_from", "x:all"),
        ("x:one", "same_as", "x:two"),
        ("x:two", "same_as", "x:one"),
    }
    assert got.inputs == {("derived_from", "x:all")}


def test_influence_between_entities_only(tree: Tree) -> None:
    influences = {
        "_:1": {"prov:influencee": "x:b", "prov:influencer": "x:a"},
        "_:2": {"prov:influencee": "x:b", "prov:influencer": "x:jo"},
    }
    got = read(tree, agent={"x:jo": {"prov:type": "prov:Person"}}, wasInfluencedBy=influences)
    assert edges(got) == {("x:b", "derived_from", "x:a")}


def test_data_that_a_model_wrote(tree: Tree) -> None:
    got = read(
        tree,
        entity=typed(talk="Dataset", page="Dataset"),
        agent={
            "x:llm": {"prov:type": ["prov:SoftwareAgent", "x:LanguageModel"]},
            "x:jo": {"prov:type": "prov:Person"},
        },
        wasAttributedTo={
            "_:1": {"prov:entity": "x:talk", "prov:agent": "x:llm"},
            "_:2": {"prov:entity": "x:page", "prov:agent": "x:jo"},
        },
    )
    assert edges(got) == {("x:talk", "generated_by", "x:llm")}


def test_several_statements_under_one_id_and_typed_values(tree: Tree) -> None:
    qualified = {"$": "x:a", "type": "prov:QUALIFIED_NAME"}
    got = read(
        tree,
        wasDerivedFrom={
            "_:d": [
                {"prov:generatedEntity": "x:c", "prov:usedEntity": qualified},
                {"prov:generatedEntity": "x:c", "prov:usedEntity": "x:b"},
            ]
        },
    )
    assert edges(got) == {("x:c", "derived_from", "x:a"), ("x:c", "derived_from", "x:b")}


def test_bundles(tree: Tree) -> None:
    bundle = {"prefix": {"y": "https://other.org/"}, "wasDerivedFrom": derived("b", "a")}
    got = read(
        tree,
        entity={"x:bundle": {"prov:type": "prov:Bundle"}},
        bundle={"x:bundle": bundle},
    )
    assert edges(got) == {("x:b", "derived_from", "x:a")}


def test_identities(tree: Tree) -> None:
    prefix = {
        "hub": "https://huggingface.co/datasets/org/",
        "ex": "http://example.org/",
        "urn": "urn:heron:",
        "default": "https://heron-ai.org/data/",
    }
    ends = ["hub:a", "ex:b", "urn:c", "d", "_:e", "none:f", "https://store.org/g"]
    rows = [{"prov:generatedEntity": "x:s", "prov:usedEntity": end} for end in ends]
    document = {"prefix": {**PREFIX, **prefix}, "wasDerivedFrom": {"_:d": rows}}
    got = tree.read("a.json", json.dumps(document))
    assert {i for _, i in got.ids} == {
        "hf://datasets/org/a",
        "config://repo/a.json#ex:b",
        "prov://urn:heron:/urn:c",
        "prov://https://heron-ai.org/data/d",
        "config://repo/a.json#_:e",
        "config://repo/a.json#none:f",
        "https://store.org/g",
    }


def test_places_digests_and_what_is_no_more(tree: Tree) -> None:
    entity = {
        "x:a": {"prov:type": "x:Dataset", "prov:location": "s3://b/a", "x:sha256": "A" * 64},
        "x:b": {"prov:type": "x:Model", "prov:atLocation": "https://huggingface.co/org/b"},
    }
    got = read(tree, entity=entity, wasInvalidatedBy={"_:i": {"prov:entity": "x:a"}},
               **run("train", {"a": ""}, ["b"]))  # fmt: skip
    assert got.copies == {("s3://b/a", "x:a")}
    assert got.properties("x:a")["digest"] == f"sha256:{'a' * 64}"
    assert ("x:b", "same_as", "org/b") in edges(got)


@pytest.mark.parametrize("text", [
    '{"entity": {"a": {}}, "activity": {"b": {}}}',
    '{"entity": "person", "used": true}',
    '{"used": {"cpu": {"percent": 3}}, "agent": {"name": "x"}}',
    '{"prefix": {"a": "b"}, "entity": {"x": {"name": "y"}}}',
    '{"@context": "https://www.w3.org/ns/prov.jsonld", "@graph": []}',
    '{"a": 1, "b": 2, "c": 3, "wasDerivedFrom": {"_:d": {"prov:usedEntity": "x"}}}',
    "[]",
])  # fmt: skip
def test_other_files_are_not_claimed(tree: Tree, text: str) -> None:
    assert tree.claimant("a.prov.json", text) != "prov_json"


def test_a_large_activity_stands_between_what_it_used_and_made(tree: Tree) -> None:
    used, made = [f"a{n}" for n in range(200)], [f"b{n}" for n in range(200)]
    got = read(tree, **run("copy", dict.fromkeys(used, ""), made))
    assert ("x:b7", "derived_from", "x:copy") in edges(got)
    assert ("x:copy", "derived_from", "x:a9") in edges(got)
    assert len(edges(got)) == 400
