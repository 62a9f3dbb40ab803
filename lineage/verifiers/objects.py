"""Objects in S3 and Google Cloud Storage, through fsspec and the user's own configuration."""

from __future__ import annotations

from typing import Any

from lineage.verifiers.looking import Outcome, Seen, Where, missing

_LIBRARY = {"s3": "s3fs", "gs": "gcsfs"}


def look(place: str, where: Where) -> Seen:
    """Looks whether an object, or anything under a prefix, is there; in S3 also older versions."""
    del where
    scheme, _, path = place.partition("://")
    protocol = "s3" if scheme.startswith("s3") else "gs"
    try:
        import fsspec

        files: Any = fsspec.filesystem(protocol, skip_instance_cache=True, use_listings_cache=False)
    except ImportError:
        return missing(_LIBRARY[protocol])
    try:
        found = files.info(path)
    except FileNotFoundError:
        return _versions(files, path) if protocol == "s3" else (Outcome.ABSENT, "no such object")
    except PermissionError as error:
        return Outcome.UNTOLD, f"we may not look: {error}"
    return Outcome.PRESENT, f"{found.get('type', 'object')} of {found.get('size') or 0} bytes"


def _versions(files: Any, path: str) -> Seen:
    """What has no current version may still be kept as an older one."""
    bucket, _, prefix = path.partition("/")
    try:
        told = files.call_s3("list_object_versions", Bucket=bucket, Prefix=prefix, MaxKeys=1000)
    except Exception as error:
        if "NoSuchBucket" in str(error) or isinstance(error, FileNotFoundError):
            return Outcome.ABSENT, "no such bucket"
        return Outcome.UNTOLD, f"no current object; older versions cannot be looked at: {error}"
    kept = [v for v in told.get("Versions", ()) if _is(v["Key"], prefix)]
    if kept:
        return Outcome.PRESENT, f"deleted, but {len(kept)} older versions are kept"
    return Outcome.ABSENT, "no such object, and no older version of it"


def _is(key: str, prefix: str) -> bool:
    return key == prefix or key.startswith(prefix.rstrip("/") + "/")
