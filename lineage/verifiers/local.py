"""Files and folders on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from lineage.verifiers.looking import Outcome, Seen, Where


def look(place: str, where: Where) -> Seen:
    """Looks whether a path of a repository exists, without following a link at its end."""
    repository, _, path = place.removeprefix("file://").partition("//")
    root = where.roots.get(repository)
    if root is None:
        return (
            Outcome.UNTOLD,
            f"where {repository} lies on this machine is not known: --root {repository}=FOLDER",
        )
    if path.startswith("~") or ":" in path[:3]:
        return Outcome.UNTOLD, "it is a path on another machine"
    at = Path(os.path.normpath(root / path))
    if not path.startswith("/") and not at.is_relative_to(os.path.normpath(root)):
        return Outcome.UNTOLD, "the path leads out of its repository"
    try:
        at.lstat()
    except (FileNotFoundError, NotADirectoryError):
        if path.startswith("/") and not Path(*at.parts[:2]).exists():
            return Outcome.UNTOLD, f"{Path(*at.parts[:2])} is not there: it may not be mounted"
        return Outcome.ABSENT, f"no file or folder at {at}"
    except OSError as error:
        return Outcome.UNTOLD, f"it cannot be looked at: {error.strerror}"
    return Outcome.PRESENT, f"there is something at {at}"
