"""Refused verbs and a busy database become answers that a person or a program can act on."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from lms.refusal import Refused

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OUR_MISTAKES = ("no such ", "near ", "incomplete input", "unrecognized token")


def wants_json(request: HttpRequest) -> bool:
    """The client is a program: the API, a fetch, or an Accept header that names JSON and not HTML."""
    accept = request.headers.get("Accept", "")
    return (
        request.path.startswith("/api/")
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or ("application/json" in accept and "text/html" not in accept)
    )


def is_busy(error: BaseException | None) -> bool:
    """The database is locked, full, restarting or gone, or no file can be written: trying again later is right.

    SQLite reports our own mistakes in SQL by the same class.
    """
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    return isinstance(error, OperationalError | InterfaceError) and not str(error).startswith(_OUR_MISTAKES)


def answer(
    request: HttpRequest,
    *,
    code: str,
    message: Any,
    status: int,
    template: str = "refused.html",
    details: dict[str, Any] | None = None,
) -> HttpResponse:
    """The same refusal as JSON, as a fragment for htmx, or as a page with a way back.

    The fragment goes to `#messages`, whatever the target of the request was; base.html lets htmx swap it in.
    """
    if wants_json(request):
        return JsonResponse({"code": code, "message": str(message), "details": details or {}}, status=status)
    context = {"code": code, "message": message, "details": details or {}, "status": status, "back": _way_back(request)}
    if request.headers.get("HX-Request") == "true":
        response = render(request, "components/alert.html", {"kind": "bad", "text": message}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
        response["Vary"] = "HX-Request"
        return response
    return render(request, template, context, status=status)


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The answer to a refused verb, with its own status."""
    return answer(request, code=error.code, message=error.message, status=error.status, details=error.details)


def busy(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After: nothing was saved, trying again is right."""
    message = _("The system is busy at the moment. Nothing was lost; please try again in a few seconds.")
    response = answer(request, code="busy", message=message, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _way_back(request: HttpRequest) -> str:
    """The page the visitor came from, if it is ours and not this one; else the start page."""
    referrer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure())
    return referrer if ours and referrer != request.build_absolute_uri() else "/"


class RefusalMiddleware:
    """Turns exceptions of views into answers; verbs and views just raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None leaves anything else to Django."""
        if isinstance(exception, Refused):
            return refused(request, exception)
        if is_busy(exception):
            log.warning("busy or full: %s", type(exception.__cause__ or exception).__name__)
            return busy(request)
        return None
