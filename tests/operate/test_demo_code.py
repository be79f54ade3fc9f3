"""The printed code of the demonstration: for browsers beside the server, under `serve --demo`, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from lms.operate.demo import cast
from lms.people.models import Role, User
from tests import make
from tests.faults.processes import ROOT, environment

FORMS = {
    "authenticate": "lms.operate.demo.code.AuthenticateForm",
    "reauthenticate": "lms.operate.demo.code.ReauthenticateForm",
}
PASSWORD = "tap-huan-0000-mau"


@pytest.fixture
def sau(db, settings, tmp_path) -> User:
    """The coordinator of a demonstration."""
    settings.DATA_DIR = tmp_path
    user: User = User.objects.create_user("sau", "", PASSWORD, name="Sáu Mẫu", created_at=make.noon(make.LONG_AGO))
    make.role(user, Role.COORDINATOR)
    User.objects.create_user("lan", "", PASSWORD, name="Lan Mẫu", created_at=make.noon(make.LONG_AGO))
    cast.save([cast.Account("Mẫu", "", name, "", PASSWORD, "/") for name in ("sau", "lan")])
    cast.give_second_steps()
    return user


def signs_in(address: str = "127.0.0.1") -> bool:
    client = Client(REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": "sau", "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "246810"})
    return "_auth_user_id" in client.session


def test_accounts_with_a_role_get_an_authenticator_once_and_the_list_names_the_code(sau, tmp_path):
    before = list(Authenticator.objects.values_list("pk", "user__username"))
    cast.give_second_steps()
    assert list(Authenticator.objects.values_list("pk", "user__username")) == before
    assert [name for _pk, name in before] == ["sau"]
    listed = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    assert {row["username"]: row["code"] for row in listed} == {"sau": "246810", "lan": ""}


def test_the_code_is_taken_in_the_demonstration_from_this_machine_alone(sau, settings):
    assert not signs_in()
    settings.MFA_FORMS = FORMS
    assert not signs_in()
    settings.TAKES_DEMO_CODE = True
    assert signs_in()
    assert not signs_in("10.1.2.3")


@pytest.mark.parametrize(
    ("variables", "taken"),
    [
        ({"DEMO": "1"}, True),
        ({}, False),
        ({"DEMO": "1", "ALLOWED_HOSTS": "tap-huan.example"}, False),
        ({"DEMO": "1", "BASE_URL": "https://tap-huan.example"}, False),
    ],
)
def test_settings_name_the_code_only_on_loopback(tmp_path, variables, taken):
    script = "from lms import settings as s; print(bool(s.MFA_FORMS), s.TAKES_DEMO_CODE)"
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "DEMO": "", "ALLOWED_HOSTS": "localhost", "BASE_URL": ""}
    known = {name: value for name, value in {**environment(), **given, **variables}.items() if value}
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=known, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [str(taken)] * 2


@pytest.mark.parametrize(("arguments", "demo"), [(["--demo"], ""), ([], "1")])
def test_a_demonstration_is_not_served_to_strangers(tmp_path: Path, arguments, demo):
    command = [sys.executable, "manage.py", "serve", "--no-setup", "--bind", "0.0.0.0:8399", *arguments]
    known = {**environment(DATA_DIR=str(tmp_path), DATABASE_URL=""), "DEMO": demo}
    ended = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert ended.stderr.strip().splitlines() == [
        "CommandError: The demonstration's passwords are public: it is served on 127.0.0.1 only."
    ]
