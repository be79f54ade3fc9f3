"""Signed files on the disk: each once, by the hash of its content, never overwritten (Part 3.3)."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

FOLDER = "certs"
"""Below the private folder, which stands on no address."""


def keep(content: bytes) -> tuple[str, str]:
    """Store the bytes and give their SHA-256 and their path below the private folder. Twice is once.

    Whole under its name or not there at all: written aside, to the disk, then named. The name is the hash, so what
    stands there already is the same.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.pdf"
    target = _root() / path
    if target.exists():
        return digest, path
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{digest}.{secrets.token_hex(4)}.tmp")
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return digest, path


def read(path: str) -> bytes:
    """The stored bytes. Raises FileNotFoundError."""
    return (_root() / path).read_bytes()


def stored_sha256(path: str) -> str | None:
    """The hash of the bytes that are on the disk now; None when there are none."""
    try:
        with (_root() / path).open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _root() -> Path:
    return Path(settings.PRIVATE_ROOT)
