"""Safe reading of untrusted text into trees that remember where each value stood.

Every format ends as the same three node types. Each scalar stays the text it was, so that ids
such as ``0123456``, ``1.10`` or ``NO`` survive. Size, depth, number of nodes and alias
expansion are bounded *before* anything is built; nothing is ever executed or resolved.
"""

from ingest.reading.builder import MAX_DEPTH, MAX_NODES
from ingest.reading.front_matter import parse_front_matter
from ingest.reading.json_text import is_json_lines, parse_json, parse_json_lines
from ingest.reading.nodes import ABSENT, Map, Node, Scalar, Seq
from ingest.reading.text import MAX_BYTES, decoded
from ingest.reading.yaml_text import parse_yaml

__all__ = [
    "ABSENT",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Map",
    "Node",
    "Scalar",
    "Seq",
    "decoded",
    "is_json_lines",
    "parse_front_matter",
    "parse_json",
    "parse_json_lines",
    "parse_yaml",
]
