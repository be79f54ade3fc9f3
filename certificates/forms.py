"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Ground, Series, Signing, State
from certificates.models.certificates import CertificateQuerySet
from certificates.previewing import Decision
from lms.people.models import Agency
from lms.people.models.agencies import AgencyQuerySet


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


class OneForm(DecisionForm):
    """A late case: the decision, and why it comes alone."""

    reason = forms.CharField(label=_("Why it is issued alone"), max_length=300)


class SeriesForm(forms.Form):
    """A new book. It begins with 1: nobody sets the next number."""

    issuer = forms.ModelChoiceField(Agency.objects.none(), label=_("Issuer"), to_field_name="code")
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("For example: GCN-SVHTTDL"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    signing = forms.ChoiceField(label=_("Signing"), choices=Signing.choices)

    def __init__(self, *args: Any, issuers: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Closing a book for ever, or handing it over."""

    reason = forms.CharField(
        label=_("Reason or legal basis"), max_length=300, help_text=_("For a custodian: the document that names it.")
    )
    custodian = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Custodian"), required=False, to_field_name="code",
        help_text=_("Leave it empty to close the series alone; then the successors of its issuer keep it."),
    )  # fmt: skip

    def __init__(self, *args: Any, custodians: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["custodian"].queryset = custodians  # type: ignore[attr-defined]


class RegisterFilters(forms.Form):
    """What part of the register: a number, a name without marks, a series, a course, a state."""

    q = forms.CharField(label=_("Number, name or code"), max_length=120, required=False)
    series = forms.ModelChoiceField(
        Series.objects.in_order().select_related("issuer"), label=_("Series"), required=False, empty_label=_("All")
    )
    course = forms.CharField(label=_("Course code"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *State.choices], required=False)

    def narrowed(self, rows: CertificateQuerySet) -> CertificateQuerySet:
        """The lines asked for; what cannot be read narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            rows = rows.matching(asked["q"])
        if asked.get("series"):
            rows = rows.filter(series=asked["series"])
        if asked.get("course"):
            rows = rows.filter(course__code__iexact=asked["course"].strip())
        return rows.filter(state=asked["state"]) if asked.get("state") else rows

    def asked(self) -> dict[str, str]:
        """The filters that were set, as the address spells them."""
        given = {name: str(self.data.get(name, "")).strip()[:120] for name in self.fields}
        return {name: value for name, value in given.items() if value}
