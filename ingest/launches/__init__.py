"""Commands that launch a training or an evaluation, wherever they stand, and their facts."""

from ingest.launches.facts import read_launch
from ingest.launches.launch import Launch, launched, launches

__all__ = ["Launch", "launched", "launches", "read_launch"]
