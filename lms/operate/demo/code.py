"""The second step of the demonstration: one printed code, on this machine alone.

Named in settings only where DEMO is on and every host is loopback; `serve` refuses to show a demonstration elsewhere.
"""

from __future__ import annotations

from ipaddress import ip_address

from allauth.core import context
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django.conf import settings


class _PrintedCode(forms.BaseAuthenticateForm):
    def clean_code(self) -> str:
        """The printed code, or whatever allauth takes."""
        totp = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        if totp and self.cleaned_data["code"] == settings.DEMO_CODE and is_this_machine():
            self.authenticator = totp
            return str(settings.DEMO_CODE)
        return str(super().clean_code())


class AuthenticateForm(_PrintedCode, forms.AuthenticateForm):
    """At sign-in."""


class ReauthenticateForm(_PrintedCode, forms.ReauthenticateForm):
    """When asked again."""


def is_this_machine() -> bool:
    """Whether the request comes from a browser beside the server."""
    return bool(settings.TAKES_DEMO_CODE) and ip_address(context.request.META["REMOTE_ADDR"]).is_loopback
