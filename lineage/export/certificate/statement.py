"""The certificate as an in-toto Statement v1 in a DSSE envelope, signed with the ledger's key.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from lineage.errors import InputError
from lineage.ledger.keys import signed_by

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "tag:lineage-explorer,2026:deletion-certificate/1"


def statement(files: Mapping[str, str], predicate: Mapping[str, Any]) -> dict[str, Any]:
    """A statement about files, each by its SHA-256."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in sorted(files.items())
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": dict(predicate),
    }


def envelope(value: Mapping[str, Any], key: str, sign: Callable[[bytes], str]) -> dict[str, Any]:
    """A statement in its envelope; ``sign`` gives the signature in hex."""
    payload = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    signature = bytes.fromhex(sign(encoded(payload)))
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key, "sig": base64.b64encode(signature).decode()}],
    }


def encoded(payload: bytes) -> bytes:
    """What is signed: DSSE's pre-authentication encoding."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def opened(text: bytes, keys: Mapping[str, bytes], location: str) -> dict[str, Any]:
    """The statement in an envelope, if one of the keys (by id) signed it.

    Raises:
        InputError: it is no envelope, or no key of these signed it.
    """
    try:
        value = json.loads(text)
        payload = base64.b64decode(value["payload"], validate=True)
        signatures = {
            s["keyid"]: base64.b64decode(s["sig"], validate=True).hex() for s in value["signatures"]
        }
        assert value["payloadType"] == PAYLOAD_TYPE
        inner = json.loads(payload)
        assert inner["_type"] == STATEMENT_TYPE
        assert inner["predicateType"] == PREDICATE_TYPE
    except (ValueError, KeyError, TypeError, AssertionError, AttributeError) as error:
        raise InputError("this is no signed certificate", location=location) from error
    if not any(
        key in keys and signed_by(keys[key], signature, encoded(payload))
        for key, signature in signatures.items()
    ):
        raise InputError("it is not signed by the key that you trust", location=location)
    return dict(inner)
