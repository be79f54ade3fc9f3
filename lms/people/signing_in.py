"""What follows a sign-in and a change of authenticators: stamps, the end of sessions, events (trust.md §4)."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.signals import password_changed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.days import local_day
from lms.people import second_factor
from lms.people.models import User
from lms.refusal import Refused

LAST_ONE = _("Your role needs a second step: add another authenticator before you remove this one.")


class LoginForm(forms.LoginForm):
    """allauth's, which gives every session the same age after the sign-in: the roles say how long it lives."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """As allauth."""
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if isinstance(request.user, User):
            second_factor.begin(request.session, request.user, now=timezone.now())
        return response


class MFAAdapter(DefaultMFAAdapter):
    """allauth's two-step verification as this house wants it."""

    error_messages = {**DefaultMFAAdapter.error_messages, "cannot_delete_authenticator": LAST_ONE}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of whoever needs one; the page says so before anything is pressed."""
        return _can_be_spared(authenticator)


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """By whatever door somebody came in."""
    second_factor.begin(request.session, user, now=timezone.now())


@receiver(authenticator_used)
def note_use(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """At sign-in, or when asked again."""
    second_factor.note_passed(request.session, user)


@receiver(authenticator_added)
def add(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Set up in this browser, which has passed; all others sign in anew, with the second step."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    user.end_sessions()
    second_factor.note_passed(request.session, user)
    second_factor.begin(request.session, user, now=timezone.now())
    _keep_this_session(request, user)
    _record(user, "added", authenticator)


@receiver(authenticator_removed)
def remove(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A lost phone may be signed in: every other browser signs in anew."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    user.refresh_from_db(fields=["access_epoch"])
    _keep_this_session(request, user)
    _record(user, "removed", authenticator)


@receiver(authenticator_reset)
def renew_codes(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """New recovery codes."""
    _record(user, "renewed", authenticator)


@receiver(password_changed)
def note_new_password(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """By its owner."""
    user.record("account.change_password_or_mfa", by=user, now=timezone.now(), change="password")


@receiver(pre_delete, sender=Authenticator)
def keep_the_last(instance: Authenticator, origin: Any, **kwargs: Any) -> None:
    """One authenticator taken away by itself ends the sessions, and is not the last of whoever needs one.

    Whole sets (a reset by somebody else, recovery codes renewed) are not meant. The UPDATE of the account comes first:
    of two keys taken away at once, the second sees that the first is gone. Raises Refused: second_factor_needed.
    """
    if origin is not instance or instance.type == Authenticator.Type.RECOVERY_CODES:
        return
    instance.user.end_sessions()
    if not _can_be_spared(instance):
        raise Refused("second_factor_needed", LAST_ONE)


def _can_be_spared(authenticator: Authenticator) -> bool:
    user: User = authenticator.user
    others = user.second_factors().exclude(pk=authenticator.pk)
    return not user.needs_second_factor(local_day(timezone.now())) or others.exists()


def _keep_this_session(request: HttpRequest, user: User) -> None:
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def _record(user: User, change: str, authenticator: Authenticator) -> None:
    now = timezone.now()
    user.record("account.change_password_or_mfa", by=user, now=now, change=change, kind=str(authenticator.type))
