"""Forms at the door of a session and of the trainer who stands in it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Presence


class RoomCodeForm(forms.Form):
    """The code of the room and the one on the screen, typed."""

    room = forms.CharField(label=_("Room code"), max_length=12, help_text=_("Five letters under the QR code."))
    code = forms.CharField(
        label=_("Code or PIN on the screen"),
        max_length=20,
        help_text=_("Eight letters that change every 15 seconds, or the six digits of the PIN."),
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
    enrolment = forms.UUIDField(required=False, widget=forms.HiddenInput)
    pin = forms.CharField(label=_("PIN on the screen"), max_length=12, required=False)


class WalkInForm(forms.Form):
    """Who came without being on the list."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    agency_label = forms.CharField(label=_("Agency"), max_length=300, required=False)
    position = forms.CharField(label=_("Position"), max_length=200, required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput)


class MarkForm(forms.Form):
    """What the trainer says of one person; after the session with a reason, which the verb asks for."""

    enrolment = forms.UUIDField()
    uid = forms.UUIDField()
    status = forms.ChoiceField(choices=[choice for choice in Presence.choices if choice[0]])
    note = forms.CharField(max_length=300, required=False)


class LeaveForm(forms.Form):
    """Whose leave, and by which letter."""

    enrolment = forms.UUIDField()
    uid = forms.UUIDField()
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AmendForm(forms.Form):
    """What a locked session is to say of somebody, why, and by which document."""

    enrolment = forms.UUIDField()
    status = forms.ChoiceField(label=_("Status"), choices=[choice for choice in Presence.choices if choice[0]])
    reason = forms.CharField(label=_("Reason"), max_length=300)
    document_no = forms.CharField(label=_("Document number"), max_length=100, required=False)
