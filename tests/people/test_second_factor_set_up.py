"""Setting up the second step, with real commits: allauth tells of a new authenticator when it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from lms.audit.models import Event
from lms.people.models import Role, User
from tests import make
from tests.people.test_races import HANDS, at_once
from tests.people.test_second_factor import CHANGE, NOW, SET_UP, code, key_of, leads_to, sign_in, with_password


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sau(committed) -> User:
    """The coordinator, at the first sign-in."""
    user = make.user("Võ Thị Mẫu Sáu")
    make.role(user, Role.COORDINATOR)
    return with_password(user)


def set_up(client: Client) -> str:
    """The authenticator app, as the page asks; where it leads."""
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(page.context["form"].secret)})
    return str(answer["Location"])


def test_the_page_of_the_set_up_says_why_and_afterwards_no_more(sau):
    client = sign_in(sau)
    assert "chỉ mật khẩu là chưa đủ" in client.get(SET_UP).content.decode()
    set_up(client)
    assert "chỉ mật khẩu là chưa đủ" not in client.get(SET_UP).content.decode()


def test_after_the_set_up_codes_are_shown_once_and_the_way_leads_on(sau):
    client = sign_in(sau)
    client.get("/approvals/?state=pending")
    assert set_up(client) == "/accounts/2fa/recovery-codes/"
    codes = Authenticator.objects.get(user=sau, type="recovery_codes").wrap().get_unused_codes()
    shown, again = (client.get("/accounts/2fa/recovery-codes/").content.decode() for _time in range(2))
    assert all(one in shown for one in codes)
    assert not any(one in again for one in codes)
    assert 'href="/approvals/?state=pending"' in shown
    assert client.get("/approvals/").status_code == 200
    assert [event.data for event in Event.objects.filter(action=CHANGE)] == [{"change": "added", "kind": "totp"}]


def test_a_recovery_code_is_a_second_step_once(sau):
    set_up(sign_in(sau))
    one = Authenticator.objects.get(user=sau, type="recovery_codes").wrap().get_unused_codes()[0]
    client = sign_in(sau)
    client.post("/accounts/2fa/authenticate/", {"code": one})
    assert client.get("/approvals/").status_code == 200
    again = sign_in(sau)
    again.post("/accounts/2fa/authenticate/", {"code": one})
    assert "_auth_user_id" not in again.session


def test_setting_up_ends_every_other_session(sau):
    first, second = sign_in(sau), sign_in(sau)
    set_up(first)
    assert first.get("/approvals/").status_code == 200
    assert leads_to(second.get(SET_UP)).startswith("302 /accounts/login/")


def test_a_first_sign_in_of_staff_lives_no_longer(sau, clock):
    client = sign_in(sau)
    assert client.session.get_expiry_date() == NOW + timedelta(hours=12)
    clock.shift(timedelta(minutes=4))
    set_up(client)
    assert client.session.get_expiry_date() == NOW + timedelta(hours=12, minutes=4)


def test_of_several_keys_taken_away_at_once_one_stays(sau):
    keys = [key_of(sau, f"Khóa {number}").pk for number in range(HANDS)]

    def take_away(number):
        Authenticator.objects.get(pk=keys[number]).delete()
        return "gone"

    assert sorted(at_once(take_away)) == ["gone"] * (HANDS - 1) + ["second_factor_needed"]
    assert sau.second_factors().count() == 1
