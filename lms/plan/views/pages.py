"""Pages that several screens of the plan share: a form of its own, and where it leads back to."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.people.models import Role
from lms.people.views.visit import Visit
from lms.plan.models import PlanTask
from lms.refusal import Refused


class Words(NamedTuple):
    """What a page with one form says: its title, its button, a line under the title, where it leads back to."""

    title: str
    label: str
    back: str
    back_label: str
    lead: str = ""


def form_page(request: HttpRequest, form: forms.Form, words: Words) -> HttpResponse:
    """The form, or the form with what is wrong with it (422)."""
    return render(request, "plan/form.html", {"form": form, "words": words}, status=422 if form.errors else 200)


def refused_in(form: forms.Form, refusal: Refused) -> None:
    """Show the refusal of a verb above the form that asked for it."""
    form.add_error(None, str(refusal.message))


def law_tabs(current: str) -> list[dict[str, object]]:
    """The two pages of what the law sets, for components/tabs.html."""
    pages = (("plan:settings", _("Legal settings")), ("plan:holidays", _("Holidays")))
    return [{"label": label, "href": reverse(name), "current": name == current} for name, label in pages]


def staff_only(who: Visit) -> None:
    """Trainees have nothing to do with what the law sets: raises 404."""
    if not who.user.holds(*Role, on=who.on):
        raise Http404


def worked_task(who: Visit, task_id: int) -> PlanTask:
    """The task, for whoever has a part in the plan; 404 otherwise."""
    return get_object_or_404(PlanTask.objects.worked_by(who.user, who.on).select_related("plan"), pk=task_id)
