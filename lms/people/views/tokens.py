"""Tokens of programs: one's own, made after signing in again; an administrator takes away those of others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.people.models import ApiToken, Role, User
from lms.people.models.tokens import ApiTokenQuerySet
from lms.people.permissions import door, require
from lms.people.token_form import TokenForm
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


def _with_role(request: HttpRequest) -> Visit:
    """Raises 404 for whoever holds no role: there is nothing that a token of theirs could read."""
    who = visit(request)
    if not who.user.holds(*Role.values, on=who.on):
        raise Http404
    return who


@door("token.list_or_revoke_own")
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own; below, for administrators, those of others."""
    who = _with_role(request)
    seen = ApiToken.objects.visible_to(who.user, who.on).latest_first().select_related("user")
    own, others = _lines(seen.filter(user=who.user), who.now), _lines(seen.exclude(user=who.user), who.now)
    return render(request, "people/tokens.html", {"own": own, "others": others})


@door("token.create_own", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make one; its secret stands on the answer and nowhere else."""
    who = visit(request)
    require("token.create_own", who.user, at=who.now)
    form = TokenForm(request.POST or None, user=who.user, on=who.on)
    if not form.is_valid():
        return _form_page(request, form, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        made, secret = ApiToken.make(
            who.user, said["role"], name=said["name"], last_day=said["last_day"], now=who.now
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, refused.message)
        return _form_page(request, form, status=refused.status)
    return _no_store(render(request, "people/token_made.html", {"token": made, "secret": secret}))


@door("token.list_or_revoke_own", "token.revoke_of_other")
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one away, at once and for good."""
    who = _with_role(request)
    found = get_object_or_404(ApiToken.objects.visible_to(who.user, who.on), public_id=public_id)
    if found.revoke(by=who.user, now=who.now):
        messages.success(request, _("The token was revoked. Programs that use it are refused from now on."))
    else:
        messages.info(request, _("The token was revoked before."))
    return HttpResponseRedirect(reverse("people:tokens"))


def _lines(rows: ApiTokenQuerySet, now: datetime) -> list[dict[str, Any]]:
    """Each token and how it stands; the roles of each account are looked up once."""
    users: dict[int, User] = {}
    lines = []
    for token in rows:
        token.user = users.setdefault(token.user_id, token.user)
        lines.append({"token": token, "state": token.state(now)})
    return lines


def _form_page(request: HttpRequest, form: TokenForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    return render(request, "people/token_form.html", context, status=status)


def _no_store(response: HttpResponse) -> HttpResponse:
    """No cache keeps the page, the browser's own neither."""
    response["Cache-Control"] = "no-store"
    return response
