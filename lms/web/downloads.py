"""Answering a file: its type, a name that every browser reads, and no way to run in the page (trust.md §6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from lms.vietnamese.text import clean

_NAME_LIMIT = 150
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")


def attachment(
    body: bytes | Iterable[bytes], *, name: str, content_type: str, size: int | None = None
) -> HttpResponseBase:
    """A private download, kept by nobody in between. An open file or a generator is streamed, and says how long it is
    where `size` (bytes) is known; `name` may be any text."""
    response: HttpResponseBase
    if isinstance(body, bytes):
        response = HttpResponse(body, content_type=content_type)
    else:
        response = StreamingHttpResponse(body, content_type=content_type)
    if size is not None:
        response["Content-Length"] = str(size)
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str) -> str:
    """RFC 6266: the name without marks for old programs, the true one in UTF-8 for all others."""
    name = _safe(name)
    bare = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    bare = bare.replace("đ", "d").replace("Đ", "D").encode("ascii", "replace").decode("ascii").replace("?", "_")
    plain = f'attachment; filename="{bare}"'
    return plain if bare == name else f"{plain}; filename*=UTF-8''{quote(name, safe='')}"


def _safe(name: str) -> str:
    """One path component, its ending kept when it is too long."""
    name = _UNSAFE.sub("-", clean(name).encode("utf-8", "ignore").decode("utf-8")).strip(". ") or "download"
    stem, dot, ending = name.rpartition(".")
    if len(name) > _NAME_LIMIT:
        kept = name[:_NAME_LIMIT] if not dot else stem[: _NAME_LIMIT - len(ending) - 1] + dot + ending
        name = kept[:_NAME_LIMIT]
    return name
