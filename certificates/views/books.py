"""Series: the books of the register, opened and closed by administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates.custody import keeper_of
from certificates.forms import CloseForm, SeriesForm
from certificates.models import Series
from certificates.models.series import SeriesQuerySet
from lms.people.models import Agency, Role
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


def _seen(who: Visit) -> SeriesQuerySet:
    """All of them for the department and administrators. Raises 404 for everybody else."""
    if not who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    return Series.objects.select_related("issuer__parent", "custodian__parent")


@door("series.view")
@require_GET
def books(request: HttpRequest) -> HttpResponseBase:
    """Every book: how far it is, whether it is open, who keeps it."""
    who = visit(request)
    rows = list(_seen(who).in_order())
    may_open = allow("series.create", who.user, at=who.now)
    form = SeriesForm(issuers=Agency.objects.on(who.on).in_order(), initial={"year": who.on.year}) if may_open else None
    context = {"books": [(row, row.is_usable(who.on)) for row in rows], "form": form}
    return render(request, "certificates/books.html", context)


@door("series.create", "series.set_next_number", fresh=True)
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """Open a book, at number 1: whoever sends another number is refused."""
    who = visit(request)
    _seen(who)
    require("series.create", who.user, at=who.now)
    if "next_number" in request.POST:
        raise Refused("number_not_settable", _("Nobody sets the next number: a series counts from one."), status=422)
    form = SeriesForm(request.POST, issuers=Agency.objects.on(who.on).in_order())
    if not form.is_valid():
        context = {"books": [(row, row.is_usable(who.on)) for row in _seen(who).in_order()], "form": form}
        return render(request, "certificates/books.html", context, status=422)
    said = form.cleaned_data
    made = Series.begin(said["issuer"], said["code"], said["year"], signing=said["signing"], by=who.user, now=who.now)
    messages.success(request, _("The series %(series)s is open.") % {"series": made})
    return redirect("certificates:book", made.pk)


@door("series.view")
@require_GET
def book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One book: its numbers, its keeper, its end."""
    who = visit(request)
    return _book(request, who, get_object_or_404(_seen(who), pk=pk), None)


@door("series.close_or_hand_to_custodian", fresh=True)
@require_http_methods(["POST"])
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close it for ever; with a custodian, hand it over."""
    who = visit(request)
    series = get_object_or_404(_seen(who), pk=pk)
    require("series.close_or_hand_to_custodian", who.user, series, at=who.now)
    form = CloseForm(request.POST, custodians=Agency.objects.on(who.on).in_order())
    if not form.is_valid():
        return _book(request, who, series, form)
    said = form.cleaned_data
    if said["custodian"]:
        series.hand_over(said["custodian"], said["reason"], by=who.user, now=who.now)
        messages.success(request, _("The series has been handed over."))
    else:
        series.close(said["reason"], by=who.user, now=who.now)
        messages.success(request, _("The series is closed."))
    return redirect("certificates:book", series.pk)


def _book(request: HttpRequest, who: Visit, series: Series, form: CloseForm | None) -> HttpResponseBase:
    may_close = allow("series.close_or_hand_to_custodian", who.user, series, at=who.now)
    if form is None and may_close:
        form = CloseForm(custodians=Agency.objects.on(who.on).exclude(pk=series.issuer_id).in_order())
    context = {
        "series": series, "keeper": keeper_of(series, who.on), "is_usable": series.is_usable(who.on),
        "counts": series.counts(), "form": form if may_close else None,
    }  # fmt: skip
    return render(request, "certificates/book.html", context, status=422 if form and form.errors else 200)
