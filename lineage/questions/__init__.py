"""Questions beside "what falls if this goes".

Which source is the most dangerous to lose, what a model stands on, where one retraining cleans
the most, what would be otherwise.

Pure functions of a :class:`~lineage.graph.Graph` and a :class:`~lineage.impact.Policy`. What
they count is what the blast radius counts, so that their numbers can be compared with its.
"""

from lineage.questions.ancestry import Ancestor, Ancestry, ancestry
from lineage.questions.counted import COLUMNS, Exposed
from lineage.questions.leverage import Cut, Leverage, leverage
from lineage.questions.planned import Planned, laid_over, planned
from lineage.questions.ranking import Ranked, Ranking, rank
from lineage.questions.routes import Routes, routes
from lineage.questions.supposed import (
    Removed,
    Together,
    exposed_among,
    together,
    without_relationship,
)

__all__ = [
    "COLUMNS",
    "Ancestor",
    "Ancestry",
    "Cut",
    "Exposed",
    "Leverage",
    "Planned",
    "Ranked",
    "Ranking",
    "Removed",
    "Routes",
    "Together",
    "ancestry",
    "exposed_among",
    "laid_over",
    "leverage",
    "planned",
    "rank",
    "routes",
    "together",
    "without_relationship",
]
