"""The parts of a recipe's config, wherever asynchronous recipes put them."""

from __future__ import annotations

from ingest.paths import as_path
from ingest.reading import ABSENT, Node

HOLDERS = ("training", "postprocessing", "inference")
"""Parts that hold others in asynchronous recipes."""


def section(root: Node, name: str) -> Node:
    """A part of the config, at the top or in one of the parts of asynchronous recipes."""
    places = (root, *(root.at(holder) for holder in HOLDERS))
    return next((part for place in places if (part := place.at(name))), ABSENT)


def folder(root: Node, name: str) -> Node:
    """The folder of weights that a checkpointer reads."""
    return as_path(section(root, name).at("checkpoint_dir"))
