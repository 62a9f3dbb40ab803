"""The project's own manifest: what people write, what is read, and what they are told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.base import Document, Folder, ingestors
from ingest.manifest import INGESTOR, manifest_schema, recognise, schema_text
from ingest.manifest.table import SECTIONS, TOP_KEYS
from ingest.manifest.targets import ALIAS_KEYS, REFERENCE_KEYS, TARGETS
from lineage.errors import InputError
from lineage.identity import Scope
from lineage.records import Extract, Ref, Value
from lineage.vocabulary import EVIDENCE, RELATIONS, UNKNOWN, Evidence, Kind, Relation, Transmits

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
MANIFESTS = sorted(FIXTURES.rglob("*lineage.yaml"))
STORIES = [path for path in MANIFESTS if path.relative_to(FIXTURES).parts[0] != "lineage"]


def document(text: str, path: str = "lineage.yaml", root: Path = ROOT) -> Document:
    return Document(Scope("acme/ml", path), dedent(text).encode(), Folder(root))


def read(text: str, path: str = "lineage.yaml") -> Extract:
    return INGESTOR.read(document(text, path))


def manifest(body: str, head: str = "lineage: 1\nnamespace: acme\n") -> Extract:
    return read(head + dedent(body))


def edges(extract: Extract) -> set[tuple[str, str, str]]:
    return {(a.subject.id, a.relation.value, a.object.id) for a in extract.assertions}


def properties(extract: Extract, node: str) -> dict[str, Value]:
    found = [s for s in extract.statements if s.ref.id == node and s.produced]
    assert len(found) == 1, [s.ref.id for s in extract.statements]
    return dict(found[0].properties)


def told(extract: Extract) -> str:
    assert len(extract.skipped) == 1, extract.skipped
    return f"{extract.skipped[0].line}: {extract.skipped[0].reason}"


def test_the_manifest_is_one_of_the_ingestors() -> None:
    assert INGESTOR in ingestors()
    assert INGESTOR.name == "lineage"


@pytest.mark.parametrize(
    ("path", "text", "strength"),
    [
        ("lineage.yaml", "lineage: 1", 3),
        ("a/b/faces.lineage.yml", "lineage: 1", 3),
        ("lineage.yaml", "models: []\n", 2),
        ("lineage.yaml", "lineage: [", 1),
        ("lineage.yaml", "transformations: {a: b}", None),
        ("config.yaml", "lineage: 1", None),
    ],
)
def test_it_claims_files_of_its_name_with_keys_of_its_own(
    path: str, text: str, strength: int | None
) -> None:
    claim = recognise(document(text, path))
    assert (claim.strength if claim else None) == strength


def test_a_manifest_that_is_no_yaml_is_an_error_at_its_line() -> None:
    with pytest.raises(InputError, match=r"faces\.lineage\.yaml:3: not valid YAML"):
        read("lineage: 1\nmodels: [", "faces.lineage.yaml")


def test_ids_are_namespace_and_name_whatever_the_folder() -> None:
    extract = manifest(
        """
        parties: [{id: okay}]
        sources: [{id: photos, provided_by: okay, covered_by: terms}]
        datasets: [{id: faces, derived_from: photos}]
        models: [{id: embedder, trained_on: faces}]
        deployments: [{id: check, deploys: embedder}]
        grants: [{id: terms, kind: agreement, granted_by: okay}]
        revocations: [{id: order, revokes: [terms, photos]}]
        """
    )
    assert extract.skipped == ()
    assert edges(extract) == {
        ("lineage://acme/photos", "PROVIDED_BY", "party://acme/okay"),
        ("lineage://acme/photos", "COVERED_BY", "grant://acme/terms"),
        ("lineage://acme/faces", "DERIVED_FROM", "lineage://acme/photos"),
        ("lineage://acme/embedder", "TRAINED_ON", "lineage://acme/faces"),
        ("lineage://acme/check", "DEPLOYS", "lineage://acme/embedder"),
        ("grant://acme/terms", "GRANTED_BY", "party://acme/okay"),
        ("revocation://acme/order", "REVOKES", "grant://acme/terms"),
        ("revocation://acme/order", "REVOKES", "lineage://acme/photos"),
    }


def test_without_a_namespace_ids_are_the_repositorys() -> None:
    extract = read("lineage: 1\nmodels: [{id: m, trained_on: d}]\ndatasets: [{id: d}]")
    assert edges(extract) == {("lineage://acme/ml/m", "TRAINED_ON", "lineage://acme/ml/d")}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hf:datasets/acme/faces", "hf://datasets/acme/faces"),
        ("hf:datasets/squad", "hf://datasets/squad"),
        ("https://huggingface.co/datasets/acme/faces", "hf://datasets/acme/faces"),
        ("file:data/faces", "file://acme/ml/data/faces"),
        ("file:./data//faces/", "file://acme/ml/data/faces"),
        ("file://acme/ml/data/faces", "file://acme/ml/data/faces"),
        ("name:datasets/WIDER FACE", "name://datasets/WIDER FACE"),
        ("s3://bucket/faces.tar?token=secret", "s3://bucket/faces.tar"),
        ("lineage://other/faces", "lineage://other/faces"),
        ("config://acme/dvc.yaml#faces", "config://acme/dvc.yaml#faces"),
    ],
)
def test_references_outside_the_manifest(written: str, meant: str) -> None:
    extract = manifest(f'models: [{{id: m, trained_on: "{written}"}}]')
    assert extract.skipped == ()
    assert edges(extract) == {("lineage://acme/m", "TRAINED_ON", meant)}
    assert {a.object.kind for a in extract.assertions} == {Kind.DATASET}


def test_a_path_of_this_repository_is_the_one_a_config_names() -> None:
    extract = manifest("models: [{id: m, trained_on: 'file:data/faces'}]")
    assert extract.assertions[0].object == Ref(Kind.DATASET, "file://acme/ml", "data/faces")


def test_a_reference_may_say_which_part_how_much_how_known_and_why() -> None:
    extract = manifest(
        """
        datasets: [{id: faces}]
        models:
          - id: m
            trained_on:
              - ref: faces
                selector: split train
                share: 0.3
                evidence: inferred
                note: the config is lost
        """
    )
    (assertion,) = extract.assertions
    assert (assertion.selector, assertion.share, assertion.evidence) == (
        "split train",
        0.3,
        Evidence.INFERRED,
    )
    assert assertion.place.line == 8
    assert properties(extract, "lineage://acme/m")["notes"] == (
        "trained_on faces: the config is lost",
    )


def test_every_lineage_relation_can_be_said_of_some_kind() -> None:
    sayable = {relation for section in SECTIONS for relation in section.relations.values()}
    by_field = {Relation.HELD_BY}
    assert sayable | {Relation.SAME_AS} | by_field == set(Relation) - {Relation.DISTINCT_FROM}
    assert set(TARGETS) == set(RELATIONS) - {Relation.DISTINCT_FROM}, "people decide, elsewhere"


def test_an_item_may_be_a_thing_known_elsewhere() -> None:
    extract = manifest(
        """
        models:
          - id: base
            is: hf:models/acme/base
            name: The base
          - is: lineage://other/tuned
            fine_tuned_from: base
        """
    )
    assert edges(extract) == {("lineage://other/tuned", "FINE_TUNED_FROM", "hf://models/acme/base")}
    assert properties(extract, "hf://models/acme/base") == {"display_name": "The base"}, (
        "a licence that a card states must not be overruled by UNKNOWN"
    )


def test_a_location_joins_an_item_with_whoever_reads_or_writes_the_place() -> None:
    extract = manifest("datasets: [{id: faces, location: [data/faces, 's3://bucket/faces']}]")
    assert edges(extract) == {
        ("file://acme/ml/data/faces", "COPY_OF", "lineage://acme/faces"),
        ("lineage://acme/faces", "SAME_AS", "file://acme/ml/data/faces"),
        ("s3://bucket/faces", "COPY_OF", "lineage://acme/faces"),
        ("lineage://acme/faces", "SAME_AS", "s3://bucket/faces"),
    }


def test_a_copy_is_its_location() -> None:
    extract = manifest(
        """
        datasets: [{id: faces}]
        copies: [{location: 's3://backup/faces', of: faces, kind: backup, retention: UNKNOWN}]
        """
    )
    assert edges(extract) == {("s3://backup/faces", "COPY_OF", "lineage://acme/faces")}
    assert properties(extract, "s3://backup/faces") == {
        "copy_kind": "backup",
        "retention": UNKNOWN,
        "location": ("faces",),
    }


def test_what_matters_and_is_not_said_is_unknown() -> None:
    extract = manifest(
        """
        sources: [{id: s}]
        datasets: [{id: d}]
        models: [{id: m}]
        deployments: [{id: x}]
        grants: [{id: g}]
        """
    )
    unknown = {s.ref.name: {k for k, v in s.properties if v == UNKNOWN} for s in extract.statements}
    assert unknown == {
        "s": {"collected_on", "received_on", "records", "data_categories"},
        "d": {"licence"},
        "m": {"licence"},
        "x": {"in_use_from", "in_use_to", "purpose", "users"},
        "g": {"grant_kind", "verification", "purposes", "legal_basis"},
    }


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_unknown_is_a_legal_value_of_every_property(section: Any) -> None:
    said = "".join(f"\n    {field.key}: UNKNOWN" for field in section.fields)
    extract = manifest(f"{section.key}:\n  - id: x{said}\n")
    assert extract.skipped == ()
    stated = dict(extract.statements[0].properties)
    assert stated == {field.property: UNKNOWN for field in section.fields}


def test_unknown_in_any_case_is_unknown() -> None:
    extract = manifest("grants: [{id: g, kind: none, verification: unknown, purposes: []}]")
    assert extract.skipped == ()
    assert properties(extract, "grant://acme/g")["verification"] == UNKNOWN
    assert properties(extract, "grant://acme/g")["purposes"] == (), "known to be none"


def test_an_unknown_input_is_an_input() -> None:
    extract = manifest("models: [{id: m, trained_on: UNKNOWN, covered_by: UNKNOWN}]")
    assert edges(extract) == {
        (
            "lineage://acme/m",
            "TRAINED_ON",
            "unknown://acme/ml/lineage.yaml:models[0].trained_on#UNKNOWN",
        )
    }
    assert properties(extract, "lineage://acme/m")["covered_by"] == UNKNOWN


def test_aliases_join_all_names_to_the_first_both_ways() -> None:
    extract = manifest(
        """
        datasets: [{id: faces}]
        aliases:
          - names: [faces, "name:datasets/Acme Faces", "hf:datasets/acme/faces"]
            reason: the name on the card
          - names: ["name:datasets/a", "name:datasets/b"]
            evidence: inferred
        """
    )
    faces, named, hub = (
        "lineage://acme/faces",
        "name://datasets/Acme Faces",
        "hf://datasets/acme/faces",
    )
    a, b = "name://datasets/a", "name://datasets/b"
    assert edges(extract) == {
        (x, "SAME_AS", y)
        for x, y in [(faces, named), (named, faces), (faces, hub), (hub, faces), (a, b), (b, a)]
    }
    assert {x.evidence for x in extract.assertions if x.subject.id == a} == {Evidence.INFERRED}


def test_a_party_in_a_property_is_its_id() -> None:
    extract = manifest("parties: [{id: okay}]\ndeployments: [{id: x, operated_by: okay}]")
    assert properties(extract, "lineage://acme/x")["operated_by"] == "party://acme/okay"


def test_properties_of_ones_own() -> None:
    extract = manifest("datasets: [{id: d, properties: {num_classes: 85742, tier: '1'}}]")
    assert properties(extract, "lineage://acme/d")["num_classes"] == 85742


def item(section: str, *lines: str) -> str:
    """A manifest with one item, whose lines begin at line 4."""
    return f"lineage: 1\n{section}:\n  - id: x\n" + "".join(f"    {line}\n" for line in lines)


MISTAKES = {
    "a wrong version": ("lineage: 2\n", "1: A manifest says “lineage: 1”"),
    "a section's name": (
        "lineage: 1\nmodel: []\n",
        "2: A manifest has no key “model”. Did you mean “models”?",
    ),
    "a section that is no list": (
        "lineage: 1\nmodels: {id: m}\n",
        "2: “models” takes a list: begin each item",
    ),
    "an item that is no mapping": (
        "lineage: 1\nmodels: [m]\n",
        "2: An item of “models” is a mapping with an “id”",
    ),
    "no id": ("lineage: 1\nmodels:\n  - name: m\n", "3: This item of “models” needs “id” or “is”"),
    "an id twice": ("lineage: 1\nmodels:\n  - id: m\n  - id: m\n", "4: The id “m” stands twice"),
    "an id that is a full id": (
        "lineage: 1\nmodels:\n  - id: hf:models/a/b\n",
        "3: “id” takes a short name. Write “is: hf:models/a/b”",
    ),
    "a bad namespace": ("lineage: 1\nnamespace: a b\n", "2: “namespace” takes letters"),
    "an unknown key": (
        item("models", "license: MIT"),
        "4: An item of “models” has no key “license”. Did you mean “licence”?",
    ),
    "an unknown key of a reference": (
        item("models", "trained_on: {ref: 'file:d', part: a}"),
        "4: A reference has no key “part”.",
    ),
    "an unknown local id": (
        "lineage: 1\ndatasets: [{id: faces}]\nmodels:\n  - id: m\n    trained_on: face\n",
        "5: No item of this manifest has the id “face”. Did you mean “faces”?",
    ),
    "a name without a scheme": (
        item("models", "trained_on: acme/faces"),
        "4: No item of this manifest has the id “acme/faces”. A thing outside",
    ),
    "half a shorthand": (
        item("models", "trained_on: hf:acme/faces"),
        "4: “hf:acme/faces” cannot be read. Write hf:models/ORG/NAME or hf:datasets/ORG/NAME",
    ),
    "half a full id": (
        item("models", "trained_on: lineage://acme"),
        "4: “lineage://acme” is no full id",
    ),
    "a path out of the repository": (
        item("models", "trained_on: file:../faces"),
        "4: “file:../faces” leaves the repository",
    ),
    "a placeholder for a path": (
        item("models", "trained_on: file:/path/to/data"),
        "4: “file:/path/to/data” is a placeholder",
    ),
    "a target of the wrong kind": (
        "lineage: 1\nparties: [{id: p}]\nmodels:\n  - id: m\n    trained_on: p\n",
        "5: “p” is a Party; “trained_on” takes: Dataset, Source, Copy.",
    ),
    "a wrong identity": (
        "lineage: 1\nmodels:\n  - is: hf:datasets/a/b\n",
        "3: “hf:datasets/a/b” is a Dataset; “is” takes: Model.",
    ),
    "a date": (
        item("sources", "received_on: Sept 2014"),
        "4: “received_on” takes a date as YYYY, YYYY-MM or YYYY-MM-DD, or",
    ),
    "a day that never was": (
        item("sources", "received_on: 2014-02-30"),
        "4: “received_on” takes a date",
    ),
    "a number": (
        item("sources", "records: about 3M"),
        "4: “records” takes a whole number or UNKNOWN; “about 3M” is none.",
    ),
    "a truth value": (
        item("datasets", "synthetic: maybe"),
        "4: “synthetic” takes true, false or UNKNOWN, not “maybe”.",
    ),
    "a term": (
        item("grants", "kind: license"),
        "4: “kind” has no term “license”. Did you mean “licence”?",
    ),
    "a term of a list": (
        item("sources", "data_categories: [picture]"),
        "4: “data_categories” has no term “picture”. Did you mean “Picture”?",
    ),
    "UNKNOWN in a list": (
        item("sources", "data_categories: [Picture, UNKNOWN]"),
        "4: UNKNOWN stands in the list of “data_categories”.",
    ),
    "a list for a text": (
        item("models", "licence: [MIT]"),
        "4: “licence” takes a text, not a list.",
    ),
    "a mapping for a text": (
        item("models", "capabilities: {a: b}"),
        "4: “capabilities” takes a text or a list of texts, not a mapping.",
    ),
    "nothing for a text": (
        item("models", "licence:"),
        "4: “licence” is empty. Write UNKNOWN if nobody knows",
    ),
    "nothing for a reference": (
        item("models", "trained_on: []"),
        "4: “trained_on” is empty. Write UNKNOWN if nobody knows",
    ),
    "a share": (
        item("models", "trained_on: {ref: 'file:d', share: 30}"),
        "4: “share” takes a number from 0 to 1; for 30 % write 0.3.",
    ),
    "evidence": (
        item("models", "trained_on: {ref: 'file:d', evidence: infered}"),
        "4: “evidence” has no term “infered”. Did you mean “inferred”?",
    ),
    "an end before its beginning": (
        item("deployments", "in_use_from: 2020-05", "in_use_to: 2019"),
        "5: “in_use_to” (2019) is before “in_use_from” (2020-05). Both count as UNKNOWN",
    ),
    "a right that ends before it begins": (
        item("grants", "valid_from: 2020-05-02", "valid_to: 2020-05-01"),
        "5: “valid_to” (2020-05-01) is before",
    ),
    "a party that is none": (
        item("deployments", "operated_by: nobody"),
        "4: No item of this manifest has the id “nobody”.",
    ),
    "one location for two": (
        "lineage: 1\ndatasets:\n  - {id: a, location: data}\n  - {id: b, location: ./data/}\n",
        "4: “./data/” is already the location of “a”.",
    ),
    "an alias of one": (
        "lineage: 1\naliases:\n  - names: [a]\n",
        "3: An item of “aliases” has “names”: a list of two or more.",
    ),
    "a property that has a meaning": (
        item("models", "properties: {licence: MIT}"),
        "4: “licence” cannot be a property of your own",
    ),
    "a key twice": (
        item("models", "licence: MIT", "licence: ISC"),
        "5: the key “licence” stands twice",
    ),
    "two YAML documents": ("lineage: 1\n---\nlineage: 1\n", "3: A manifest is one YAML document."),
    "no mapping": ("- lineage\n", "1: A manifest is a mapping that begins with “lineage: 1”."),
    "a name with control characters": (
        'lineage: 1\nmodels:\n  - id: "a\\x01b"\n',
        "3: “id” has control characters.",
    ),
}


@pytest.mark.parametrize(("text", "reason"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_write(text: str, reason: str) -> None:
    assert told(read(text)).startswith(reason)


def test_after_a_mistake_the_rest_is_read() -> None:
    extract = manifest(
        """
        models:
          - name: nameless
          - id: good
            trained_on: [file:data/a, nonsense, file:data/b]
            licence: [not, a, text]
        deployments:
          - id: check
            deploys: good
        """
    )
    assert len(extract.skipped) == 3
    assert edges(extract) >= {
        ("lineage://acme/good", "TRAINED_ON", "file://acme/ml/data/a"),
        ("lineage://acme/good", "TRAINED_ON", "file://acme/ml/data/b"),
        ("lineage://acme/check", "DEPLOYS", "lineage://acme/good"),
    }
    assert properties(extract, "lineage://acme/good")["licence"] == UNKNOWN


def test_what_rests_on_a_reference_that_names_nothing_never_passes_for_clean() -> None:
    extract = manifest("models: [{id: m, trained_on: typo}]")
    assert [a.object.namespace.startswith("unknown://") for a in extract.assertions] == [True]


def test_a_wrong_detail_does_not_lose_the_link() -> None:
    extract = manifest("models: [{id: m, trained_on: {ref: 'file:d', share: many, evidence: x}}]")
    assert len(extract.skipped) == 2
    assert [(a.object.name, a.evidence) for a in extract.assertions] == [("d", Evidence.INFERRED)]


_KEYS = sorted({*TOP_KEYS, *REFERENCE_KEYS, *(key for s in SECTIONS for key in s.keys)})
_WORDS = st.sampled_from(
    ["UNKNOWN", "m", "d", "", "1", "2014-13", "hf:datasets/a/b", "file:../x", "s3://b/k", "none"]
) | st.text(max_size=8)
_VALUES = st.recursive(
    _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(TOP_KEYS), _VALUES, max_size=6))
def test_whatever_stands_there_is_read_or_told(content: dict[str, Any]) -> None:
    extract = read(json.dumps({"lineage": 1, **content}, ensure_ascii=False))
    assert all(skipped.line for skipped in extract.skipped)


# The schema, the page and the stories


class _PlainLoader(yaml.SafeLoader):
    """Reads as editors do: dates stay texts."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editors_read(text: str) -> Any:
    return yaml.load(text, _PlainLoader)


def test_the_schema_in_the_documentation_is_up_to_date() -> None:
    assert (ROOT / "docs/lineage.schema.json").read_text() == schema_text(), (
        "write it again: python -c 'from ingest.manifest import schema_text;"
        ' print(schema_text(), end="")\' > docs/lineage.schema.json'
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize(
    "path",
    [p for p in MANIFESTS if "mistakes" not in p.parts],
    ids=lambda p: str(p.relative_to(ROOT / "fixtures")),
)
def test_the_fixtures_are_valid(path: Path) -> None:
    jsonschema.validate(as_editors_read(path.read_text()), manifest_schema())


@pytest.mark.parametrize("path", STORIES, ids=lambda p: str(p.relative_to(ROOT / "fixtures")))
def test_the_stories_are_read_without_a_complaint(path: Path) -> None:
    name = path.relative_to(ROOT / "fixtures")
    root = ROOT / "fixtures" / name.parts[0]
    extract = INGESTOR.read(
        Document(
            Scope(f"demo/{name.parts[0]}", path.relative_to(root).as_posix()),
            path.read_bytes(),
            Folder(root),
        )
    )
    assert extract.skipped == ()


@pytest.mark.parametrize(
    "text",
    [
        "lineage: 2",
        "lineage: 1\nmodel: []",
        "lineage: 1\nmodels: [{name: m}]",
        "lineage: 1\nmodels: [{id: m, license: MIT}]",
        "lineage: 1\nsources: [{id: s, received_on: Sept 2014}]",
        "lineage: 1\ngrants: [{id: g, kind: license}]",
        "lineage: 1\nmodels: [{id: m, trained_on: {ref: d, share: 30}}]",
        "lineage: 1\naliases: [{names: [a]}]",
    ],
)
def test_the_schema_refuses_what_the_reader_complains_of(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_editors_read(text), manifest_schema())
    assert read(text).skipped


def page() -> str:
    return (ROOT / "docs/manifest.md").read_text()


def test_the_page_names_every_key() -> None:
    keys = {*TOP_KEYS, *ALIAS_KEYS, *REFERENCE_KEYS, *(e.value for e in EVIDENCE)}
    for section in SECTIONS:
        keys |= set(section.keys)
        assert f"### `{section.key}`" in page()
    missing = {key for key in keys if not re.search(rf"\b{key}\b", page())}
    assert missing == set()


def test_the_pages_examples_are_read_without_a_complaint() -> None:
    together: dict[str, Any] = {"lineage": 1, "namespace": "acme"}
    for block in re.findall(r"```yaml\n(.*?)```", page(), re.DOTALL):
        for key, value in (as_editors_read(block) or {}).items():
            if key in TOP_KEYS and isinstance(value, list):
                together.setdefault(key, []).extend(value)
    assert set(together) == set(TOP_KEYS)
    text = yaml.safe_dump(together, allow_unicode=True)
    assert read(text).skipped == ()
    jsonschema.validate(as_editors_read(text), manifest_schema())


def test_governance_passes_nothing_on() -> None:
    """What UNKNOWN means of a relation: an unknown input, or a property."""
    governance = {r for r, term in RELATIONS.items() if term.transmits is Transmits.NOTHING}
    assert governance == {
        Relation.PROVIDED_BY,
        Relation.COVERED_BY,
        Relation.GRANTED_BY,
        Relation.REVOKES,
        Relation.DISTINCT_FROM,
        Relation.HELD_BY,
        Relation.GRANTED_TO,
        Relation.SUPERSEDES,
        Relation.DECIDES,
    }
