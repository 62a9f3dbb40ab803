"""The data of a run and of its evaluators: shards, named sets, mixtures, classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Findings
from ingest.olmo.shards import common, groups
from ingest.reading import Map, Node
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation


@dataclass(frozen=True, slots=True)
class Mixture:
    """A section that names data."""

    found: Findings
    data: Node
    tokenizer: str

    def read(self, model: Ref) -> None:
        """All data that is trained on."""
        for name, paths in self._named():
            self._shards(model, paths, Relation.TRAINED_ON, name)
        self._shards(model, self.data.at("paths"), Relation.TRAINED_ON, None)
        self._sources(model)
        for node in (self.data.at("custom_dataset", "name"), self.data.at("mix")):
            if node.text:
                data = self.found.named(node, Kind.DATASET)
                self.found.relate(model, Relation.TRAINED_ON, data, node)
        if self.data.at("custom_dataset"):
            at = self.data.at("custom_dataset")
            self.found.skip("which data a class of the user's reads is not known", at)

    def measured(self, model: Ref) -> None:
        """Data that an evaluator measures on: what lies in one folder is one data set."""
        paths = [p for _, part in self._named() for p in part.elements()]
        paths += self.data.at("paths").elements()
        sets = groups(paths, self.tokenizer)
        folder = common([group.place for group in sets]) if len(sets) > 1 else None
        if folder is None:
            self._shards(model, self.data.at("paths"), Relation.EVALUATED_ON, None)
            for name, part in self._named():
                self._shards(model, part, Relation.EVALUATED_ON, name)
            return
        parts = dict.fromkeys(group.place.removeprefix(folder).strip("/") for group in sets)
        self.found.input(
            model,
            Relation.EVALUATED_ON,
            sets[0].first.saying(folder),
            hub=False,
            selector=f"parts={','.join(part for part in parts if part)}",
        )

    def _named(self) -> Iterator[tuple[str, Node]]:
        """The sets that have a name, each with its shards."""
        yield from self.data.at("datasets").entries()

    def _shards(self, model: Ref, paths: Node, relation: Relation, name: str | None) -> None:
        for group in groups(paths.elements(), self.tokenizer):
            count = f"{group.shards} shards" if group.shards > 1 else ""
            self.found.input(
                model,
                relation,
                group.first.saying(group.place),
                hub=False,
                selector="; ".join(part for part in (name, count) if part) or None,
            )

    def _sources(self, model: Ref) -> None:
        """A mixture of sources with the share each is to have."""
        configs = self.data.at("source_mixture_config", "source_configs")
        listed = configs or self.data.at("source_mixture_config", "source_list", "sources")
        for source in listed.elements():
            name, share = source.at("source_name"), source.at("target_ratio").number
            sets = groups(source.at("paths").elements(), self.tokenizer)
            for group in sets:
                self.found.input(
                    model,
                    Relation.TRAINED_ON,
                    group.first.saying(group.place),
                    hub=False,
                    selector=name.text or None,
                    share=share if len(sets) == 1 else None,
                )
            if not sets and name:
                data = self.found.named(name, Kind.DATASET)
                self.found.relate(model, Relation.TRAINED_ON, data, name, share=share)


def evaluators(root: Node) -> tuple[tuple[str, ...], list[Node]]:
    """Labels of tasks that name no data, and the data of those that do."""
    labels: list[str] = []
    measured: list[Node] = []
    for evaluator in root.at("evaluators").elements():
        data = evaluator.at("data")
        label = evaluator.at("label").text
        if data.at("paths") or data.at("datasets"):
            measured.append(data)
        elif label:
            labels.append(label)
    for _, callback in root.at("trainer", "callbacks").entries():
        labels += [task.text for task in callback.at("tasks").elements() if task.text]
        data = callback.at("eval_dataset")
        if isinstance(data, Map) and data.at("paths"):
            measured.append(data)
        elif data.at("mix").text:
            labels.append(data.at("mix").text)
    return tuple(dict.fromkeys(labels)), measured
