"""What can be done about an affected artifact, and what each needs to be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What is done about one artifact."""

    NONE = "none"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    SUPPRESS = "suppress"
    NOTIFY = "notify"
    DROP_ADAPTER = "drop-adapter"
    PURGE_INDEX = "purge-index"
    RETRAIN_SHARD = "retrain-shard"
    REBUILD = "rebuild"
    PURGE = "purge"
    RETRAIN = "retrain"
    UNLEARN = "unlearn"
    ROLL_BACK = "roll-back"
    DELETE = "delete"
    RE_EVALUATE = "re-evaluate"
    RE_ISSUE = "re-issue"
    ACCEPT = "accept"


class Brings(StrEnum):
    """What an action leaves behind."""

    GONE = "gone"
    CLEAN = "clean"
    TOLD = "told"
    REDONE = "redone"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class ActionTerm:
    """What an action is, what it leaves behind, and the evidence that it was done."""

    brings: Brings
    definition: str
    evidence: str


_G, _C, _T, _R, _S = Brings.GONE, Brings.CLEAN, Brings.TOLD, Brings.REDONE, Brings.STAYS

ACTIONS: Mapping[Action, ActionTerm] = {
    Action.NONE: ActionTerm(_S, "nothing to do here, for the reason given", "the reason"),
    Action.CONFIRM: ActionTerm(
        _G, "a document says that it is gone already: confirm it", "a look at where it was"
    ),
    Action.WITHDRAW: ActionTerm(
        _G, "withdraw from service", "when the last request was served, and that none is now"
    ),
    Action.SUPPRESS: ActionTerm(
        _G, "keep out of all use until it is established", "who may still reach it"
    ),
    Action.NOTIFY: ActionTerm(
        _T, "tell whoever holds it to delete it (GDPR art. 17(2), 19)", "the notice, and the answer"
    ),
    Action.DROP_ADAPTER: ActionTerm(
        _G, "delete the adapter; its base never saw the data", "a look at where it was"
    ),
    Action.PURGE_INDEX: ActionTerm(
        _G, "remove the entries from the index, or the index", "a search that finds none of them"
    ),
    Action.RETRAIN_SHARD: ActionTerm(
        _C, "retrain the shards that saw the data", "which shards saw it, and the new digests"
    ),
    Action.REBUILD: ActionTerm(
        _C, "run its own recipe again on inputs that are clean by then", "the new digest"
    ),
    Action.PURGE: ActionTerm(
        _C, "take the records out and build the rest anew", "counts before and after; the digest"
    ),
    Action.RETRAIN: ActionTerm(
        _C, "train again without the data, from the last clean ancestor", "config, log, new digest"
    ),
    Action.UNLEARN: ActionTerm(
        _C,
        "remove the influence of the data from the weights",
        "tests for membership and extraction against a model that never saw the data",
    ),
    Action.ROLL_BACK: ActionTerm(
        _G, "delete it and go back to the last clean ancestor", "a look at where it was"
    ),
    Action.DELETE: ActionTerm(_G, "delete", "the digest before, a look at where it was after"),
    Action.RE_EVALUATE: ActionTerm(
        _R, "measure again without the data; the artifact stays", "the new report"
    ),
    Action.RE_ISSUE: ActionTerm(
        _R, "issue the documentation anew; the artifact stays", "the new document"
    ),
    Action.ACCEPT: ActionTerm(
        _S, "keep, on a legal basis (GDPR art. 17(3))", "the basis and who decided"
    ),
}
