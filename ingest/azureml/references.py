"""Names of things in Azure Machine Learning: assets, registries, datastores, bindings."""

from __future__ import annotations

import re

from ingest.base import Document, Findings
from ingest.commands.names import is_old_hub_id
from ingest.paths import as_path
from ingest.reading import Map, Node
from lineage.identity import hub_ref, is_placeholder, ref_in, unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind

_ASSET = re.compile(r"azureml:(?!//)([\w.-]+)(?::([\w.-]+)|@([\w.-]+))?")
_REGISTRY = re.compile(
    r"azureml://registries/([\w.-]+)/(models|data|datasets|components)/([\w.%-]+)"
    r"(?:/(versions|labels)/([\w.-]+))?/?"
)
_WORKSPACE = re.compile(
    r"azureml://subscriptions/[^/]+/resource[gG]roups/[^/]+/"
    r"(?:providers/[^/]+/)?workspaces/[^/]+/"
)
_LOCAL_ASSET = re.compile(r"azureml://(?:locations/[^/]+/workspaces/[^/]+/)?(models|data)/"
                          r"([\w.-]+)/versions/([\w.-]+)/?")  # fmt: skip
_NAMED_IN_COMMENT = re.compile(
    r"#\s*(?:model_name|huggingface_id|hf_model_id|model_id)\s*:\s*['\"]?([\w.-]+(?:/[\w.-]+)?)"
)
_ORGANISATIONS = tuple(
    "ai21labs allenai bigscience cardiffnlp cerebras codellama CompVis databricks deepseek-ai "
    "deepset distilbert dslim facebook FacebookAI finiteautomata google google-bert google-t5 "
    "HuggingFaceH4 intfloat Jean-Baptiste kandinsky-community meta-llama microsoft mistralai "
    "ml6team MoritzLaurer nvidia openai openai-community openlm-research patrickvonplaten "
    "ProsusAI Qwen runwayml Salesforce sentence-transformers snrspeaks sshleifer stabilityai "
    "tiiuae timm togethercomputer".split()
)
_FAMILIES = (
    (re.compile(r"(Meta-)?Llama-\d", re.IGNORECASE), "meta-llama"),
    (re.compile(r"CodeLlama-\d", re.IGNORECASE), "codellama"),
    (re.compile(r"Phi-\d", re.IGNORECASE), "microsoft"),
)
"""Models that registries list without their organisation."""

_VERSION_0 = re.compile(r"(?<=-v0)(?=\d$)")
"""Where a registry, which allows no dots, leaves one out: ``-v01`` for ``-v0.1``."""
_MODEL_TYPES = frozenset({"mlflow_model", "custom_model", "triton_model"})
DATA_TYPES = frozenset({"uri_file", "uri_folder", "mltable"})
_BINDING = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def is_model_type(node: Node) -> bool:
    """Whether a declared type is one of a model."""
    return node.text in _MODEL_TYPES


def binding_of(node: Node) -> str:
    """What a value refers to when it is a reference and nothing else: ``parent.inputs.data``."""
    text = node.at("path").text if isinstance(node, Map) else node.text
    match = _BINDING.fullmatch(text)
    return match[1] if match else ""


def bound_in(text: str, what: str) -> list[str]:
    """The names that a command's references to its ``inputs`` or ``outputs`` use."""
    return [m[1].partition(".")[2] for m in _BINDING.finditer(text) if m[1].startswith(f"{what}.")]


def reference(found: Findings, node: Node, kind: Kind) -> tuple[Ref, str | None, Evidence]:
    """The thing that a path or an asset's name means, its version, and how its name is known."""
    text = node.text
    registered = _REGISTRY.fullmatch(text)
    if registered:
        registry, what, name, _, version = registered.groups()
        kind = Kind.MODEL if what == "models" else Kind.DATASET
        ref, evidence = _of_registry(found.document, registry, what, name, kind)
        return ref, _version(version), evidence
    asset = _ASSET.fullmatch(text)
    if asset:
        return asset_ref(asset[1], kind), _version(asset[2] or asset[3]), Evidence.DECLARED
    local = _LOCAL_ASSET.fullmatch(text)
    if local:
        kind = Kind.MODEL if local[1] == "models" else Kind.DATASET
        return asset_ref(local[2], kind), _version(local[3]), Evidence.DECLARED
    short = _WORKSPACE.sub("azureml://", text)
    if text.startswith("azureml:") and not text.startswith("azureml://"):
        return found.artifact(node, kind, hub=False), None, Evidence.DECLARED
    return found.artifact(as_path(node.saying(short)), kind, hub=False), None, Evidence.DECLARED


def asset_ref(name: str, kind: Kind) -> Ref:
    """A data set or model that a workspace has registered, of whatever version."""
    what = "models" if kind is Kind.MODEL else "data"
    return ref_in(f"azureml-assets://{what}", f"azureml:{name}", kind)


def asset_name(text: str) -> str:
    """The name in ``azureml:NAME:VERSION``; empty for anything else."""
    match = _ASSET.fullmatch(text)
    return match[1] if match else ""


def not_given(found: Findings, name: str, node: Node, kind: Kind) -> Ref:
    """An input that the file leaves to whoever submits it."""
    return unknown(kind, name, found.document.scope, node.key)


def is_left_open(node: Node) -> bool:
    """Whether a declared input of data or a model names none."""
    if not isinstance(node, Map) or node.at("path") or node.at("default"):
        return False
    optional = node.at("optional").is_true
    return not optional and (is_model_type(node.at("type")) or node.at("type").text in DATA_TYPES)


def _version(text: str | None) -> str | None:
    return f"version={text}" if text and not is_placeholder(text) else None


def _of_registry(
    document: Document, registry: str, what: str, name: str, kind: Kind
) -> tuple[Ref, Evidence]:
    """A model of a registry, under its name on the hub where that is known.

    A registry writes ``organisation-name`` for ``organisation/name``. A comment that gives the
    same name with a slash settles where one ends and the other begins.
    """
    if kind is Kind.MODEL and registry.startswith("azureml"):
        for match in _NAMED_IN_COMMENT.finditer(document.text):
            if match[1].replace("/", "-").lower() == name.lower():
                return hub_ref(match[1], kind), Evidence.DECLARED
        for family, organisation in _FAMILIES:
            if family.match(name):
                return hub_ref(f"{organisation}/{name}", kind), Evidence.INFERRED
        if is_old_hub_id(name):
            return hub_ref(name, kind), Evidence.INFERRED
        for organisation in sorted(_ORGANISATIONS, key=len, reverse=True):
            if name.lower().startswith(f"{organisation.lower()}-"):
                rest = _VERSION_0.sub(".", name[len(organisation) + 1 :])
                return hub_ref(f"{organisation}/{rest}", kind), Evidence.INFERRED
    return ref_in(f"azureml-assets://registries/{registry}/{what}", name, kind), Evidence.DECLARED
