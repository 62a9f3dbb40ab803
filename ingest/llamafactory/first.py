"""Configs of the first generation: preparing data, training, exporting, evaluating, serving."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.base import Findings
from ingest.llamafactory.aliases import Aliases
from ingest.paths import as_path
from ingest.reading import Node
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_OF_TRAINING = (
    "learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size",
    "gradient_accumulation_steps",
)  # fmt: skip
"""Settings of which a job that only prepares data has none."""


@dataclass(slots=True)
class Config:
    """A config of the first generation."""

    found: Findings
    root: Node

    def at(self, key: str) -> Node:
        """The value of a key."""
        return self.root.at(key)

    def read(self) -> None:
        """All facts of one config."""
        if self.at("export_dir"):
            self.export()
            if not self.at("do_train").is_true:
                return
        if self.prepares():
            self.preparation()
        elif self.trains():
            self.training()
        else:
            self.evaluation()

    def trains(self) -> bool:
        """Whether the job trains: it says so, or has data and does nothing else."""
        if self.at("do_train"):
            return self.at("do_train").is_true
        other = self.at("do_eval").is_true or self.at("do_predict").is_true
        return bool(self.at("dataset")) and not other

    def prepares(self) -> bool:
        """Whether the job tokenizes data and says nothing of a training but that there is one."""
        told = any(self.at(key) for key in _OF_TRAINING)
        return self.trains() and bool(self.at("dataset") and self.at("tokenized_path")) and not told

    def preparation(self) -> None:
        """Tokenizing data, to be kept; a training that follows in the same run is a guess."""
        found, base = self.found, self.at("model_name_or_path")
        data = found.output(Kind.DATASET, location=self.at("tokenized_path"))
        for key in ("dataset", "eval_dataset"):
            self.sets(key, data, Relation.DERIVED_FROM)
        found.input(data, Relation.TOKENIZED_WITH, base)
        model = found.output(Kind.MODEL, at=base, adapter=adapter_of(self.at("finetuning_type")))
        found.copy(model, self.at("output_dir"), "output folder")
        for node in (base, *self.at("adapter_name_or_path").listed()):
            found.input(model, Relation.FINE_TUNED_FROM, node, evidence=Evidence.INFERRED)
        path = self.at("tokenized_path")
        found.relate(model, Relation.TRAINED_ON, data, path, evidence=Evidence.INFERRED)

    def export(self) -> None:
        """Merging an adapter into its base, quantising, or both."""
        found, root = self.found, self.root
        model = found.output(
            Kind.MODEL, location=self.at("export_dir"), hub_id=self.at("export_hub_model_id")
        )
        exported(
            found,
            model,
            self.at("model_name_or_path"),
            self.at("adapter_name_or_path"),
            quantised=bool(root.at("export_quantization_bit")),
        )
        if self.at("export_quantization_bit"):
            found.input(model, Relation.CALIBRATED_ON, self.at("export_quantization_dataset"))

    def training(self) -> None:
        """A training, from its base, its data and the models that shape it."""
        found = self.found
        model = found.output(
            Kind.MODEL,
            location=self.at("output_dir"),
            hub_id=self.at("hub_model_id"),
            at=self.at("model_name_or_path"),
            adapter=adapter_of(self.at("finetuning_type")),
        )
        revision = self.at("model_revision").text
        found.input(
            model,
            Relation.FINE_TUNED_FROM,
            self.at("model_name_or_path"),
            selector=f"revision={revision}" if revision else None,
        )
        for adapter in self.at("adapter_name_or_path").listed():
            found.input(model, Relation.FINE_TUNED_FROM, adapter, selector="adapter")
        self.helpers(model)
        trained = self.sets("dataset", model, Relation.TRAINED_ON)
        tested = self.sets("eval_dataset", model, Relation.EVALUATED_ON)
        held_out = self.at("val_size")
        if not tested and (held_out.number or 0) > 0:
            for data in trained:
                found.relate(
                    model,
                    Relation.EVALUATED_ON,
                    data,
                    held_out,
                    evidence=Evidence.INFERRED,
                    selector=f"held out of the training data: val_size={held_out.text}",
                )
        for data in (*trained, *tested):
            found.copy(data, self.at("tokenized_path"), "prepared data")
        if not trained:
            found.input(model, Relation.TRAINED_ON, as_path(self.at("tokenized_path")), hub=False)
        found.input(
            model,
            Relation.TRAINED_ON,
            self.at("media_dir"),
            hub=False,
            selector="images, videos and sounds",
        )

    def helpers(self, model: Ref) -> None:
        """Models that shape the training without being its start."""
        for key in ("ref_model", "ref_model_adapters"):
            for node in self.at(key).listed():
                self.found.input(model, Relation.REWARDED_BY, node, selector="reference model")
        for key in ("reward_model", "reward_model_adapters"):
            for node in self.at(key).listed():
                self.found.input(model, Relation.REWARDED_BY, node)
        for key in ("teacher_model", "teacher_model_name_or_path"):
            self.found.input(model, Relation.DISTILLED_FROM, self.at(key))
        checkpoint, output = self.at("resume_from_checkpoint"), self.at("output_dir").text
        own = bool(output) and checkpoint.text.startswith(output)
        if not (checkpoint.is_true or checkpoint.is_false or own):
            self.found.input(model, Relation.FINE_TUNED_FROM, checkpoint)

    def evaluation(self) -> None:
        """A job that measures or serves a model makes none."""
        task = self.at("task")
        self.found.leave_out(self.at("output_dir"))  # of results
        if not (task or self.at("do_eval").is_true or self.at("do_predict").is_true):
            return
        adapters = list(self.at("adapter_name_or_path").listed())
        subject = self.found.artifact((adapters or [self.at("model_name_or_path")])[-1], Kind.MODEL)
        if task:
            benchmark = self.found.named(task, Kind.DATASET)
            self.found.relate(subject, Relation.EVALUATED_ON, benchmark, task)
        elif not self.sets("eval_dataset", subject, Relation.EVALUATED_ON):
            self.sets("dataset", subject, Relation.EVALUATED_ON)

    def sets(self, key: str, model: Ref, relation: Relation) -> list[Ref]:
        """The data sets of a comma-separated list of aliases, with their probabilities."""
        names = [name for name in self.at(key).listed() if name.text]
        chances = [chance.number or 0 for chance in self.at("interleave_probs").listed()]
        mixed = relation is Relation.TRAINED_ON and len(chances) == len(names) and sum(chances) > 0
        aliases = Aliases(self.found, self.at("dataset_dir").text)
        refs = []
        for position, name in enumerate(names):
            share = chances[position] / sum(chances) if mixed else None
            meant = aliases.meaning(name)
            self.found.relate(
                model,
                relation,
                meant.data,
                name,
                evidence=meant.evidence,
                selector=meant.part,
                share=share,
            )
            refs.append(meant.data)
        return refs


def adapter_of(kind: Node) -> str | None:
    """The kind of adapter that a training makes, if it makes one."""
    return kind.text if kind.text in {"lora", "oft"} else None


def exported(found: Findings, model: Ref, base: Node, adapters: Node, *, quantised: bool) -> None:
    """A model that was merged with adapters, quantised, or only written anew."""
    merged = list(adapters.listed())
    if quantised:
        found.input(model, Relation.QUANTIZED_FROM, base)
    if merged or not quantised:
        found.input(model, Relation.MERGED_FROM, base)
    for adapter in merged:
        found.input(model, Relation.MERGED_FROM, adapter)
