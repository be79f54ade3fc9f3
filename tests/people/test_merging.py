"""Two rows that are one person become one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.audit.models import Event
from lms.people.merging import _gaps, merge
from lms.people.models import Group, Person, RosterEntry
from lms.refusal import Refused
from tests import make
from tests.make import courses as make_courses

pytestmark = pytest.mark.django_db
NOW = make.noon(date(2026, 11, 1))


def spans(person):
    return list(
        RosterEntry.objects.known().filter(person=person).order_by("starts_on").values_list("starts_on", "ends_on")
    )


def test_entries_go_over_for_the_days_that_are_free(sau, press, elsewhere):
    kept, double = make.person("Nguyễn Mẫu", email="mau@example.test"), make.person("Nguyễn Mẫu", phone="0912345678")
    make.entry(kept, press, Group.EDITOR, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 1))
    make.entry(double, press, Group.EDITOR, starts_on=date(2025, 10, 1))
    make.entry(double, elsewhere, Group.EDITOR)
    before = Event.objects.count()
    merge(double, kept, by=sau, now=NOW)
    assert spans(double) == []
    assert spans(kept) == [
        (make.LONG_AGO, None),
        (date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), None),
    ]
    assert double.merged_into == kept and (kept.email, kept.phone) == ("mau@example.test", "0912345678")
    assert RosterEntry.objects.filter(person=double, voided_at=NOW).count() == 2
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.action, event.data) == ("person.merge_duplicates", {"merged": str(double.public_id)})
    assert double not in Person.objects.living()


def test_an_account_goes_over_and_two_are_refused(sau, press):
    kept, double = make.person(), make.person()
    account = make.user(of=double)
    merge(double, kept, by=sau, now=NOW)
    account.refresh_from_db()
    assert account.person == kept
    third = make.person()
    make.user(of=third)
    assert refusal(third, kept, sau) == "both_have_accounts"


def refusal(double, kept, by):
    with pytest.raises(Refused) as refused:
        merge(double, kept, by=by, now=NOW)
    assert refused.value.message
    return refused.value.code


def test_nobody_is_merged_into_the_same_row_or_twice(sau, press):
    kept, double = make.person(), make.person()
    assert refusal(kept, kept, sau) == "same_person"
    merge(double, kept, by=sau, now=NOW)
    assert refusal(double, kept, sau) == "already_merged"
    assert refusal(make.person(), double, sau) == "already_merged"


def test_a_row_with_training_or_certificates_cannot_be_given_up(sau):
    agency = make_courses.agency("Phường Mẫu")
    double, kept = make_courses.person("Nguyễn Mẫu", of=agency), make_courses.person("Nguyễn Mẫu", of=agency)
    make_courses.enrolment(make_courses.run(make_courses.course()), double, agency_=agency)
    before = Event.objects.count(), RosterEntry.objects.known().count()
    assert refusal(double, kept, sau) == "merge_vetoed"
    assert (Event.objects.count(), RosterEntry.objects.known().count()) == before
    merge(kept, double, by=sau, now=NOW)


def test_the_page_finds_namesakes_and_merges(sau, mai, press, client_of):
    kept, double = make.person("Nguyễn Mẫu Hòa"), make.person("Nguyen Mau Hoa")
    make.entry(kept, press)
    client = client_of(sau)
    place = f"/people/{kept.public_id}/merge/"
    for url in (place, f"{place}?q=mau"):
        assert str(double.public_id) in client.get(url).content.decode()
    assert "Nguyen Mau Hoa" not in client.get(f"{place}?q=khong").content.decode()
    assert client.post(place, {"duplicate": "x"}).status_code == 404
    assert client_of(mai).get(place).status_code == 403


DAYS = st.integers(0, 40).map(lambda number: date.fromordinal(date(2026, 1, 1).toordinal() + number))


@given(DAYS, st.none() | DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=4))
def test_gaps_are_the_days_of_the_span_that_nobody_took(start, end, pairs):
    taken, last = [], date.min
    for first, stop in sorted(pairs):
        if last <= first < stop:
            taken.append((first, stop))
            last = stop
    if end is not None and end <= start:
        return
    taken = [(first, stop) for first, stop in taken if stop > start and (end is None or first < end)]
    for number in range(60):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + number)
        is_free = start <= day and (end is None or day < end) and not any(a <= day < b for a, b in taken)
        assert any(a <= day and (b is None or day < b) for a, b in _gaps(start, end, taken)) == is_free
