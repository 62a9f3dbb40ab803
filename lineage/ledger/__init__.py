"""The ledger: each act is an entry in one chain of digests, signed now and then.

An entry holds digests and ids only. Names of people and free text stand beside the chain, which
commits to them with a salt: what is erased there leaves the chain whole, and cannot be guessed.
"""

from lineage.ledger.entries import ACTS, Act, Entry, canonical, entry_of, opens
from lineage.ledger.files import checkpoint_of, export, public_key_of
from lineage.ledger.keys import Keyring, default_keys, key_id
from lineage.ledger.recording import Draft, append, noted, record, texts, who
from lineage.ledger.signing import (
    active_key,
    checkpoint,
    create_key,
    lose_key,
    rotate_key,
)
from lineage.ledger.verification import Problem, Verification, verify

__all__ = [
    "ACTS",
    "Act",
    "Draft",
    "Entry",
    "Keyring",
    "Problem",
    "Verification",
    "active_key",
    "append",
    "canonical",
    "checkpoint",
    "checkpoint_of",
    "create_key",
    "default_keys",
    "entry_of",
    "export",
    "key_id",
    "lose_key",
    "noted",
    "opens",
    "public_key_of",
    "record",
    "rotate_key",
    "texts",
    "verify",
    "who",
]
