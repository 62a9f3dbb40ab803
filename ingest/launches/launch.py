"""What a script launches: the program, and what its options say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.base import Document
from ingest.commands import Command, commands
from ingest.commands.names import Purpose, purpose_of
from ingest.commands.overrides import options, overrides, positional
from ingest.commands.spellings import HOW, LEARNING, PLACES, TRAIN, WEIGHTS
from ingest.commands.trainings import Training, settings, training_of
from ingest.reading import ABSENT, Map, Node, Scalar, Seq
from ingest.tables import table
from lineage.identity import is_placeholder
from lineage.vocabulary import Relation

_LAUNCHERS = re.compile(
    r"(.*/)?(python[\d.]*|accelerate|torchrun|deepspeed|srun|mpirun|mpiexec|horovodrun|ibrun|jsrun|"
    r"aprun|sbatch|singularity|apptainer|docker|podman|nohup|env|uv|poetry|pipenv|pdm|conda|mamba|"
    r"ray|stdbuf|taskset|numactl|nice|composer|colossalai|orterun|prun|timeout|xvfb-run|bash|sh|"
    r"[\w./-]+\.py)|\$\{?\w.*"
)
_SCRIPT = re.compile(r"[^\s=]*\.py")
_SHELL_SCRIPT = re.compile(r"[^\s=-][^\s=]*\.(sh|bash)")
_DISTRIBUTING = frozenset({
    "torch.distributed.launch", "torch.distributed.run", "accelerate.commands.launch",
    "torchrun", "accelerate", "deepspeed", "horovodrun", "composer", "colossalai",
})  # fmt: skip
"""Launchers of programs that learn on several devices."""

_LAUNCHING_MODULES = _DISTRIBUTING | {"pdb", "cProfile", "debugpy"}
_MEASURES = ("eval", "evaluate", "eval-only", "test", "test-only", "only-test", "inference")
"""Switches by which a program that can train only measures."""

_TOOLS = {
    "swift": frozenset({"pt"}),
    "autotrain": frozenset({"llm"}),
}
"""Programs that train by their options, each with the commands of its own that do."""

_TRAINS = re.compile(
    r"(train|sft|dpo|kto|grpo|rloo|reward|orpo|cpo|ppo|rlhf|pretrain|finetune)(_[a-z0-9_]+)?"
)
"""Commands that train, whatever tool they are given to."""

_TRAINER = re.compile(r"[a-z]\w*([-.]\w+)*[-_.](train|finetune|lora)")
"""Programs that train by their name: ``fairseq-train``."""

_CONFIGURED = {
    "axolotl": "train", "llamafactory-cli": "train", "tune": "run", "mim": "train",
    "axolotl.cli.train": "", "spacy": "train", "trl": "",
}  # fmt: skip
"""Programs that train by a file, each with the command that does."""

_CONFIG = re.compile(r"[\w./{}$-]+\.(ya?ml|toml|cfg|json5?)", re.IGNORECASE)
_CONFIG_OPTIONS = ("config", "config-file", "config-path", "cfg", "cfg-file", "c", "config-name")
_TAUGHT = frozenset({Relation.TRAINED_ON, Relation.DISTILLED_FROM, Relation.REWARDED_BY})
_LEARNS = _TAUGHT | {Relation.FINE_TUNED_FROM}


@dataclass(frozen=True, slots=True)
class Launch:
    """A program that a script runs, with the words after it and what they say.

    ``given`` holds the options after the program; those of its launcher are not among them.
    """

    program: str
    tool: str
    line: int
    words: tuple[Scalar, ...]
    given: Map
    training: Training
    distributed: bool = False

    @property
    def learns(self) -> bool:
        """Whether a program whose name does not tell is run as one that trains."""
        given = self.given.items
        if self.purpose is not None or any(key in given for key in _MEASURES):
            return False
        return self.distributed or bool(LEARNING & given.keys())

    @property
    def purpose(self) -> Purpose | None:
        """What the program is for, by its name; a tool that trains does."""
        return Purpose.TRAIN if self.tool else purpose_of(self.program)

    @property
    def trains(self) -> bool:
        """Whether it trains: one of no clear name that has only data to measure on does not."""
        training = self.training
        told = self.purpose is Purpose.TRAIN or "do-train" in self.given.items
        roles = {use.relation for use in training.uses}
        measures = Relation.EVALUATED_ON in roles and not roles & _TAUGHT
        return training.trains and (told or not measures)

    @property
    def prepares(self) -> bool:
        """Whether it makes tokens of texts, as the tools of Megatron and its forks do."""
        named = all(self.given.at(key, 0).text for key in ("input", "output-prefix"))
        return named and self.purpose is Purpose.PREPARE

    @property
    def says(self) -> bool:
        """Whether the options name enough: data or a base of a training, or both of others."""
        if self.prepares:
            return True
        uses = self.training.uses
        roles = {use.relation for use in uses}
        if self.purpose is Purpose.TRAIN:
            return bool(roles & _LEARNS) or (bool(roles) and not self.training.trains)
        if roles & {Relation.TRAINED_ON, Relation.FINE_TUNED_FROM} and self.shows_training:
            return True
        if self.learns and Relation.TRAINED_ON in roles and self.training.output.text:
            return True
        base = Relation.FINE_TUNED_FROM in roles
        data = bool(roles & {Relation.TRAINED_ON, Relation.EVALUATED_ON})
        return base and data and self.purpose is not Purpose.PREPARE

    @property
    def shows_training(self) -> bool:
        """Whether a program of no clear name is told how to train, or what is for training."""
        named = any(key.startswith("train-") and TRAIN.fullmatch(key) for key in self.given.items)
        told = len(HOW & self.given.items.keys()) > 1
        return self.purpose is None and (named or told)

    @property
    def config(self) -> Node:
        """The file that configures the run, if one is named."""
        for key in _CONFIG_OPTIONS:
            node = self.given.at(key, 0)
            if _CONFIG.fullmatch(node.text):
                return node
        words = (w for w in self.words if self.tool in _CONFIGURED)
        return next((word for word in words if _CONFIG.fullmatch(word.text)), ABSENT)

    def is_configured(self, document: Document) -> bool:
        """Whether it trains by a file: a tool that does, or a file that the tree has."""
        path = self.config.text
        if not path or self.purpose is not Purpose.TRAIN:
            return False
        places = (path, posixpath.join(document.parent, path))
        held = not is_placeholder(path) and any(map(document.folder.holds, places))
        return self.tool in _CONFIGURED or held


def launches(document: Document) -> Iterator[Launch]:
    """The programs of a script that are launched as trainings are."""
    return launched(commands(document.text))


def launched(run: Iterable[Command]) -> Iterator[Launch]:
    """Those of these commands that launch a training or an evaluation."""
    for command in run:
        launch = _launch(command)
        if launch is not None:
            yield launch


def _launch(command: Command) -> Launch | None:
    """What a command runs: a tool, a script or a module."""
    words = command.words
    if not words:
        return None
    texts = [word.text for word in words]
    if posixpath.basename(texts[0]) == "yolo":
        return _yolo(words)
    for at, text in enumerate(texts):
        name = posixpath.basename(text)
        following = texts[at + 1] if at + 1 < len(texts) else ""
        known = following in _TOOLS.get(name, ()) or _CONFIGURED.get(name) == following
        if known and (at == 0 or _LAUNCHERS.fullmatch(texts[0])):
            return _read(following, name, words[at].line, words[at + 2 :])
    if not _LAUNCHERS.fullmatch(texts[0]):
        if _SHELL_SCRIPT.fullmatch(texts[0]):
            return _read(texts[0], "", words[0].line, words[1:])
        return _tool(words, texts)
    for at, text in enumerate(texts):
        module = at > 0 and texts[at - 1] in {"-m", "--module"} and text not in _LAUNCHING_MODULES
        if module or _SCRIPT.fullmatch(text):
            own = text if text in _CONFIGURED else ""
            distributed = any(posixpath.basename(t) in _DISTRIBUTING for t in texts[:at])
            return _read(text, own, words[at].line, words[at + 1 :], distributed)
    for at, text in enumerate(texts):
        if at and _SHELL_SCRIPT.fullmatch(text):
            return _read(text, "", words[at].line, words[at + 1 :])
        if at and (tool := _tool(words[at:], texts[at:])):
            return tool
    return None


def _tool(words: tuple[Scalar, ...], texts: list[str]) -> Launch | None:
    """A program that trains by its own name, or by that of the command it is given."""
    name = posixpath.basename(texts[0])
    following = texts[1] if len(texts) > 1 else ""
    if re.fullmatch(r"[A-Za-z][\w.-]*", name) and _TRAINS.fullmatch(following):
        return _read(following, name, words[0].line, words[2:])
    if _TRAINER.fullmatch(name):
        return _read(name, name, words[0].line, words[1:])
    return None


def _read(
    program: str, tool: str, line: int, words: tuple[Scalar, ...], distributed: bool = False
) -> Launch:
    given = settings(positional(tool, program, words), options(words), overrides(words))
    if tool == "litgpt":
        given = _of_litgpt(given)
    if program in PLACES and "train" in given.items:
        place = given.at(PLACES[program])
        given = Map("", given.line, {**given.items, **({"output-dir": place} if place else {})})
    return Launch(program, tool, line, words, given, training_of(given, program), distributed)


def _of_litgpt(given: Map) -> Map:
    """Options of LitGPT, whose ``--data`` names a component rather than data."""
    component = given.at("data", 0)
    known = [component.saying(row["dataset"]) for row in table("litgpt").get(component.text, ())]
    items = {key: value for key, value in given.entries() if key != "data"}
    if known and not any(TRAIN.fullmatch(key) for key in items):
        items["dataset-name"] = Seq(component.key, component.line, [*known])
    return Map("", given.line, items)


def _yolo(words: tuple[Scalar, ...]) -> Launch | None:
    """A command of Ultralytics: ``yolo detect train data=a.yaml model=b.pt project=p name=n``."""
    said = {key: word.saying(value) for word in words if (key := word.text.partition("=")[0])
            and (value := word.text.partition("=")[2])}  # fmt: skip
    modes = ["train", "val"]
    mode = said["mode"].text if "mode" in said else ""
    mode = mode or next((word.text for word in words if word.text in modes), "train")
    data, model = said.get("data", ABSENT), said.get("model", ABSENT)
    if mode not in modes or not data:
        return None
    items: dict[str, Node] = {"data": Seq("data", data.line, [data])}
    if WEIGHTS.search(model.text):
        items["weights"] = Seq("model", model.line, [model])
    if "project" in said and "name" in said:
        place = posixpath.join(said["project"].text, said["name"].text)
        items["output-dir"] = Seq("name", model.line, [said["name"].saying(place)])
    if mode == "val":
        items["eval-only"] = Seq("mode", words[0].line)
    given = Map("", words[0].line, items)
    return Launch(mode, "yolo", words[0].line, words, given, training_of(given, mode))
