"""The errors a user can meet: each says what happened, where, and what to do next.

The command line catches :class:`LineageError` only; anything else is a defect of ours and
keeps its traceback. ``exit_code`` follows the documented codes: 2 usage, 3 incomplete input
or store.
"""

from __future__ import annotations


class LineageError(Exception):
    """Base of all errors shown to a user.

    Args:
        message: what happened, in one sentence.
        location: the file (``path:line``), store or key it happened at, when there is one.
        remedy: what the user can do next.
    """

    exit_code = 2

    def __init__(self, message: str, *, location: str | None = None, remedy: str | None = None):
        super().__init__(message)
        self.message = message
        self.location = location
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        stop = "" if self.message.endswith((".", "!", "?", ":", "…")) else "."
        then = f"{stop} {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{then}"


class UsageError(LineageError):
    """The request itself cannot be answered as written."""


class NotFoundError(UsageError):
    """No artifact has this id or name."""


class AmbiguousError(UsageError):
    """A name fits several artifacts.

    Args:
        text: what the user typed.
        candidates: the ids it fits, best first.
        total: how many fit in all, when ``candidates`` was cut.
    """

    def __init__(self, text: str, candidates: list[str], total: int):
        super().__init__(
            f"“{text}” fits {total:,} artifacts.", remedy="Give the id of the one you mean."
        )
        self.candidates = candidates
        self.total = total


class InputError(LineageError):
    """A document cannot be read as what it claims to be."""

    exit_code = 3


class RecordError(InputError):
    """A value cannot be held by every store: too long, not text, or out of range."""


class StoreError(LineageError):
    """The store cannot be reached, opened or trusted."""

    exit_code = 3


class StoreConflictError(StoreError):
    """Another writer changed the store after the version this write was based on."""


class QueryError(UsageError):
    """A Cypher text was refused or failed; nothing was changed."""


class QueryTimeoutError(QueryError):
    """A Cypher text ran longer than its limit and was stopped."""

    exit_code = 3
