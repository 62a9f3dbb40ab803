"""spaCy projects (``project.yml``) and configs of pipelines (``config.cfg``)."""

from __future__ import annotations

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.ini import parse_ini
from ingest.interpolation import resolved
from ingest.parsed import parsed
from ingest.reading import Map, Seq
from ingest.spacy.paths import project_of
from ingest.spacy.pipeline import Pipeline, as_they_are, unnamed
from ingest.spacy.project import Project
from ingest.spacy.trainings import read_project
from lineage.errors import InputError
from lineage.records import Extract
from lineage.vocabulary import Evidence, Kind


def recognise(document: Document) -> Claim | None:
    """A project's commands with scripts, or the sections of a pipeline's config."""
    if document.name.endswith(".cfg"):
        return _pipeline(document)
    root = document.tree
    scripts = [c for c in root.at("commands").elements() if isinstance(c.at("script"), Seq)]
    if not scripts or not isinstance(root.at("commands"), Seq):
        return None
    words = " ".join(line.text for c in scripts for line in c.at("script").elements())
    named = document.name in {"project.yml", "project.yaml"}
    if "spacy " in words or "prodigy " in words or "weasel " in words:
        return Claim(3 if named else 2, "commands that call spaCy")
    if named and (root.at("workflows") or root.at("assets")):
        return Claim(2, "a project's file with assets or workflows")
    return None


def _pipeline(document: Document) -> Claim | None:
    if "[nlp]" not in document.text or "[components" not in document.text:
        return None
    try:
        root = parse_ini(document.text, document.path)
    except InputError:
        return None
    if root.at("nlp", "pipeline") or root.at("nlp", "lang"):
        return Claim(3, "the sections nlp and components of a pipeline")
    return None


def read(document: Document) -> Extract:
    """All facts of a project, or of one config."""
    if not document.name.endswith(".cfg"):
        found = Findings(document)
        root = resolved(document.tree)
        if isinstance(root, Map):
            read_project(Project(found, root))
        return found.extract()
    tree = parse_ini(document.text, document.path)
    found = Findings(parsed(document, tree))
    root = resolved(tree)
    folder = project_of(found)
    model = found.output(Kind.MODEL, at=root.at("nlp"))
    pipeline = Pipeline(found, model, folder, Evidence.DECLARED, as_they_are(found, folder))
    pipeline.read(root)
    for node in unnamed(root):
        found.skip(f"{node.key} is given on the command line", node)
    return found.extract()


INGESTOR = Ingestor(
    name="spacy",
    title="spaCy project or config",
    description="spaCy projects: assets, the commands that make data and pipelines of them, "
    "vectors, packages; configs of pipelines: corpora, sourced components, transformers.",
    endings=("project.yml", "project.yaml", ".cfg"),
    recognise=recognise,
    read=read,
)
