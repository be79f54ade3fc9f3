"""Tokens of programs: one's own, made after signing in again; an administrator takes away those of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.people.models import ApiToken, Role
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
    lines = [{"token": token, "state": token.state(who.now)} for token in seen]
    return render(
        request,
        "people/tokens.html",
        {
            "own": [line for line in lines if line["token"].user_id == who.user.pk],
            "others": [line for line in lines if line["token"].user_id != who.user.pk],
        },
    )


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


def _form_page(request: HttpRequest, form: TokenForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    return render(request, "people/token_form.html", context, status=status)


def _no_store(response: HttpResponse) -> HttpResponse:
    """No cache keeps the page, the browser's own neither."""
    response["Cache-Control"] = "no-store"
    return response
