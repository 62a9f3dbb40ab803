"""From bytes to text."""

from __future__ import annotations

from lineage.errors import InputError

MAX_BYTES = 20_000_000


def decoded(content: bytes, where: str) -> str:
    """Text of a file: UTF-8, or UTF-16 with its mark.

    Raises:
        InputError: too large, binary, or in no encoding that configs use.
    """
    if len(content) > MAX_BYTES:
        raise InputError(
            f"the file has {len(content):,} bytes; documents of up to {MAX_BYTES:,} are read",
            location=where,
        )
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in content[:8192]:
        raise InputError("the file is binary", location=where)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "the file is not text in UTF-8 or UTF-16", location=f"{where}:{line}"
        ) from error
