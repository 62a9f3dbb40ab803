"""What a file is known by without opening it: git's way with its index.

A mark says that a file of this size, inode, device and these times had this content. It stays
true whatever happens later; whether a file still has its mark is what a scan asks. The time of
change cannot be set by ordinary tools, so a file that was copied, touched, replaced or restored
has another one. See ``docs/adr/0006``.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time

_MARGIN_NS = 2_000_000_000
"""Coarser than any clock that file systems keep times by: two seconds are the coarsest, of FAT."""

_FINE_NS = 10_000_000
"""File systems without a time of change of their own round it at least to this."""


def mark_of(there: os.stat_result, sha256: str) -> str:
    """The mark of a file of this state and content."""
    told = (
        f"{sha256} {there.st_size} {there.st_mtime_ns} {there.st_ctime_ns} {there.st_ino} "
        f"{there.st_dev}"
    )
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def can_be_marked(there: os.stat_result) -> bool:
    """Whether any change from now on must show in the state of a file.

    Not where a change within one tick of the clock may still follow (git calls it racily clean),
    or where the file system tells no inode or no time of change.
    """
    return (
        os.name == "posix"  # elsewhere what Python calls ctime is a time of creation
        and stat.S_ISREG(there.st_mode)
        and there.st_ino != 0
        and there.st_ctime_ns % _FINE_NS != 0
        and max(there.st_mtime_ns, there.st_ctime_ns) < time.time_ns() - _MARGIN_NS
    )
