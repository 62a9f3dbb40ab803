"""SkyPilot tasks (YAML): trainings by the commands that a task runs on the machines it rents."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands import Command
from ingest.commands.programs import with_variables
from ingest.launches import Launch, launched, read_launch
from ingest.reading import Map, Node, Scalar
from lineage.records import Extract, Ref

_KEYS = frozenset({
    "name", "workdir", "num_nodes", "resources", "envs", "secrets", "volumes", "file_mounts",
    "setup", "run", "service", "config", "experimental", "event_callback", "inputs", "outputs",
})  # fmt: skip
_TELLING = ("resources", "num_nodes", "workdir", "file_mounts")


def recognise(document: Document) -> Claim | None:
    """A task of no other keys than SkyPilot's, whose commands train or evaluate."""
    said = sum(launch.says for root in document.trees for launch in _launches(root))
    return Claim(2, f"{said} commands of a SkyPilot task that train or evaluate") if said else None


def read(document: Document) -> Extract:
    """All facts of each task in the file; what one wrote, a later one may read."""
    found = Findings(document)
    made: dict[str, Ref] = {}
    for root in document.trees:
        found.leave_out(root.at("name"))
        for launch in _launches(root):
            read_launch(found, launch, made, document)
    return found.extract()


def _launches(root: Node) -> Iterator[Launch]:
    """What a task launches; nothing where it is no task."""
    keys = {key for key, _ in root.entries()}
    script = root.at("run")
    if not (script.text and keys <= _KEYS and any(root.at(key) for key in _TELLING)):
        return
    set_here = {name: value.text for name, value in root.at("envs").entries() if value.text}
    run = with_variables(script.text, script.line, set_here)
    yield from launched(_mounted(run, dict(_mounts(root.at("file_mounts")))))


def _mounts(node: Node) -> Iterator[tuple[str, str]]:
    """The folders of the machine that hold what is elsewhere, each with where that is."""
    for place, source in node.entries():
        address = source.at("source").text if isinstance(source, Map) else source.text
        if address and "$" not in address:
            yield place.rstrip("/"), address.rstrip("/")


def _mounted(run: Iterable[Command], mounts: dict[str, str]) -> Iterator[Command]:
    """Commands with what is mounted called as it is where it comes from."""
    for command in run:
        yield Command(tuple(_elsewhere(word, mounts) for word in command.words))


def _elsewhere(word: Scalar, mounts: dict[str, str]) -> Scalar:
    option, equals, value = word.text.rpartition("=")
    for place, address in mounts.items():
        if value == place or value.startswith(f"{place}/"):
            text = posixpath.join(address, value[len(place) :].strip("/")).rstrip("/")
            return Scalar(word.key, word.line, f"{option}{equals}{text}")
    return word


INGESTOR = Ingestor(
    name="skypilot",
    title="SkyPilot task",
    description="Tasks of SkyPilot that launch trainings and evaluations: base models, data and "
    "outputs by the options of what they run, and by where the mounted folders come from.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
