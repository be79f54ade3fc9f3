"""The people one signs in as."""

from __future__ import annotations

import json
import secrets
from base64 import b32encode
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.conf import settings

from lms.people.models import Agency, Group, Person, Role, RoleGrant, RosterEntry, User

PRESS = "LDG-BAOPTTH"
WARD = "LDG-22945"
DEPARTMENT = "LDG-SVHTTDL"
ELSEWHERE = "LDG-23272"


@dataclass(frozen=True)
class Account:
    """A line of the printed list, and of `demo-accounts.json`."""

    name: str
    role: str
    username: str
    email: str
    password: str
    url: str
    code: str = ""
    """The second step, of accounts that hold a role."""


def accounts_file() -> Path:
    """Where the list is kept."""
    path: Path = settings.DATA_DIR / "demo-accounts.json"
    return path


def known_accounts() -> list[Account]:
    """The accounts of a demonstration that was loaded before."""
    if not accounts_file().exists():
        return []
    return [Account(**row) for row in json.loads(accounts_file().read_text(encoding="utf-8"))]


def save(accounts: list[Account]) -> None:
    """Write the list; readable by its owner alone."""
    path = accounts_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(row) for row in accounts], ensure_ascii=False, indent=1), encoding="utf-8")


def give_second_steps() -> None:
    """An authenticator for every account with a role, also where an earlier release loaded the demonstration.

    Its secret is in nobody's phone: the printed code stands in for it, on this machine alone (`code.py`).
    """
    accounts = known_accounts()
    users = User.objects.filter(username__in=[row.username for row in accounts], role_grants__isnull=False).distinct()
    for user in users:
        if not user.has_second_factor():
            secret = b32encode(secrets.token_bytes(20)).decode()
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    staff = {user.username for user in users}
    save([replace(row, code=settings.DEMO_CODE if row.username in staff else "") for row in accounts])


class Cast:
    """Makes the accounts, each with the same password, which exists on this machine alone."""

    def __init__(self, now: datetime, since: date) -> None:
        self.now = now
        self.since = since
        self.password = f"tap-huan-{secrets.token_hex(4)}"
        self.accounts: list[Account] = []
        self.users: dict[str, User] = {}

    def account(
        self, username: str, name: str, role: str, url: str, *, email: str = "", person: Person | None = None
    ) -> User:
        """One account."""
        user = User.objects.create_user(username, email, self.password, name=name, person=person, created_at=self.now)
        self.accounts.append(Account(name, role, username, email, self.password, url))
        self.users[username] = user
        return user

    def grant(self, user: User, role: Role, agency: str = "") -> None:
        """A role from the first day on."""
        RoleGrant.objects.create(
            user=user, role=role, agency=Agency.objects.get(code=agency) if agency else None,
            starts_on=self.since, granted_at=self.now,
        )  # fmt: skip

    def person(self, name: str, agency: str, group: Group, position: str, *, born: date, email: str = "") -> Person:
        """Somebody invented, on the roster of an agency."""
        person = Person.objects.create(full_name=name, birth_date=born, email=email, created_at=self.now)
        RosterEntry.enter(
            person=person, agency=Agency.objects.get(code=agency), group=group, position=position,
            starts_on=date(2025, 7, 1), by=self.users["admin"], now=self.now,
        )  # fmt: skip
        return person

    def make(self) -> None:
        """Everybody of house.md's cast."""
        admin = self.account("admin", "Quản trị Mẫu", "Quản trị", "/cms/", email="quan.tri@demo.example")
        self.grant(admin, Role.ADMINISTRATOR)
        sau = self.account("sau", "Võ Thị Mẫu Sáu", "Cán bộ theo dõi, tổng hợp", "/coverage/", email="sau@demo.example")
        self.grant(sau, Role.COORDINATOR)
        tu = self.account("tu", "Trần Mẫu Tú", "Giảng viên", "/cms/", email="tu@demo.example")
        self.grant(tu, Role.TRAINER)
        mai = self.account("mai", "Nguyễn Thị Mẫu Mai", "Đầu mối cơ quan báo chí", "/agency/", email="mai@demo.example")
        self.grant(mai, Role.FOCAL, PRESS)
        nam = self.account("nam", "Lê Mẫu Nam", "Đầu mối phường Phan Thiết", "/agency/", email="nam@demo.example")
        self.grant(nam, Role.FOCAL, WARD)
        lan = self.person(
            "Phạm Thị Mẫu Lan", PRESS, Group.REPORTER, "Phóng viên", born=date(1994, 5, 12), email="lan@demo.example"
        )
        self.account("lan", lan.full_name, "Học viên (phóng viên)", "/my/", email=lan.email, person=lan)
        hung = self.person(
            "Đặng Văn Mẫu Hùng", WARD, Group.INFORMATION_OFFICER, "Phụ trách đài truyền thanh", born=date(1987, 9, 3)
        )
        self.account("hung", hung.full_name, "Học viên (thông tin cơ sở, không có thư điện tử)", "/my/", person=hung)
        khach = self.person(
            "Người Lạ Mẫu", ELSEWHERE, Group.COMMUNICATION_OFFICER, "Chuyên viên", born=date(1990, 2, 2)
        )
        self.account("khach", khach.full_name, "Người ngoài lớp học", "/my/", person=khach)
