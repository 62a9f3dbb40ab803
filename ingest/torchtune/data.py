"""The data of a training: components with their defaults, sources, files."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.base import Findings, selector_of
from ingest.builders import files_of
from ingest.reading import Map, Node
from ingest.tables import table
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_VALIDATION = ("dataset_val", "val_dataset", "eval_dataset")
_PART = ("name", "subset", "split", "partition", "data_dir", "data_files", "revision")
_ORDER = list(Evidence)


@dataclass(frozen=True, slots=True)
class _Use:
    """How a data set is used: the relation, how it is known, its part and its weight."""

    relation: Relation
    evidence: Evidence
    part: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Sets:
    """The data sets of a model that is trained."""

    found: Findings
    root: Node
    model: Ref

    def read(self) -> None:
        """Data that is trained on, and data that is held out for validation.

        Validation that is set up and never run is possible, not stated.
        """
        for key in ("dataset", "datasets"):
            self._several(self.root.at(key), Relation.TRAINED_ON, Evidence.DECLARED)
        never = any(
            key == "run_val_every_n_steps" and not value for key, value in self.root.entries()
        )
        evidence = Evidence.INFERRED if never else Evidence.DECLARED
        for key in _VALIDATION:
            self._several(self.root.at(key), Relation.EVALUATED_ON, evidence)

    def _several(self, node: Node, relation: Relation, evidence: Evidence) -> None:
        """One data set, or several that are joined, with their weights."""
        entries = [node] if isinstance(node, Map) else list(node.elements())
        nested = [part for entry in entries for part in entry.at("datasets").elements()]
        entries = [entry for entry in entries if not entry.at("datasets")] + nested
        weights = [entry.at("weight").number for entry in entries]
        total = sum(weight or 0 for weight in weights)
        for entry, weight in zip(entries, weights, strict=True):
            share = weight / total if weight is not None and total > 0 else None
            self._one(entry, _Use(relation, evidence, selector_of(entry, *_PART), share))

    def _one(self, entry: Node, use: _Use) -> None:
        """One data set: its source, its files, or the default of its component."""
        source, component = entry.at("source"), entry.at("_component_")
        files = files_of(source, entry)
        if files is not None:
            part = selector_of(entry, "split")
            for file in files:
                self._input(file, use, part, hub=False)
            if not files:
                self.found.skip("a data set of files that names no files", entry)
        elif source:
            self._input(source, use, use.part)
        elif component:
            self._default(component, use)
        else:
            self.found.skip("a data set without component and source", entry)
        for key in ("image_dir", "images_dir"):
            self._input(entry.at(key), use, "images", hub=False)

    def _default(self, component: Node, use: _Use) -> None:
        """The data that a component reads by itself; else its name is all that is known."""
        known = table("torchtune").get(component.text, ())
        weaker = max(Evidence.DEFAULT, use.evidence, key=_ORDER.index)
        for entry in known:
            part = "; ".join(p for p in (entry.get("part"), use.part) if p)
            data = component.saying(entry["dataset"])
            self._input(data, _Use(use.relation, weaker, None, use.share), part or None)
        if not known:
            self.found.relate(
                self.model,
                use.relation,
                self.found.named(component, Kind.DATASET),
                component,
                evidence=use.evidence,
                selector=use.part,
                share=use.share,
            )
            self.found.skip(f"which data “{component.text}” reads is not known", component)

    def _input(self, node: Node, use: _Use, part: str | None, *, hub: bool = True) -> None:
        self.found.input(
            self.model,
            use.relation,
            node,
            hub=hub,
            evidence=use.evidence,
            selector=part,
            share=use.share,
        )
