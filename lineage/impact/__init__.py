"""What falls when a source goes: the blast radius, and why each thing is in it.

Pure functions of a :class:`~lineage.graph.Graph` and a :class:`Policy`. Sound before sharp:
retracted assertions count, because a model trained last month on data that today's config no
longer names is still contaminated; nothing is cut by depth or number.
"""

from lineage.impact.answer import Affected, Explanation, Impact, Step
from lineage.impact.explain import explain, explain_affected, explanations
from lineage.impact.policy import CERTAINTIES, RELAYS, Certainty, Policy
from lineage.impact.radius import impact, things
from lineage.impact.reach import ambiguous_places, ready, unknown_inputs, without_origin
from lineage.vocabulary import CARRIES

__all__ = [
    "CARRIES",
    "CERTAINTIES",
    "RELAYS",
    "Affected",
    "Certainty",
    "Explanation",
    "Impact",
    "Policy",
    "Step",
    "ambiguous_places",
    "explain",
    "explain_affected",
    "explanations",
    "impact",
    "ready",
    "things",
    "unknown_inputs",
    "without_origin",
]
