"""The register: a run whose people have completed, ready to be certified."""

from __future__ import annotations

from datetime import datetime

from certificates.freezing import publish_default_template
from certificates.issuing import issue
from certificates.models import Certificate, Series
from certificates.previewing import Decision, Preview, preview
from courses.models import Run
from lms.days import local_day
from tests.make import courses

NOW = courses.at(9)
TODAY = local_day(NOW)


def decision(number: str = "15/QĐ-SVHTTDL") -> Decision:
    """As it stands on a signed paper."""
    return Decision(number, TODAY, "Đà Lạt", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu")


def register(of: Run, now: datetime = NOW) -> Series:
    """The template, and the open series of the run's issuer."""
    publish_default_template(now)
    series, _created = Series.objects.get_or_create(issuer=of.issuer, code="GCN", year=local_day(now).year)
    return series


def completed_run(*names: str) -> Run:
    """A run in which people of these names have completed."""
    run = courses.run()
    home = courses.agency()
    for name in names or ("Nguyễn Mẫu An",):
        courses.completion(courses.enrolment(run, courses.person(name, of=home), agency_=home))
    return run


def finished_run(*names: str) -> Run:
    """As `completed_run`, and the class is over: its certificates may be issued."""
    run = completed_run(*names)
    run.end(by=courses.account(None, "coordinator"), now=NOW)
    return run


def plan(of: Run) -> Preview:
    """The dry run for a run, its register opened if need be."""
    register(of)
    return preview(of, decision(), TODAY)


def certificates(of: Run) -> list[Certificate]:
    """Issue them, by somebody of the department."""
    return issue(plan(of), by=courses.account(None, "coordinator"), now=NOW)
