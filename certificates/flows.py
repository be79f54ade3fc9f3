"""What is done to one line of the register, with its form: the screens and `manage.py certificates` share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.custody import keeper_of
from certificates.flow_forms import AmendForm, DeliveryForm, LostForm, ReasonForm, ReplaceForm
from certificates.models import Certificate, LossRequest
from certificates.replacing import CORRECTABLE, confirm_lost, replace_with_corrections
from lms.people.models import User
from lms.refusal import Refused


def _nothing(row: Certificate, on: date) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Flow:
    """One action on a line: its row of permissions.csv, its words, its form, and the verb. `perform` gives the line to
    look at afterwards."""

    action: str
    title: Any
    lead: Any
    button: Any
    done: Any
    form: type[forms.Form]
    perform: Callable[[Certificate, Any, User, datetime], Certificate]
    initial: Callable[[Certificate, date], dict[str, Any]] = _nothing
    is_danger: bool = False


def _signatory(row: Certificate, on: date) -> dict[str, Any]:
    """Who signed the first paper, while the same agency issues."""
    keeper = keeper_of(row.series, on)
    if keeper is None or keeper.pk != row.series.issuer_id:
        return {}
    return {name: row.snapshot[name] for name in ("place", "authority", "signer_title", "signer")}


def _printed(row: Certificate, on: date) -> dict[str, Any]:
    printed = {name: row.snapshot[name] for name in CORRECTABLE}
    amended = {name: row.said(name) for name in ("person", "birth_text")}
    days = {name: date.fromisoformat(printed[name]) for name in ("started_on", "ended_on")}
    return printed | amended | days | _signatory(row, on)


def _handed(row: Certificate, on: date) -> dict[str, Any]:
    return {"on": on, "received_by": row.snapshot["person"]}


def _replace(row: Certificate, form: ReplaceForm, by: User, now: datetime) -> Certificate:
    return replace_with_corrections(
        row, form.corrections(), reason=form.cleaned_data["reason"], signatory=form.signatory(), by=by, now=now
    )


def _ask_for_lost(row: Certificate, form: ReasonForm, by: User, now: datetime) -> Certificate:
    LossRequest.ask(row, form.cleaned_data["reason"], by=by, now=now)
    return row


def _answer_lost(row: Certificate, form: LostForm, by: User, now: datetime) -> Certificate:
    asked = row.loss_requests.open().select_related("certificate__series__issuer__parent").first()
    if asked is None:
        raise Refused("nothing_asked", _("Nobody has asked for this certificate to be confirmed."))
    if form.cleaned_data["answer"] == "refuse":
        asked.refuse(form.cleaned_data["reason"], by=by, now=now)
        return row
    return confirm_lost(asked, signatory=form.signatory(), by=by, now=now)


def _amend(row: Certificate, form: AmendForm, by: User, now: datetime) -> Certificate:
    said = form.cleaned_data
    row.amend(
        said["field"], said["new"], decision_no=said["decision_no"], decision_on=said["decision_on"], by=by, now=now
    )
    return row


def _void(row: Certificate, form: ReasonForm, by: User, now: datetime) -> Certificate:
    row.void_before_handing_over(form.cleaned_data["reason"], by=by, now=now)
    return row


def _deliver(row: Certificate, form: DeliveryForm, by: User, now: datetime) -> Certificate:
    said = form.cleaned_data
    row.deliver(said["on"], said["received_by"], blank_no=said["blank_no"], by=by, now=now)
    return row


FLOWS = {
    "delivery": Flow(
        "certificate.record_delivery", _("Record the handing over"),
        _("When the paper was handed over, and who signed for it. It is written once."), _("Record"),
        _("The handing over is recorded."), DeliveryForm, _deliver, _handed,
    ),
    "lost": Flow(
        "certificate.request_for_lost", _("Ask for a lost or damaged certificate"),
        _("The department answers within five working days, with one of equal value."), _("Ask"),
        _("The request has been sent to the department."), ReasonForm, _ask_for_lost,
    ),
    "confirm-lost": Flow(
        "certificate.confirm_lost", _("Answer the request for a lost certificate"),
        _("One of equal value has its own number and names the first one, which gives way to it."), _("Answer"),
        _("The request is answered."), LostForm, _answer_lost, _signatory,
    ),
    "replace": Flow(
        "certificate.replace_with_corrections", _("Replace a wrong certificate"),
        _("For a mistake of the issuer. The new one has its own number and counts where the first one did; each names "
          "the other. A later change of name by decision is an amendment instead."), _("Issue the replacement"),
        _("The replacement is in the register."), ReplaceForm, _replace, _printed,
    ),
    "amend": Flow(
        "certificate.amend_by_decision", _("Amend by decision"),
        _("A later legal change of who somebody is. The paper stays as it was printed; the register tells the change."),
        _("Write the amendment"), _("The amendment is in the register."), AmendForm, _amend,
    ),
    "void": Flow(
        "certificate.void_before_handing_over", _("Void before handing over"),
        _("For an error found before the paper left the house. The number is kept and never used again; the person "
          "waits for a certificate again."), _("Void it"), _("The certificate is void; its number is kept."),
        ReasonForm, _void, is_danger=True,
    ),
}  # fmt: skip
"""In the order of the page; by the last part of the address and of the command."""
