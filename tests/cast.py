"""The cast: the people of permissions.csv, as fixtures (house.md §7). Who is not asked for is not made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.test import Client

from lms.people import second_factor
from lms.people.models import Agency, Group, Person, Role, User
from tests import make


@pytest.fixture
def press(db) -> Agency:
    """Where Báo Bình Thuận went: Báo và Phát thanh, Truyền hình Lâm Đồng."""
    return make.real_agency("LDG-BAOPTTH")


@pytest.fixture
def ward(db) -> Agency:
    """UBND phường Phan Thiết."""
    return make.real_agency("LDG-22945")


@pytest.fixture
def department(db) -> Agency:
    """Sở Văn hóa, Thể thao và Du lịch tỉnh Lâm Đồng, which leads task 5 today."""
    return make.real_agency("LDG-SVHTTDL")


@pytest.fixture
def elsewhere(db) -> Agency:
    """UBND đặc khu Phú Quý: the strangers' agency."""
    return make.real_agency("LDG-23272")


@pytest.fixture
def lan(press: Agency) -> User:
    """A trainee: reporter at Báo Bình Thuận, today at its successor."""
    person = make.person("Phạm Thị Mẫu Lan", birth_date=date(1994, 5, 12), email="lan@example.test")
    make.entry(person, press, Group.REPORTER)
    return make.user(of=person)


@pytest.fixture
def hung(ward: Agency) -> Person:
    """A grassroots officer without e-mail or account."""
    person = make.person("Đặng Văn Mẫu Hùng", birth_date=date(1987, 9, 3))
    make.entry(person, ward, Group.INFORMATION_OFFICER)
    return person


@pytest.fixture
def mai(press: Agency) -> User:
    """The focal person of Lan's agency."""
    return _with_role("Nguyễn Thị Mẫu Mai", Role.FOCAL, press)


@pytest.fixture
def tu(db) -> User:
    """A trainer; which courses, a test says."""
    return _with_role("Trần Mẫu Tú", Role.TRAINER)


@pytest.fixture
def sau(db) -> User:
    """The coordinator of the department."""
    return _with_role("Võ Thị Mẫu Sáu", Role.COORDINATOR)


@pytest.fixture
def admin(db) -> User:
    """An administrator: sets up, does not act on people's results."""
    return _with_role("Quản trị Mẫu", Role.ADMINISTRATOR)


@pytest.fixture
def other_trainee(elsewhere: Agency) -> User:
    """A trainee of another agency."""
    person = make.person("Người Lạ Mẫu", birth_date=date(1990, 2, 2))
    make.entry(person, elsewhere)
    return make.user(of=person)


@pytest.fixture
def other_focal(elsewhere: Agency) -> User:
    """The focal person of another agency."""
    return _with_role("Đầu Mối Lạ Mẫu", Role.FOCAL, elsewhere)


@pytest.fixture
def other_trainer(db) -> User:
    """A trainer of other courses."""
    return _with_role("Giảng Viên Lạ Mẫu", Role.TRAINER)


@receiver(user_logged_in)
def with_the_second_step(request, user, **kwargs) -> None:
    """`force_login` stands for a whole sign-in. It makes a request of its own, which has not passed allauth."""
    if not hasattr(request, "allauth"):
        second_factor.note_passed(request.session, user)


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """`client_of(user)` is a browser in which that account is signed in; `client_of(None)` one where nobody is."""

    def signed_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def _with_role(name: str, role: str, agency: Agency | None = None) -> User:
    user = make.user(name)
    make.role(user, role, agency)
    return user
