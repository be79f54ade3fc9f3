"""Law as dated settings: what holds today and on whose word, every value before and after, a new one from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.law_forms import ValueForm
from lms.plan.legal_values import KINDS
from lms.plan.models import LegalSetting
from lms.plan.views.pages import law_tabs, refused_in, staff_only
from lms.refusal import Refused

CHANGE = "setting.change_dated_legal_value"


@dataclass(frozen=True)
class Line:
    """A setting on a day: the values in force (one for each type of staff that has its own), the next ones, whether
    somebody should look a basis up again."""

    key: str
    label: str
    in_force: Sequence[LegalSetting]
    to_come: Sequence[LegalSetting]
    is_overdue: bool


@door(CHANGE)
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Every setting; three queries, whatever their number."""
    who = _staff(request)
    overdue = set(LegalSetting.objects.to_be_checked(who.on).values_list("key", flat=True))
    values: dict[str, list[LegalSetting]] = {key: [] for key in KINDS}
    for row in LegalSetting.objects.standing().latest_first():
        values.setdefault(row.key, []).append(row)
    lines = [_line(key, rows, who.on, is_overdue=key in overdue) for key, rows in values.items()]
    context = {
        "lines": lines, "overdue": sum(line.is_overdue for line in lines), "law_tabs": law_tabs("plan:settings"),
    }  # fmt: skip
    return render(request, "plan/settings.html", context)


def _line(key: str, rows: Sequence[LegalSetting], on: date, *, is_overdue: bool) -> Line:
    begun: dict[str, LegalSetting] = {}
    for row in rows:
        if row.valid_from <= on:
            begun.setdefault(row.staff_type, row)
    label = str(KINDS[key].label) if key in KINDS else key
    return Line(key, label, list(begun.values()), [row for row in rows if row.valid_from > on], is_overdue)


@door(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """All values of a setting by day, those taken back too; a form for the next one."""
    who = _staff(request)
    if key not in KINDS:
        raise Http404
    form = ValueForm(request.POST or None, key=key)
    if form.is_valid():
        try:
            LegalSetting.add(form.new(), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The value was added."))
            return redirect("plan:setting", key)
    rows = list(LegalSetting.objects.filter(key=key).order_by("-valid_from", "staff_type", "-pk"))
    in_force: set[int] = set()
    for staff_type in {row.staff_type for row in rows}:
        begun = [
            row for row in rows if (row.staff_type, row.voided_at) == (staff_type, None) and row.valid_from <= who.on
        ]
        in_force |= {row.pk for row in begun[:1]}
    context: dict[str, Any] = {
        "key": key, "label": KINDS[key].label, "rows": rows, "in_force": in_force, "on": who.on, "form": form,
    }  # fmt: skip
    return render(request, "plan/setting.html", context, status=422 if form.errors else 200)


@door(CHANGE)
@require_POST
def take_back(request: HttpRequest, value_id: int) -> HttpResponse:
    """A value whose day has not come is not to be."""
    who = _staff(request)
    value = get_object_or_404(LegalSetting.objects.standing(), pk=value_id)
    value.take_back(by=who.user, now=who.now)
    messages.success(request, _("The value was taken back."))
    return redirect("plan:setting", value.key)


def _staff(request: HttpRequest) -> Visit:
    who = visit(request)
    staff_only(who)
    require(CHANGE, who.user, at=who.now)
    return who
