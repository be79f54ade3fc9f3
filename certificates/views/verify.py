"""Verification: anybody may ask whether a certificate is genuine (Part 2.4)."""

from __future__ import annotations

import hmac
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from certificates.codes import normalise, printed
from certificates.models import Certificate
from certificates.verification import masked_name, public_facts
from lms.people.limits import client_network, within
from lms.people.permissions import door
from lms.prepared import prepared
from lms.vietnamese.text import clean_name, fold

MISSES_A_MINUTE = 30
NAMES_A_MINUTE = 5


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Revocation shows at once; no address leaks to another site; no search engine keeps the page."""
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def missed(request: HttpRequest, *, as_json: bool = False) -> HttpResponseBase:
    """One answer for malformed, wrong and unknown codes; only misses count against the limit, since on a closing day a
    whole class verifies from one address."""
    if not within(f"verify-miss:{client_network(request)}", MISSES_A_MINUTE):
        return _private(HttpResponse(_("Too many wrong codes. Wait a minute."), status=429))
    if as_json:
        return _private(JsonResponse({"state": "unknown"}, status=404))
    return _private(render(request, "certificates/unknown.html", status=404))


@door("certificate.verify_by_code", public=True)
@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """The form: type the code of the paper."""
    typed = request.GET.get("code", "")
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


@prepared
def _of_code(code: str) -> QuerySet[Certificate]:
    rows = Certificate.objects.select_related("series__issuer", "replaces__series", "replaced_by__series")
    return rows.filter(public_code=code)


@door("certificate.verify_by_code", "certificate.reveal_name_by_typing_it", public=True)
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    """The page of one certificate: its state in words, what it is for, the name masked until it is typed."""
    row = find(code)
    if row is None:
        return missed(request)
    context: dict[str, Any] = {"facts": public_facts(row), "code": printed(row.public_code), "name": masked_name(row)}
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
