"""The cast of a class, in the columns of permissions.csv, at one fixed moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.test import Client

from courses.models import Enrolment, Entry, Round, Run, Session
from lms.people.models import Agency, Person, User
from tests.make import courses as make

COLUMNS = ("AN", "T", "TO", "FO", "FX", "TR", "TX", "CO", "AD")


@dataclass
class World:
    """One class in session, one person in it, and everybody who may ask about it."""

    run: Run
    session: Session
    round: Round
    home: Agency
    lan: Person
    enrolment: Enrolment
    users: dict[str, User]

    def client(self, column: str) -> Client:
        """A browser of that column; AN is nobody."""
        client = Client()
        if column != "AN":
            client.force_login(self.users[column])
        return client

    def get(self, column: str, url: str) -> Any:
        """The answer to a GET."""
        return self.client(column).get(url)

    def post(self, column: str, url: str, **data: Any) -> Any:
        """The answer to a POST."""
        return self.client(column).post(url, data)


@pytest.fixture
def moment():
    """During the first session of the class."""
    return make.at(8, 5, on=make.DAY)


@pytest.fixture
def world(db, moment):
    with time_machine.travel(moment, tick=False):
        yield make_world()


def make_world() -> World:
    home, elsewhere = make.agency("Phường Phan Thiết"), make.agency("Xã Tuy Phong")
    course, other_course = make.course(), make.course()
    lan, stranger = make.person("Nguyễn Thị Lan", of=home), make.person("Trần Văn Tài", of=elsewhere)
    run = make.run(course, starts_on=make.DAY, ends_on=make.DAY, seats=30, entry=Entry.NOMINATION)
    other_run = make.run(other_course, starts_on=make.DAY, ends_on=make.DAY)
    enrolment = make.enrolment(run, lan, agency_=home)
    make.enrolment(other_run, stranger, agency_=elsewhere)
    make.session(other_run)
    users = {
        "T": make.account(lan),
        "TO": make.account(stranger),
        "FO": make.account(None, "focal", agency=home),
        "FX": make.account(None, "focal", agency=elsewhere),
        "TR": make.trainer(course),
        "TX": make.trainer(other_course),
        "CO": make.account(None, "coordinator"),
        "AD": make.account(None, "administrator"),
    }
    return World(
        run=run, session=make.session(run), round=make.round_(run, home), home=home, lan=lan, enrolment=enrolment,
        users=users,
    )  # fmt: skip
