"""Forms of what is done to one line of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import AMENDABLE
from certificates.replacing import CORRECTABLE, Signatory

DAY = _("Day/month/year, for example 05/03/2026.")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SignatoryForm(forms.Form):
    """Who signs a new paper."""

    place = forms.CharField(label=_("Place"), max_length=100)
    authority = forms.CharField(
        label=_("Authority line"), max_length=100, required=False, help_text=_("For example: KT. GIÁM ĐỐC")
    )
    signer_title = forms.CharField(label=_("Title of the signer"), max_length=100)
    signer = forms.CharField(label=_("Name of the signer"), max_length=100)
    decision_no = forms.CharField(
        label=_("Decision number"), max_length=100, required=False, help_text=_("If a decision stands behind it.")
    )
    decision_on = forms.DateField(label=_("Decision date"), required=False, help_text=DAY)

    def signatory(self) -> Signatory:
        """Of a valid form."""
        names = ("place", "authority", "signer_title", "signer", "decision_no", "decision_on")
        return Signatory(**{name: self.cleaned_data[name] for name in names})


class ReplaceForm(SignatoryForm):
    """What the issuer printed by mistake, put right."""

    reason = forms.CharField(label=_("Which mistake was made"), max_length=300)
    person = forms.CharField(label=_("Full name"), max_length=200)
    birth_text = forms.CharField(label=_("Date of birth"), max_length=40, required=False)
    position = forms.CharField(label=_("Position"), max_length=200, required=False)
    workplace = forms.CharField(label=_("Workplace"), max_length=300, required=False)
    course = forms.CharField(label=_("Course"), max_length=300)
    study_periods = forms.IntegerField(label=_("Study periods"), min_value=1, max_value=2000)
    started_on = forms.DateField(label=_("From"), help_text=DAY)
    ended_on = forms.DateField(label=_("To"), help_text=DAY)
    result = forms.CharField(label=_("Result"), max_length=60)

    field_order = ("reason", *CORRECTABLE)

    def clean(self) -> dict[str, Any]:
        """The span is in order."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("started_on") and data.get("ended_on") and data["started_on"] > data["ended_on"]:
            self.add_error("ended_on", _("The end must come after the start."))
        return data

    def corrections(self) -> dict[str, Any]:
        """Of a valid form, as the snapshot spells them."""
        data = self.cleaned_data
        days = {name: data[name].isoformat() for name in ("started_on", "ended_on")}
        return {name: data[name] for name in CORRECTABLE} | days


class LostForm(SignatoryForm):
    """Answering a request for a lost one: confirm with a signatory, or refuse with a reason."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("confirm", _("Confirm: issue one of equal value")), ("refuse", _("Refuse"))]
    )
    reason = forms.CharField(
        label=_("Reason of the refusal"), max_length=300, required=False, help_text=_("Only if it is refused.")
    )
    field_order = ("answer", "reason")

    def clean(self) -> dict[str, Any]:
        """A refusal needs a reason and no signatory."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("answer") == "refuse":
            for name in ("place", "signer_title", "signer", "decision_on"):
                self.errors.pop(name, None)
            if not data.get("reason"):
                self.add_error("reason", _("Say why."))
        return data


class AmendForm(forms.Form):
    """A later legal change, by decision."""

    field = forms.ChoiceField(label=_("What changed"), choices=list(AMENDABLE.items()))
    new = forms.CharField(label=_("It now reads"), max_length=200)
    decision_no = forms.CharField(label=_("Decision number"), max_length=100)
    decision_on = forms.DateField(label=_("Decision date"), help_text=DAY)


class DeliveryForm(forms.Form):
    """Handed over: when, to whom, on which blank."""

    on = forms.DateField(label=_("Handed over on"), help_text=DAY)
    received_by = forms.CharField(
        label=_("Received by"), max_length=200, help_text=_("The person, or whoever signed for it.")
    )
    blank_no = forms.CharField(
        label=_("Number of the blank"), max_length=60, required=False, help_text=_("If the paper has a printed number.")
    )
