"""Containers of a Kubernetes resource: what they run, with which settings, on which volumes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.base import Findings
from ingest.commands import Command
from ingest.commands.programs import command_of, program_of, with_variables
from ingest.commands.trainings import Training, Use, settings, training_of
from ingest.containers.programs import given_in, loaded_in
from ingest.reading import ABSENT, Map, Node, Scalar, parse_json
from lineage.errors import InputError
from lineage.identity import identify, is_path, is_placeholder, ref_in
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_SHELLS = frozenset({"sh", "bash", "zsh", "ash"})
_REFERENCE = re.compile(r"\$\(([\w.-]+)\)")
_POSITIONAL_DATA = re.compile(r"(^|[/_.-])(data|datasets?|imagenet|corpus|train)", re.IGNORECASE)
_PROVIDED = (
    ("model-provider-parameters", "model_uri", Relation.FINE_TUNED_FROM, Kind.MODEL),
    ("dataset-provider-parameters", "repo_id", Relation.TRAINED_ON, Kind.DATASET),
    ("dataset-provider-parameters", "file_key", Relation.TRAINED_ON, Kind.DATASET),
    ("dataset-provider-parameters", "dataset_uri", Relation.TRAINED_ON, Kind.DATASET),
)
_SECRET = re.compile(r"token|secret|password|passwd|credential|key$|_key_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Container:
    """One container, and the pod whose volumes it mounts."""

    node: Node
    pod: Node

    @property
    def variables(self) -> dict[str, str]:
        """What its environment sets; no secrets."""
        return {name: value.text for name, value in self.environment.entries()}

    @property
    def environment(self) -> Map:
        """The variables of its environment that are plain values, each with its line."""
        items = {
            entry.at("name").text: entry.at("value")
            for entry in self.node.at("env").elements()
            if entry.at("name").text
            and entry.at("value").text
            and not _SECRET.search(entry.at("name").text)
        }
        return Map(self.node.key, self.node.line, items)

    @property
    def words(self) -> list[Node]:
        """The words of its command and of the arguments, references filled."""
        parts = (self.node.at(key) for key in ("command", "args"))
        return [self.filled(word) for part in parts for word in part.elements()]

    @property
    def commands(self) -> list[Command]:
        """What it runs: the words of its lists, or the text that a shell among them is given."""
        words = self.words
        texts = [word.text for word in words]
        if not words:
            return []
        shell = posixpath.basename(texts[0]) in _SHELLS
        scripts = [w for w in words[1:] if not w.text.startswith("-") and "\n" in w.text.strip()]
        given = [w for f, w in pairwise(words) if re.fullmatch(r"-\w*c", f.text)]
        if shell:
            made: list[Command] = []
            for script in (given or scripts)[:1]:
                made.extend(with_variables(script.text, script.line, self.variables))
            return made
        if len(words) == 1 and " " in texts[0]:
            return list(with_variables(texts[0], words[0].line, self.variables))
        return [command_of(_apart(words))]

    def filled(self, word: Node) -> Node:
        """A word with the references ``$(NAME)`` to its environment replaced."""
        variables = self.variables
        text = _REFERENCE.sub(lambda m: variables.get(m[1], m[0]), word.text)
        return word.saying(text) if text != word.text else word

    def place_of(self, path: str) -> str | None:
        """The claim of a volume behind a path, as ``pvc://CLAIM/PATH``."""
        claims = {
            volume.at("name").text: volume.at("persistentVolumeClaim", "claimName").text
            for volume in self.pod.at("volumes").elements()
        }
        mounts = sorted(
            self.node.at("volumeMounts").elements(), key=lambda m: -len(m.at("mountPath").text)
        )
        for mount in mounts:
            inside = mount.at("mountPath").text.rstrip("/")
            claim = claims.get(mount.at("name").text)
            if inside and claim and f"{path}/".startswith(f"{inside}/"):
                rest = posixpath.join(mount.at("subPath").text, path[len(inside) :].strip("/"))
                return f"pvc://{claim}/{rest.strip('/')}"
        return None


def _apart(words: Iterable[Node]) -> Iterator[Node]:
    """Words, with one that holds an option and its value taken apart."""
    for word in words:
        option, space, value = word.text.partition(" ")
        if option.startswith("--") and space and "=" not in option and "\n" not in value:
            yield word.saying(option)
            yield word.saying(value.strip())
        else:
            yield word


def artifact(found: Findings, node: Node, kind: Kind, *, hub: bool = True) -> Ref:
    """What an address or a name means; a table of BigQuery as other documents know it."""
    table = node.text.removeprefix("bq://")
    if table != node.text and table and "/" not in table and not is_placeholder(table):
        return ref_in("bigquery", table, kind)
    if node.text.startswith("hf://"):
        return identify(node.text, kind, found.document.scope, node.key)
    return found.artifact(node, kind, hub=hub)


def containers_of(template: Node) -> list[Container]:
    """The containers of a pod's template, those that prepare it first."""
    pod = template.at("spec")
    return [
        Container(node, pod)
        for key in ("initContainers", "containers")
        for node in pod.at(key).elements()
        if isinstance(node, Map)
    ]


def trainings_in(container: Container, name: str) -> list[Training]:
    """What a container's commands and its environment say of a training."""
    made: list[Training] = []
    for command in container.commands:
        program = program_of(command)
        given = settings(_with_pairs(command))
        stated = training_of(given, program if program.endswith((".py", ".R", ".jl")) else name)
        extra = (*_provided(command.options), *_positional(command, stated))
        made.append(replace(stated, uses=(*stated.uses, *extra)))
    given = settings(given_in(container.words))
    if given.items:
        made.append(training_of(given, name))
    loaded = tuple(loaded_in(container.words))
    if loaded:
        made.append(Training(loaded, ABSENT, ABSENT, trains=True))
    from_environment = training_of(settings(container.environment), name)
    if from_environment.uses or from_environment.output:
        known = {use.relation for one in made for use in one.uses}
        uses = tuple(
            replace(use, evidence=Evidence.INFERRED)
            for use in from_environment.uses
            if use.relation not in known
        )
        made.append(replace(from_environment, uses=uses))
    return made


def _with_pairs(command: Command) -> Map:
    """The options of a command, and the pairs ``key=value`` of its words that name a place."""
    items = dict(command.options.entries())
    for word in command.words:
        name, equals, value = word.text.partition("=")
        if equals and "/" in value and re.fullmatch(r"[a-z_]\w*", name):
            items.setdefault(name, word.saying(value))
    return Map("", command.line, items)


def _provided(options: Map) -> Iterator[Use]:
    """The model and data that the storage initializer fetches, named in options of JSON."""
    for option, key, relation, kind in _PROVIDED:
        given = options.at(option, 0)
        if not given.text.startswith("{"):
            continue
        try:
            node = parse_json(given.text, option).at(key)
        except InputError:
            continue
        if node.text:
            yield Use(relation, given.saying(node.text), kind)


def _positional(command: Command, stated: Training) -> Iterator[Use]:
    """Data given to a training without an option: a path that is called so."""
    has_data = any(use.kind is Kind.DATASET for use in stated.uses)
    if not stated.trains or has_data or not program_of(command).endswith(".py"):
        return
    script = program_of(command)
    before: Scalar | None = None
    for word in command.words:
        free = before is not None and (not before.text.startswith("-") or "=" in before.text)
        plain = not word.text.startswith("-") and "=" not in word.text and word.text != script
        if free and plain and is_path(word.text) and not is_placeholder(word.text):
            code = word.text.endswith((".py", ".sh", ".yaml", ".yml", ".json"))
            if not code and _POSITIONAL_DATA.search(word.text):
                yield Use(
                    Relation.TRAINED_ON, word, Kind.DATASET, False, evidence=Evidence.INFERRED
                )
        before = word
