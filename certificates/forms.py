"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Ground
from certificates.previewing import Decision


class DecisionForm(forms.Form):
    """The decision that recognises the results, as it stands on the paper."""

    decision_no = forms.CharField(label=_("Decision number"), max_length=100)
    decision_on = forms.DateField(label=_("Decision date"), help_text=_("Day/month/year, for example 05/03/2026."))
    place = forms.CharField(label=_("Place"), max_length=100)
    authority = forms.CharField(
        label=_("Authority line"), max_length=100, required=False, help_text=_("For example: KT. GIÁM ĐỐC")
    )
    signer_title = forms.CharField(label=_("Title of the signer"), max_length=100)
    signer = forms.CharField(label=_("Name of the signer"), max_length=100)

    def decision(self) -> Decision:
        """The decision of a valid form."""
        data: dict[str, Any] = self.cleaned_data
        return Decision(
            number=data["decision_no"], on=data["decision_on"], place=data["place"], authority=data["authority"],
            signer_title=data["signer_title"], signer=data["signer"],
        )  # fmt: skip


class RevokeForm(forms.Form):
    """Revoking is by decision, with a ground of the regulations."""

    ground = forms.ChoiceField(label=_("Ground"), choices=[choice for choice in Ground.choices if choice[0]])
    reason = forms.CharField(label=_("Reason"), max_length=300)
    decision_no = forms.CharField(label=_("Decision number"), max_length=100)
    decision_on = forms.DateField(label=_("Decision date"), help_text=_("Day/month/year, for example 05/03/2026."))
