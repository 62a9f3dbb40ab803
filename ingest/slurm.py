"""Launch scripts of Slurm and of the shell: trainings, by the options of what they run.

Scripts are read, never run. What an option means is concluded from its name, so every edge is
inferred. A configuration named on the command line is a document of its own: nothing is
concluded from it here.
"""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.launches import launches, read_launch
from ingest.parsed import parsed
from lineage.records import Extract, Ref


def recognise(document: Document) -> Claim | None:
    """A command that trains or evaluates, with options that name models or data."""
    launched = list(launches(document))
    said = sum(1 for launch in launched if launch.says)
    if said:
        return Claim(1, f"{said} commands that train or evaluate")
    if any(launch.is_configured(document) for launch in launched):
        return Claim(1, "a training that a file configures")
    return None


def read(document: Document) -> Extract:
    """All facts of each training and evaluation in the script."""
    found = Findings(parsed(document))
    made: dict[str, Ref] = {}
    for launch in launches(document):
        read_launch(found, launch, made, document)
    return found.extract()


INGESTOR = Ingestor(
    name="slurm",
    title="Launch script of a training",
    description="Shell and Slurm scripts that launch trainings and evaluations: base models, data, "
    "tokenizers and outputs by the options of what they run.",
    endings=(".sh", ".bash", ".zsh", ".slurm", ".sbatch", ".sub", ".job", ".pbs"),
    recognise=recognise,
    read=read,
)
