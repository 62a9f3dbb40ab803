"""What configs said once: replays the commits of a git repository into a store.

``commits`` says which commits there are, ``tree`` what files each held, ``reading`` what a
document said then, ``replay`` from when until when, and ``remember`` tells it to a store.
"""

from lineage.history.commits import Commit, History, histories
from lineage.history.remember import Remembered, remember
from lineage.history.replay import Replay, Revision, Step

__all__ = [
    "Commit",
    "History",
    "Remembered",
    "Replay",
    "Revision",
    "Step",
    "histories",
    "remember",
]
