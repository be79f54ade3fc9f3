"""A seeded ward, and programs that ask about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lms.days import local_day
from lms.people.models import ApiToken, User
from tests import make as people
from tests.make import coverage as make
from tests.make import plan as make_plan


class Program(Client):
    """Asks with a token in the header, and reads JSON."""

    def __init__(self, secret: str = "", token: ApiToken | None = None) -> None:
        super().__init__()
        self.token = token
        self.secret = secret
        self.headers_of_token = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, path: str, query: dict[str, Any] | None = None, **headers: str):
        """GET below /api/v1/."""
        return self.get(f"/api/v1/{path}", query or {}, headers={**self.headers_of_token, **headers})


class Ward:
    """A ward with nine people, six of them trained this year; another ward beside it with two."""

    def __init__(self) -> None:
        self.task = make_plan.task()
        make_plan.requirement(self.task)
        self.period = make_plan.period(2026)
        self.agency, self.other = make.agency("Phường Á"), make.agency("Phường Ớ")
        self.people = make.people_at(self.agency, 9)
        make.people_at(self.other, 2)
        self.course = make.course(self.task)
        self.certificates = [
            make.trained(person, self.course, date(2026, 3, 10), agency=self.agency) for person in self.people[:6]
        ]

    def question(self, **more: object) -> dict[str, object]:
        """The query of the whole year."""
        return {"task": self.task.pk, "period": self.period.pk, **more}


@pytest.fixture
def ward(db) -> Ward:
    return Ward()


@pytest.fixture
def program_of(db):
    """`program_of("focal", agency=ward.agency)`: a program with a token of that role."""

    def made(role: str, *, agency=None, user: User | None = None) -> Program:
        user = user or people.user()
        if not user.holds(role, on=local_day(timezone.now())):
            people.role(user, role, agency)
        now = timezone.now()
        token, secret = ApiToken.make(user, role, name=f"Phần mềm {ApiToken.objects.count()}",
                                      last_day=local_day(now), now=now)  # fmt: skip
        return Program(secret, token)

    return made


@pytest.fixture
def department(program_of) -> Program:
    return program_of("coordinator")
