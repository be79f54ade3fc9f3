"""allauth's door as this house wants it: nobody signs up, outside accounts are tied by the administrator."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

_SILENT_MESSAGES = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from an agency's roster, by invitation or slip."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account without a person behind it could not be counted."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """«[Tập Huấn] …», so that people recognise us in a full inbox."""
        return f"[{settings.WAGTAIL_SITE_NAME}] {subject}"

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """As allauth, without the notices of signing in and out: the page itself shows that."""
        if message_template not in _SILENT_MESSAGES:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds of signing in (trust.md §2, `r`).

        Otherwise whoever sets up a second factor at the first sign-in types the password twice in a row.
        """
        records = get_authentication_records(self.request, self.request.user)
        fresh = records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through an outside identity provider, for accounts that exist."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never; matched by the provider's opaque subject, not by name or address (domain.md §12)."""
        return False
