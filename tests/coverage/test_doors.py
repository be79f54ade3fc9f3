"""Who opens which coverage page, what it shows, what it leaves behind, what it costs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.audit.models import Event
from lms.coverage.counting import count
from lms.days import start_of
from lms.people.models import Agency, Person, RoleGrant, User
from lms.plan.models import Plan, PlanTask
from lms.refusal import Refused
from tests.make import coverage as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.django_db


def account(role: str = "", *, agency: Agency | None = None, person: Person | None = None) -> Client:
    """A signed-in client of an account that holds `role`."""
    number = User.objects.count()
    user = User.objects.create_user(
        f"tài.khoản.{number}",
        f"u{number}@example.vn",
        name="Người dùng",
        person=person,
        created_at=start_of(make.LONG_AGO),
    )
    if role:
        RoleGrant.objects.create(
            user=user, role=role, agency=agency, starts_on=make.LONG_AGO, granted_at=start_of(make.LONG_AGO)
        )
    client = Client()
    client.force_login(user)
    return client


class Ward:
    """A ward with nine people, six of them trained this year; another ward beside it."""

    def __init__(self) -> None:
        self.task = make_plan.task()
        make_plan.requirement(self.task)
        self.period = make_plan.period(2026)
        self.agency, self.other = make.agency("Phường Á"), make.agency("Phường Ớ")
        self.people = make.people_at(self.agency, 9)
        self.strangers = make.people_at(self.other, 2)
        self.course = make.course(self.task)
        for person in self.people[:6]:
            make.trained(person, self.course, date(2026, 3, 10), agency=self.agency)

    def addresses(self) -> dict[str, str]:
        """Every page about the ward and its first person."""
        code, person = self.agency.code, self.people[0].public_id
        return {
            "overview": reverse("coverage:overview"),
            "agency_figures": reverse("coverage:agency_figures", args=[code]),
            "agency_people": reverse("coverage:agency_people", args=[code]),
            "all_people": reverse("coverage:all_people"),
            "person": reverse("coverage:person", args=[person]),
            "why": reverse("coverage:why", args=[person]),
        }


@pytest.fixture
def ward() -> Ward:
    return Ward()


def answers(client: Client, ward: Ward) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in ward.addresses().items()}


def test_the_department_opens_everything(ward: Ward) -> None:
    for role in ("coordinator", "administrator"):
        assert set(answers(account(role), ward).values()) == {200}


def test_a_focal_person_opens_the_own_agency_alone(ward: Ward) -> None:
    hidden = {"overview": 404, "all_people": 404}
    own = answers(account("focal", agency=ward.agency), ward)
    assert own == dict.fromkeys(own, 200) | hidden
    assert set(answers(account("focal", agency=ward.other), ward).values()) == {404}


def test_a_trainee_learns_why_and_nothing_else(ward: Ward) -> None:
    found = answers(account(person=ward.people[0]), ward)
    assert found == dict.fromkeys(found, 404) | {"why": 200}
    assert set(answers(account(person=ward.people[1]), ward).values()) == {404}
    assert set(answers(account("trainer"), ward).values()) == {404}


def test_a_stranger_is_sent_to_sign_in_before_any_look_up(ward: Ward) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert set(answers(Client(), ward).values()) == {302}
    assert not [query for query in seen if "coverage" in query["sql"] or "people_agency" in query["sql"]]


def test_opening_people_and_evidence_leaves_one_event_of_the_department(ward: Ward) -> None:
    coordinator, focal = account("coordinator"), account("focal", agency=ward.agency)
    pages = ward.addresses()
    for name, action in (("agency_people", "drill_to_people"), ("person", "drill_to_evidence")):
        before = Event.objects.count()
        coordinator.get(pages[name])
        assert [event.action for event in Event.objects.order_by("pk")[before:]] == [f"coverage.{action}"]
    before = Event.objects.count()
    focal.get(pages["agency_people"])
    assert Event.objects.count() == before, "one's own people are no secret"
    focal.get(pages["person"])
    assert Event.objects.count() == before + 1


def test_every_figure_opens_to_as_many_people(ward: Ward) -> None:
    client = account("coordinator")
    address = ward.addresses()["agency_people"]
    for which, size in (("listed", 9), ("trained", 6), ("missing", 3), ("certified", 6), ("off_roster", 0)):
        response = client.get(address, {"which": which})
        assert len(response.context["people"].lines) == size == response.context["people"].size


def test_the_overview_shows_figures_states_and_the_line_of_rosters(ward: Ward) -> None:
    make.agency("Xã chưa có danh sách", kind="pc_commune")
    response = account("coordinator").get(reverse("coverage:overview"))
    page = response.content.decode()
    assert "66,7%" in page
    assert "<strong>2/3</strong>" in page
    assert response.context["report"].total.headcount == 11


def test_the_agencies_are_sorted_by_vietnamese_name_or_by_rate(ward: Ward) -> None:
    make.agency("Phường Ấ")
    client = account("coordinator")
    names = [row.name for row in client.get(reverse("coverage:overview")).context["page"]]
    assert names == ["Phường Á", "Phường Ấ", "Phường Ớ"]
    by_rate = client.get(reverse("coverage:overview"), {"sort": "rate"}).context["page"]
    assert [row.name for row in by_rate] == ["Phường Ớ", "Phường Á", "Phường Ấ"]


@pytest.mark.parametrize(
    "given",
    [
        {"as_of": "2024-01-01"},
        {"as_of": "hôm qua"},
        {"period": "999999"},
        {"group": "nobody_knows"},
        {"group": "reporter"},
    ],
)
def test_a_wrong_filter_is_said_in_the_form(ward: Ward, given: dict[str, str]) -> None:
    response = account("coordinator").get(reverse("coverage:overview"), given)
    assert response.status_code == 422
    assert response.context["asked"].form.errors


def test_a_day_on_which_the_plan_is_not_in_force_is_refused_for_its_own_reason(ward: Ward) -> None:
    Plan.objects.update(starts_on=date(2026, 3, 1), ends_on=date(2026, 12, 1))
    for day, code in (("2026-02-28", 422), ("2026-03-01", 200), ("2026-11-30", 200), ("2026-12-01", 422)):
        response = account("coordinator").get(reverse("coverage:overview"), {"as_of": day})
        assert response.status_code == code, day
        assert ("Kế hoạch không có hiệu lực vào ngày này." in response.content.decode()) is (code == 422)
    with pytest.raises(Refused) as refused:
        count(PlanTask.objects.get(), ward.period, as_of=date(2026, 12, 1))
    assert refused.value.code == "as_of_outside_plan"
    assert count(PlanTask.objects.get(), ward.period).total.headcount == 11, "the cut-off day itself is not asked about"


@pytest.mark.parametrize("given", [{"page": "0"}, {"page": "x"}, {"page": "99999"}, {"which": "all"}, {"task": "٣"}])
def test_odd_parameters_harm_nothing(ward: Ward, given: dict[str, str]) -> None:
    client = account("coordinator")
    for name in ("overview", "agency_people"):
        assert client.get(ward.addresses()[name], given).status_code == 200


def test_before_anything_is_loaded_the_pages_say_so() -> None:
    make.agency("Phường A")
    response = account("coordinator").get(reverse("coverage:overview"))
    assert response.status_code == 200
    assert response.context["report"] is None


@pytest.mark.parametrize("name", ["overview", "agency_figures", "agency_people", "all_people", "person", "why"])
def test_a_page_costs_the_same_for_more_rows(ward: Ward, name: str) -> None:
    client = account("coordinator")
    client.get(ward.addresses()[name])
    few = queries_of(client, ward.addresses()[name])
    for number in range(5):
        agency = make.agency()
        for person in make.people_at(agency, 3):
            make.trained(person, ward.course, date(2026, 4, number + 1), agency=agency)
    for number in range(3):
        make.trained(ward.people[0], make.course(ward.task), date(2026, 5, number + 1), agency=ward.agency)
    assert queries_of(client, ward.addresses()[name]) == few
    assert few <= (28 if name == "person" else 24)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return len(seen)
