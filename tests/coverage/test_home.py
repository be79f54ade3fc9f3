"""/agency/: the focal person's home."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Quota, Reply, Round
from lms.people.models import Agency, Group, RoleGrant, Succession, SuccessionKind
from tests.coverage.test_doors import Ward, account, queries_of
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward() -> Ward:
    return Ward()


def invite(agency: Agency, ward: Ward, *, closes_at: datetime, seats: int | None = None) -> Reply:
    """A round that asks the agency for its list."""
    run = make.run(ward.course, date(2026, 12, 1))
    if seats is not None:
        Quota.objects.create(run=run, agency=agency, seats=seats)
    round_ = Round.objects.create(run=run, opens_at=closes_at - timedelta(days=9), closes_at=closes_at)
    return Reply.objects.create(round=round_, agency=agency)


def test_the_standing_is_one_line(ward: Ward) -> None:
    page = account("focal", agency=ward.agency).get(reverse("coverage:agency")).content.decode()
    assert "6/9" in page
    assert "66,7%" in page


def test_what_has_to_be_done_is_named_by_deadline(ward: Ward) -> None:
    make_plan.requirement(ward.task, Group.SPOKESPERSON)
    now = timezone.now()
    later = invite(ward.agency, ward, closes_at=now + timedelta(days=8))
    sooner = invite(ward.agency, ward, closes_at=now + timedelta(days=2), seats=5)
    invite(ward.agency, ward, closes_at=now - timedelta(minutes=1))
    invite(ward.other, ward, closes_at=now + timedelta(days=2))
    response = account("focal", agency=ward.agency).get(reverse("coverage:agency"))
    found = response.context["invitations"]
    assert [(one.reply, one.seats) for one in found] == [(sooner, 5), (later, None)]
    assert [row.group for row in response.context["unlisted"]] == ["spokesperson"]


def test_with_several_agencies_one_chooses(ward: Ward) -> None:
    client = account("focal", agency=ward.agency)
    first = RoleGrant.objects.get(agency=ward.agency)
    RoleGrant.objects.create(
        user=first.user, role="focal", agency=ward.other, starts_on=make.LONG_AGO, granted_at=first.granted_at
    )
    address = reverse("coverage:agency")
    assert [agency.name for agency in client.get(address).context["agencies"]] == ["Phường Á", "Phường Ớ"]
    assert client.get(address, {"agency": ward.other.code}).context["agency"] == ward.other
    assert client.get(address, {"agency": make.agency().code}).status_code == 404


def test_agencies_that_were_succeeded_stay_in_reach(ward: Ward) -> None:
    old = make.agency("Phường Cũ", closed_on=date(2025, 7, 1))
    Succession.objects.create(predecessor=old, successor=ward.agency, kind=SuccessionKind.MERGE, on=date(2025, 7, 1))
    client = account("focal", agency=ward.agency)
    assert client.get(reverse("coverage:agency")).context["before"] == [old]
    assert client.get(reverse("coverage:agency_figures", args=[old.code])).status_code == 200


def test_others_do_not_find_it(ward: Ward) -> None:
    address = reverse("coverage:agency")
    assert account(person=ward.people[0]).get(address).status_code == 404
    assert account("trainer").get(address).status_code == 404
    assert account("coordinator").get(address)["Location"] == reverse("coverage:overview")


def test_it_costs_the_same_for_more_people(ward: Ward) -> None:
    client = account("focal", agency=ward.agency)
    client.get(reverse("coverage:agency"))
    few = queries_of(client, reverse("coverage:agency"))
    for person in make.people_at(ward.agency, 20):
        make.trained(person, ward.course, date(2026, 4, 1), agency=ward.agency)
    assert queries_of(client, reverse("coverage:agency")) == few <= 14
