"""Verification: anybody may ask whether a certificate is genuine (Part 2.4)."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from certificates.codes import normalise, printed
from certificates.copies import which_copy
from certificates.models import Certificate, CertificateFile, FileKind
from certificates.verification import masked_name, public_facts
from lms.people.limits import client_network, within
from lms.people.permissions import door
from lms.prepared import prepared
from lms.vietnamese.text import clean_name, fold

MISSES_A_MINUTE = 30
MISSES_OF_ALL = 300
NAMES_A_MINUTE = 5
FILES_A_MINUTE = 20
MOST_FILE_BYTES = 2 * 1024 * 1024


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Revocation shows at once; no address leaks to another site; no search engine keeps the page."""
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def missed(request: HttpRequest, *, as_json: bool = False) -> HttpResponseBase:
    """One answer for malformed, wrong and unknown codes; only misses count against the limit, since on a closing day a
    whole class verifies from one address."""
    if not within(f"verify-miss:{client_network(request)}", MISSES_A_MINUTE) or not within(
        "verify-miss-of-all", MISSES_OF_ALL
    ):
        return _private(HttpResponse(_("Too many wrong codes. Wait a minute."), status=429))
    if as_json:
        return _private(JsonResponse({"state": "unknown"}, status=404))
    return _private(render(request, "certificates/unknown.html", status=404))


@door("certificate.verify_by_code", "certificate.verify_by_number_and_name", public=True)
@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """The form: type the code of the paper, or its register number and the full name."""
    typed = request.GET.get("code", "")
    number, name = request.GET.get("number", "")[:30], request.GET.get("name", "")[:200]
    if number or name:
        row = find_by_number(number, name)
        return missed(request) if row is None else HttpResponseRedirect(_page_of(row))
    if not typed:
        return _private(render(request, "certificates/verify.html"))
    code = normalise(typed[:60])
    if code is None:
        return missed(request)
    return HttpResponseRedirect(reverse("certificates:certificate", args=[code]))


def find(typed: str) -> Certificate | None:
    """The certificate of a typed code, with what its page shows, in one query."""
    code = normalise(typed[:60])
    if code is None:
        return None
    return next(iter(_of_code(code)), None)


def find_by_number(number: str, name: str) -> Certificate | None:
    """The one certificate of a register number («05/2026») whose printed name was typed in full; None for any doubt."""
    parts = re.fullmatch(r"\s*([0-9]{1,7})\s*/\s*([0-9]{4})\s*", number)
    if parts is None:
        return None
    wanted = fold(clean_name(name)).encode()
    rows = Certificate.objects.filter(number=int(parts[1]), series__year=int(parts[2])).order_by("pk")[:20]
    found = [row for row in rows if hmac.compare_digest(fold(row.snapshot["person"]).encode(), wanted)]
    return found[0] if len(found) == 1 else None


def _page_of(row: Certificate) -> str:
    return reverse("certificates:certificate", args=[row.public_code])


@prepared
def _of_code(code: str) -> QuerySet[Certificate]:
    rows = Certificate.objects.select_related("series__issuer", "replaces__series", "replaced_by__series")
    signed = CertificateFile.objects.filter(certificate=OuterRef("pk"), kind=FileKind.SIGNED, withdrawn_at__isnull=True)
    return rows.filter(public_code=code).annotate(signed_facts=Subquery(signed.values("facts")[:1]))


@door("certificate.verify_by_code", "certificate.reveal_name_by_typing_it", public=True)
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    """The page of one certificate: its state in words, what it is for, the name masked until it is typed."""
    row = find(code)
    if row is None:
        return missed(request)
    context: dict[str, Any] = {"facts": public_facts(row), "code": printed(row.public_code), "name": masked_name(row)}
    context["raw_code"] = row.public_code
    typed = request.GET.get("name", "")[:200]
    if typed:
        context.update(_compared(row, typed))
    return _private(render(request, "certificates/certificate.html", context))


def _compared(row: Certificate, typed: str) -> dict[str, Any]:
    """Whether the typed name is the one on the paper: five tries a minute for each certificate."""
    if not within(f"verify-name:{row.public_code}", NAMES_A_MINUTE):
        return {"typed": typed, "too_many": True}
    name = row.snapshot["person"]
    matches = hmac.compare_digest(fold(clean_name(typed)).encode(), fold(name).encode())
    return {"typed": typed, "matches": matches, "name": name if matches else masked_name(row)}


@door("certificate.verify_by_code", public=True)
@require_GET
def certificate_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same facts for a program, and no more."""
    row = find(code)
    if row is None:
        return missed(request, as_json=True)
    return _private(JsonResponse({**public_facts(row), "name": masked_name(row)}))


@door("certificate.verify_file", public=True)
@require_POST
def compare_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """Whether a file is one of ours: the browser sends its SHA-256, or the file itself, which is hashed and dropped."""
    row = find(code)
    if row is None:
        return missed(request)
    context: dict[str, Any] = {
        "facts": public_facts(row), "code": printed(row.public_code), "raw_code": row.public_code,
        "name": masked_name(row), **_looked_at(request, row),
    }  # fmt: skip
    return _private(render(request, "certificates/certificate.html", context))


def _looked_at(request: HttpRequest, row: Certificate) -> dict[str, Any]:
    """What the page says of the file. Twenty files a minute for each certificate: two of the copies must be drawn."""
    if not within(f"verify-file:{row.public_code}", FILES_A_MINUTE):
        return {"file_answer": "too_many"}
    sent, digest = request.FILES.get("file"), request.POST.get("sha256", "").strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        if sent is None:
            return {"file_answer": "nothing_sent"}
        if (sent.size or 0) > MOST_FILE_BYTES:
            return {"file_answer": "too_large"}
        digest = hashlib.sha256(sent.read()).hexdigest()
    return {"file_answer": which_copy(row, digest) or "unknown"}
