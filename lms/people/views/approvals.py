"""A second person's yes: what waits, and deciding on it (trust.md §2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.days import local_day
from lms.people.models import Approval, Role, User
from lms.people.permissions import door
from lms.refusal import Refused

DECIDERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@door("approval.view_requests")
@require_GET
def requests(request: HttpRequest) -> HttpResponseBase:
    """What waits for a decision, and what was decided lately."""
    now = timezone.now()
    user = request.user
    if not isinstance(user, User) or not user.holds(*DECIDERS, Role.TRAINER, on=local_day(now)):
        raise Http404
    rows = Approval.objects.visible_to(user, now).select_related("requested_by", "decided_by")
    context = {
        "pending": rows.pending(now).order_by("requested_at", "pk"),
        "decided": rows.exclude(decided_at=None).order_by("-decided_at", "-pk")[:20],
        "may_decide": user.holds(*DECIDERS, on=local_day(now)),
    }
    return render(request, "people/approvals.html", context)


def _decided(request: HttpRequest, pk: int, verb: str, sentence: str) -> HttpResponseBase:
    now = timezone.now()
    user = request.user
    if not isinstance(user, User) or not user.holds(*DECIDERS, Role.TRAINER, on=local_day(now)):
        raise Http404
    approval = get_object_or_404(Approval.objects.visible_to(user, now), pk=pk)
    if verb != "withdraw" and not user.holds(*DECIDERS, on=local_day(now)):
        raise Refused("not_permitted", _("Your role does not allow this."), status=403)
    getattr(approval, verb)(user, now)
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("people:approvals"))


@door("approval.confirm_of_another", "approval.confirm_own", fresh=True)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say yes to another person's request: it is carried out at once."""
    return _decided(request, pk, "confirm", _("Confirmed and carried out."))


@door("approval.refuse_or_let_lapse")
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say no."""
    return _decided(request, pk, "refuse", _("Refused; nothing was changed."))


@door("approval.withdraw_own")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take one's own request back."""
    return _decided(request, pk, "withdraw", _("Withdrawn; nothing was changed."))
