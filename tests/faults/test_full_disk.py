"""A disk that is full while people work: 503, nothing acknowledged is lost, and it goes on when there is room (R11).

SQLite may not grow beyond the pages it has; PostgreSQL is made to answer as it does when it cannot extend a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from lms.audit.models import Event
from lms.people.models import Agency, Person, Role, RosterEntry
from lms.web.refusals import RefusalMiddleware
from tests import make

NOW = make.noon(date(2026, 6, 1))
ADDED = "person.create"
MANY = 400
"""More people than fit into the space that is left inside the pages."""
NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON people_rosterentry FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@contextmanager
def full_disk() -> Iterator[None]:
    """No room any more, until the end of the block."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(NO_ROOM)
            yield
            cursor.execute("DROP TRIGGER no_room ON people_rosterentry; DROP FUNCTION no_room()")
            return
        cursor.execute("CREATE TABLE filler (bytes)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        for size in (100_000, 3_000):
            with suppress(OperationalError):
                while True:
                    cursor.execute(f"INSERT INTO filler VALUES (zeroblob({size}))")
        yield
        cursor.execute("PRAGMA max_page_count = 4294967294")
        cursor.execute("DROP TABLE filler")


@pytest.fixture
def agency(committed) -> Agency:
    return make.agency("Xã Mẫu")


@pytest.fixture
def focal(agency: Agency, client_of) -> Client:
    user = make.user("Đầu Mối Mẫu")
    make.role(user, Role.FOCAL, agency)
    return client_of(user)


def add(client: Client, agency: Agency, number: int, accept: str = "text/html"):
    """One person more on the roster: person, entry and event, or nothing."""
    name = "".join("aeghiklmno"[int(digit)] for digit in str(number)).capitalize()
    data = {
        "full_name": f"Bùi Mẫu {name}", "birth_date": f"{number % 28 + 1:02d}/02/{1960 + number // 28}",
        "sex": "female", "group": "communication_officer", "position": "Chuyên viên", "starts_on": "01/02/2026",
    }  # fmt: skip
    return client.post(f"/agencies/{agency.code}/roster/add/", data, headers={"Accept": accept})


def test_a_full_disk_is_a_503_that_loses_nothing_and_passes(agency: Agency, focal: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        assert add(focal, agency, 0).status_code == 302
        acknowledged = 1
        with full_disk():
            for number in range(1, MANY):
                refused = add(focal, agency, number)
                if refused.status_code != 302:
                    break
                acknowledged += 1
            assert refused.status_code == 503
            assert refused["Retry-After"] == "5"
            assert "Hệ thống" in refused.content.decode()
            program = add(focal, agency, MANY, accept="application/json")
            assert (program.status_code, program.json()["code"]) == (503, "busy")
            assert focal.get(f"/agencies/{agency.code}/roster/").status_code == 200, "reading goes on"
        kept = [Person.objects.count(), RosterEntry.objects.count(), Event.objects.filter(action=ADDED).count()]
        assert kept == [acknowledged] * 3
        assert add(focal, agency, MANY + 1).status_code == 302
    assert RosterEntry.objects.count() == acknowledged + 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]


def test_a_file_that_cannot_be_written_is_a_503_too() -> None:
    with pytest.raises(OSError, match="No space left") as full, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"1")
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = "application/json"
    answer = RefusalMiddleware(lambda request: HttpResponse()).process_exception(request, full.value)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
