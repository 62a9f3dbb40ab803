"""Names that may mean one thing: suggestions with a reason, and what people decided of them.

Nothing is joined silently: a suggestion changes no answer until somebody accepts it.
"""

from lineage.aliases.change import Change, Size, Sizes, by_change
from lineage.aliases.decisions import Decision, Verdict, decide, decisions, undo
from lineage.aliases.suggest import RULES, Rule, Suggestion, suggest

__all__ = [
    "RULES",
    "Change",
    "Decision",
    "Rule",
    "Size",
    "Sizes",
    "Suggestion",
    "Verdict",
    "by_change",
    "decide",
    "decisions",
    "suggest",
    "undo",
]
