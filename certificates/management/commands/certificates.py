"""`manage.py certificates ACT OBJECT --by ACCOUNT [name=value …]`: what the screens of the register do, by the same
forms and rules. ACT is delivery, lost, confirm-lost, replace, amend or void (OBJECT: the code of a certificate), issue
(OBJECT: the public id of an enrolment; a second person confirms on the site), open-series (OBJECT: the code of an
agency) or close-series (OBJECT: AGENCY/SERIES/YEAR)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.codes import normalise
from certificates.flows import FLOWS
from certificates.forms import CloseForm, OneForm, SeriesForm
from certificates.issuing import plan_for_one
from certificates.models import Certificate, Series
from certificates.previewing import ask_for_one
from courses.models import Enrolment
from lms.days import local_day
from lms.people.models import Agency, User
from lms.people.permissions import require
from lms.refusal import Refused


class Command(BaseCommand):
    """Whoever `--by` names must hold the role that the screen asks for. After a refusal nothing is done (exit 1)."""

    help = "Act on the register: delivery, lost, confirm-lost, replace, amend, void, issue, open-series, close-series."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, on what, by whom, and the fields of the form."""
        parser.add_argument("act", choices=[*FLOWS, "issue", "open-series", "close-series"])
        parser.add_argument("object", metavar="OBJECT")
        parser.add_argument(
            "values", nargs="*", metavar="name=value", help="the fields of the form; days as 05/03/2026"
        )
        parser.add_argument("--by", required=True, metavar="ACCOUNT", help="user name of who answers for it")

    def handle(self, *args: Any, act: str, by: str, values: list[str], **options: Any) -> None:
        """One act."""
        now = timezone.now()
        user = User.objects.filter(username__iexact=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {by}.")
        acts = {"issue": self.issue, "open-series": self.open_series, "close-series": self.close_series}
        try:
            said = acts[act](options["object"], _given(values), user, now) if act in acts else None
            said = said or self.on_line(act, options["object"], _given(values), user, now)
        except Refused as error:
            raise CommandError(f"{error.code}: {error.message}") from error
        self.stdout.write(said)

    def on_line(self, act: str, code: str, given: dict[str, str], by: User, now: datetime) -> str:
        """A flow of certificates.flows; fields that are not given stand as on the screen."""
        flow = FLOWS[act]
        rows = Certificate.objects.select_related("series__issuer__parent", "series__custodian", "enrolment", "agency")
        row = rows.filter(public_code=normalise(code) or "").first()
        if row is None:
            raise CommandError(f"No certificate has the code {code}.")
        require(flow.action, by, row, at=now)
        shown = {name: _typed(value) for name, value in flow.initial(row, local_day(now)).items()}
        found = flow.perform(row, _valid(flow.form(shown | given)), by, now)
        found.refresh_from_db()
        return f"{found.number_label} {found.public_code}: {found.state}"

    def issue(self, public_id: str, given: dict[str, str], by: User, now: datetime) -> str:
        """Ask a second person to issue to one."""
        try:
            enrolment = Enrolment.objects.select_related("person").filter(public_id=public_id).first()
        except ValidationError:
            enrolment = None
        if enrolment is None:
            raise CommandError(f"There is no enrolment {public_id}.")
        require("certificate.issue_manual", by, enrolment, at=now)
        form = _valid(OneForm(given))
        plan = plan_for_one(enrolment, form.decision(), local_day(now))
        asked = ask_for_one(plan, enrolment, reason=form.cleaned_data["reason"], by=by, now=now)
        return f"Request {asked.pk} waits for a second person."

    def open_series(self, agency: str, given: dict[str, str], by: User, now: datetime) -> str:
        """Open a book."""
        require("series.create", by, at=now)
        shown = {"signing": "paper", "year": str(local_day(now).year), "issuer": agency}
        said = _valid(SeriesForm(shown | given, issuers=Agency.objects.all())).cleaned_data
        made = Series.begin(said["issuer"], said["code"], said["year"], signing=said["signing"], by=by, now=now)
        return f"{made} is open."

    def close_series(self, name: str, given: dict[str, str], by: User, now: datetime) -> str:
        """Close it, or hand it over."""
        agency, code, year = (name.rsplit("/", 2) + ["", ""])[:3]
        rows = Series.objects.select_related("issuer").filter(issuer__code=agency, code=code)
        series = rows.filter(year=int(year)).first() if year.isdecimal() else None
        if series is None:
            raise CommandError(f"There is no series {name}.")
        require("series.close_or_hand_to_custodian", by, series, at=now)
        said = _valid(CloseForm(given, custodians=Agency.objects.all())).cleaned_data
        if said["custodian"]:
            series.hand_over(said["custodian"], said["reason"], by=by, now=now)
            return f"{series} is kept by {series.custodian}."
        series.close(said["reason"], by=by, now=now)
        return f"{series} is closed."


def _given(values: list[str]) -> dict[str, str]:
    """Raises CommandError for a value without a name."""
    pairs = [value.partition("=") for value in values]
    if bad := [name for name, sign, _value in pairs if not sign]:
        raise CommandError(f"Write name=value, not {bad[0]}.")
    return {name.replace("-", "_"): value for name, _sign, value in pairs}


def _typed(value: Any) -> str:
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value)


def _valid(form: Any) -> Any:
    """The form; raises CommandError that names each field at fault."""
    unknown = set(form.data) - set(form.fields)
    if unknown:
        raise CommandError(f"There is no field {', '.join(sorted(unknown))}; there are {', '.join(form.fields)}.")
    if not form.is_valid():
        raise CommandError("; ".join(f"{name}: {' '.join(errors)}" for name, errors in _errors(form)))
    return form


def _errors(form: forms.Form) -> list[tuple[str, list[str]]]:
    return [(name, [str(error) for error in errors]) for name, errors in form.errors.items()]
