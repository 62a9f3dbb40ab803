"""The JSON Schema of the manifest, for editors; made from the same tables as the reader."""

from __future__ import annotations

import json

from ingest.manifest.fields import Field, Takes
from ingest.manifest.table import SECTIONS, VERSION, Section
from ingest.manifest.targets import ALIAS_KEYS, REFERENCE_KEYS, TARGETS
from lineage.vocabulary import EVIDENCE, RELATIONS, UNKNOWN, Kind

Json = dict[str, object]
"""A JSON object."""

_TEXT: Json = {"type": "string", "minLength": 1}
_TEXTS: Json = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_UNKNOWN: Json = {"const": UNKNOWN, "description": "nobody has established it"}


def manifest_schema() -> Json:
    """The JSON Schema (2020-12) of a manifest."""
    sections: Json = {
        section.key: {
            "description": section.says,
            "type": "array",
            "items": {"$ref": f"#/$defs/{section.key}"},
        }
        for section in SECTIONS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lineage manifest",
        "description": "What no config says: sources, rights, deployments, further links.",
        "type": "object",
        "required": ["lineage"],
        "additionalProperties": False,
        "properties": {
            "lineage": {"const": int(VERSION), "description": "The version of this format."},
            "namespace": {
                **_TEXT,
                "description": "The namespace of the ids; the repository where it is left out.",
            },
            **sections,
            "aliases": {
                "description": "Names of one and the same thing.",
                "type": "array",
                "items": _alias(),
            },
        },
        "$defs": {
            "reference": _reference(),
            "references": {
                "anyOf": [
                    {"$ref": "#/$defs/reference"},
                    {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/reference"}},
                ]
            },
            "date": {
                "anyOf": [
                    {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
                    {"type": "integer", "minimum": 1000, "maximum": 9999},
                ]
            },
            "evidence": {
                "oneOf": [
                    {"const": evidence.value, "description": term.definition}
                    for evidence, term in EVIDENCE.items()
                ]
            },
            **{section.key: _item(section) for section in SECTIONS},
        },
    }


def schema_text() -> str:
    """The schema as the text of ``docs/lineage.schema.json``."""
    return json.dumps(manifest_schema(), indent=1, ensure_ascii=False) + "\n"


def _item(section: Section) -> Json:
    properties: Json = {
        "id": {**_TEXT, "description": "Its name in this manifest."},
        "is": {**_TEXT, "description": "The thing known elsewhere that it is."},
        "properties": {
            "description": "Properties of one's own.",
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    }
    if section.located:
        properties["location"] = {
            **(_TEXT if section.kind is Kind.COPY else _TEXTS),
            "description": "Where its bytes are: paths from the repository's root, or URIs.",
        }
    for field in section.fields:
        properties[field.key] = _field(field)
    for key, relation in section.relations.items():
        kinds = ", ".join(kind.value for kind in TARGETS[relation])
        properties[key] = {
            "$ref": "#/$defs/references",
            "description": f"{RELATIONS[relation].definition}. Takes: {kinds}.",
        }
    ways = ["id", "is", *(["location"] if section.kind is Kind.COPY else [])]
    return {
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": [way]} for way in ways],
        "properties": properties,
    }


def _field(field: Field) -> Json:
    return {"description": field.says, "anyOf": [*_forms(field), _UNKNOWN]}


def _forms(field: Field) -> list[Json]:
    if field.terms is not None:
        one: Json = {
            "oneOf": [
                {"const": term, **({"description": meaning} if meaning else {})}
                for term, meaning in field.terms.items()
                if term != UNKNOWN
            ]
        }
        return [one, {"type": "array", "items": one}] if field.takes is Takes.TERMS else [one]
    forms: dict[Takes, Json] = {
        Takes.TEXTS: _TEXTS,
        Takes.THINGS: _TEXTS,
        Takes.DATE: {"$ref": "#/$defs/date"},
        Takes.COUNT: {"type": "integer", "minimum": 0},
        Takes.TRUTH: {"type": "boolean"},
    }
    return [forms.get(field.takes, _TEXT)]


def _reference() -> Json:
    forms: Json = {
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "evidence": {"$ref": "#/$defs/evidence"},
    }
    return {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "required": ["ref"],
                "additionalProperties": False,
                "properties": {
                    key: {**_of(forms, key), "description": says}
                    for key, says in REFERENCE_KEYS.items()
                },
            },
        ]
    }


def _alias() -> Json:
    forms: Json = {
        "names": {"type": "array", "minItems": 2, "items": _TEXT},
        "evidence": {"$ref": "#/$defs/evidence"},
    }
    return {
        "type": "object",
        "required": ["names"],
        "additionalProperties": False,
        "properties": {
            key: {**_of(forms, key), "description": says} for key, says in ALIAS_KEYS.items()
        },
    }


def _of(forms: Json, key: str) -> Json:
    form = forms.get(key, _TEXT)
    assert isinstance(form, dict)
    return form
