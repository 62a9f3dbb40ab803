"""The keys that sign checkpoints: Ed25519, in a folder of the user's choice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from platformdirs import user_data_path

from lineage.errors import InputError, UsageError

KEYS_VARIABLE = "LINEAGE_KEYS"
_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class KeyLostError(UsageError):
    """The private key that the ledger expects is not there."""


def default_keys() -> Path:
    """The folder of keys when none is named: ``LINEAGE_KEYS``, else in the user's data folder."""
    named = os.environ.get(KEYS_VARIABLE)
    return Path(named) if named else user_data_path("lineage-explorer", appauthor=False) / "keys"


def key_id(public: bytes) -> str:
    """A key's id: the start of the SHA-256 of its 32 public bytes, in hex."""
    return hashlib.sha256(public).hexdigest()[:32]


def signed_by(public: bytes, signature: str, message: bytes) -> bool:
    """Whether a signature (hex) over a message is by the holder of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_pem(public: bytes) -> str:
    """A public key as the text of a PEM file."""
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(*_PEM).decode()


def public_of_pem(text: bytes, location: str) -> bytes:
    """The 32 bytes of the Ed25519 public key in a PEM text.

    Raises:
        InputError: there is no such key in it.
    """
    try:
        key = serialization.load_pem_public_key(text)
    except ValueError as error:
        raise InputError("this is no public key in PEM form", location=location) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError("this is no Ed25519 key", location=location)
    return key.public_bytes(*_RAW)


class Keyring:
    """A folder with a private and a public file for each key. Nobody else may read it."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or default_keys()

    def create(self) -> bytes:
        """Makes a key; gives its public bytes. The private file can be read by its owner only.

        Raises:
            UsageError: the folder cannot be written to.
        """
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(*_RAW)
        text = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.write(f"{key_id(public)}.private.pem", text)
        self.public_path(public).write_text(public_pem(public), "utf-8")
        return public

    def write(self, name: str, secret: bytes) -> Path:
        """Writes a secret file, which only its owner may read, to the disk; never over another.

        Raises:
            UsageError: it cannot be written.
        """
        path = self.folder / name
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(secret)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise UsageError(
                f"the key cannot be written: {error.strerror}",
                location=str(path),
                remedy="Name another folder with --keys or LINEAGE_KEYS.",
            ) from error
        return path

    def public_path(self, public: bytes) -> Path:
        """Where the public key is: the file to give to those who verify."""
        return self.folder / f"{key_id(public)}.public.pem"

    def signer(self, public: bytes) -> Callable[[bytes], str]:
        """What signs with this key, giving hex.

        Raises:
            KeyLostError: its private file is not there, or is that of another key.
        """
        path = self.folder / f"{key_id(public)}.private.pem"
        lost = (
            "Name its folder with --keys or LINEAGE_KEYS. If it is gone for good: "
            "lineage ledger key lost"
        )
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError as error:
            raise KeyLostError(
                "the private key that signs this ledger is not here",
                location=str(path),
                remedy=lost,
            ) from error
        except (OSError, ValueError, TypeError) as error:
            raise KeyLostError(
                f"the private key cannot be read: {error}", location=str(path), remedy=lost
            ) from error
        mine = isinstance(private, Ed25519PrivateKey)
        if not mine or private.public_key().public_bytes(*_RAW) != public:
            raise KeyLostError("this is another key than its name says", location=str(path))
        assert isinstance(private, Ed25519PrivateKey)
        return lambda message: private.sign(message).hex()
