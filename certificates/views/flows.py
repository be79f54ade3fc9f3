"""What is done to one line of the register: a page with the form of each (certificates.flows)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from certificates.flows import FLOWS
from certificates.views.lines import visible_line
from lms.people.permissions import door, require
from lms.people.views.visit import visit

either = require_http_methods(["GET", "HEAD", "POST"])


@door("certificate.record_delivery")
@either
def delivery(request: HttpRequest, code: str) -> HttpResponseBase:
    """When, to whom, on which blank."""
    return _page(request, code, "delivery")


@door("certificate.replace_with_corrections", fresh=True)
@either
def replace(request: HttpRequest, code: str) -> HttpResponseBase:
    """The issuer's mistake put right by a new line."""
    return _page(request, code, "replace")


@door("certificate.request_for_lost")
@either
def lost(request: HttpRequest, code: str) -> HttpResponseBase:
    """Somebody lost it."""
    return _page(request, code, "lost")


@door("certificate.confirm_lost", fresh=True)
@either
def confirm_lost(request: HttpRequest, code: str) -> HttpResponseBase:
    """The department answers."""
    return _page(request, code, "confirm-lost")


@door("certificate.amend_by_decision", fresh=True)
@either
def amend(request: HttpRequest, code: str) -> HttpResponseBase:
    """A later legal change."""
    return _page(request, code, "amend")


@door("certificate.void_before_handing_over", fresh=True)
@either
def void(request: HttpRequest, code: str) -> HttpResponseBase:
    """An error found in time."""
    return _page(request, code, "void")


def _page(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """The form; after the verb, the line to look at."""
    who, flow = visit(request), FLOWS[name]
    row = visible_line(who, code)
    require(flow.action, who.user, row, at=who.now)
    form = flow.form(request.POST or None, initial=flow.initial(row, who.on))
    if form.is_valid():
        found = flow.perform(row, form, who.user, who.now)
        messages.success(request, flow.done)
        return redirect("certificates:record", found.public_code)
    context = {"certificate": row, "flow": flow, "form": form}
    return render(request, "certificates/flow.html", context, status=422 if request.method == "POST" else 200)
