"""A recipe that trains: fine-tuning, preferences, distillation, reinforcement."""

from __future__ import annotations

import re

from ingest.base import Findings
from ingest.reading import Node
from ingest.torchtune.data import Sets
from ingest.torchtune.sections import folder, section
from lineage.identity import normalised_path
from lineage.vocabulary import Kind, Relation

_REFERENCES = ("ref_checkpointer", "ref_policy_checkpointer", "reference_checkpointer")
_SAVED = re.compile(r"(epoch|step)_\d+/")
_TOKENIZER_FILES = ("path", "tokenizer_json_path", "tokenizer_path", "vocab_path")


class Training:
    """One training: what it makes, and from what."""

    def __init__(self, found: Findings, root: Node):
        self.found, self.root = found, root
        self.place = section(root, "checkpointer").at("output_dir") or root.at("output_dir")
        component = (root.at("model") or root.at("policy_model")).at("_component_").text
        kind = re.search(r"\.(q?lora|dora)_", component)
        self.model = found.output(
            Kind.MODEL,
            location=self.place,
            at=root.at("dataset"),
            adapter=kind[1] if kind else None,
        )

    def read(self) -> None:
        """All facts of the training."""
        self.base()
        self.helpers()
        for key in _TOKENIZER_FILES:
            path = self.root.at("tokenizer", key)
            self.found.input(self.model, Relation.TOKENIZED_WITH, path, hub=False)
        Sets(self.found, self.root, self.model).read()
        self.value_model()
        # each names the folder that the training writes, or one within it
        parts = [part for key, part in self.root.entries() if key.endswith("checkpointer")]
        self.found.leave_out(self.root.at("output_dir"), *(p.at("output_dir") for p in parts))

    def base(self) -> None:
        """The weights it starts from; a checkpoint of its own is only a resumption."""
        weights = folder(self.root, "checkpointer")
        if not weights:
            at = section(self.root, "checkpointer") or self.root
            self.found.skip("the weights that training starts from are not named", at)
        elif self.own(weights):
            reason = "it resumes from a checkpoint of its own; its base is not named"
            self.found.skip(reason, weights)
        else:
            self.found.input(self.model, Relation.FINE_TUNED_FROM, weights, hub=False)
            if self.place and normalised_path(weights.text) == normalised_path(self.place.text):
                self.found.skip("it writes to the folder it starts from: one path for two", weights)
        adapter = section(self.root, "checkpointer").at("adapter_checkpoint")
        if "/" in adapter.text and not self.own(adapter):
            self.found.input(
                self.model, Relation.FINE_TUNED_FROM, adapter, hub=False, selector="adapter"
            )

    def own(self, path: Node) -> bool:
        """Whether a path is a checkpoint that this training itself wrote.

        One in the folder it writes is, if it resumes or the path is of an epoch or step. Any
        other is not: a base may have been downloaded to the very folder that is written.
        """
        written = normalised_path(self.place.text) if self.place else ""
        inside = f"{normalised_path(path.text)}/"
        if not written or not inside.startswith(f"{written}/"):
            return False
        resumes = self.root.at("resume_from_checkpoint").is_true
        return resumes or _SAVED.match(inside.removeprefix(f"{written}/")) is not None

    def helpers(self) -> None:
        """Models that shape the training without being its start."""
        found, root, model = self.found, self.root, self.model
        base = normalised_path(folder(root, "checkpointer").text)
        for name in _REFERENCES:
            weights = folder(root, name)
            if weights and normalised_path(weights.text) != base:
                found.input(
                    model, Relation.REWARDED_BY, weights, hub=False, selector="reference model"
                )
        found.input(model, Relation.REWARDED_BY, folder(root, "reward_checkpointer"), hub=False)
        teacher = folder(root, "teacher_checkpointer")
        found.input(model, Relation.DISTILLED_FROM, teacher, hub=False)
        if root.at("teacher_model") and not teacher:
            found.skip("the weights of the teacher are not named", root.at("teacher_model"))

    def value_model(self) -> None:
        """Reinforcement learning trains and keeps a second model, which predicts rewards."""
        part = section(self.root, "value_checkpointer")
        if not part.at("checkpoint_dir"):
            return
        made = self.found.output(Kind.MODEL, location=part.at("output_dir"), at=part)
        start = part.at("checkpoint_dir")
        self.found.input(made, Relation.INITIALISED_FROM, start, hub=False)
        if made != self.model:
            Sets(self.found, self.root, made).read()
