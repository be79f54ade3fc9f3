"""Forms at the door of a session and of the trainer who stands in it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Presence


class RoomCodeForm(forms.Form):
    """The code of the room and the one on the screen, typed."""

    room = forms.CharField(label=_("Room code"), max_length=12, help_text=_("Five letters under the QR code."))
    code = forms.CharField(
        label=_("Code on the screen"), max_length=20, help_text=_("Eight letters; they change every 15 seconds.")
    )


class CheckInForm(forms.Form):
    """One tap: the ticket of the scan, the natural key of the form, and for people without an account their code."""

    ticket = forms.CharField(max_length=300, widget=forms.HiddenInput)
    uid = forms.UUIDField(widget=forms.HiddenInput)
    check_in_code = forms.CharField(
        label=_("Your check-in code"),
        max_length=20,
        required=False,
        help_text=_("Eight letters on your invitation to the class."),
    )
    wrong_place_is_fine = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MarkForm(forms.Form):
    """What the trainer says of one person; after the session with a reason, which the verb asks for."""

    enrolment = forms.UUIDField()
    uid = forms.UUIDField()
    status = forms.ChoiceField(choices=[choice for choice in Presence.choices if choice[0]])
    note = forms.CharField(max_length=300, required=False)
