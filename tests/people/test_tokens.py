"""Tokens of programs: who may make one, how long it lives, what ends it, and that its secret is kept nowhere."""

from __future__ import annotations

import logging
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lms.audit.models import Event
from lms.days import local_day
from lms.people.models import ApiToken, Role, TokenState
from lms.people.models.tokens import LONGEST_DAYS, MOST_ALIVE, PREFIX, last_day_from
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
NOW = make.noon(DAY)
LAST = date(2026, 12, 31)


def made(user, role: str = Role.COORDINATOR, name: str = "Phần mềm theo dõi", last_day: date = LAST, now=NOW):
    return ApiToken.make(user, role, name=name, last_day=last_day, now=now)


def refusal(*args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        made(*args, **kwargs)
    return caught.value.code


def test_a_token_is_made_with_one_event_and_only_its_hash_is_kept(sau):
    token, secret = made(sau)
    assert secret.startswith(PREFIX)
    assert len(secret) >= len(PREFIX) + 43
    assert ApiToken.objects.of_secret(secret) == token
    assert [event.action for event in Event.objects.filter(object_kind="api_token")] == ["token.create_own"]
    kept = str(ApiToken.objects.filter(pk=token.pk).values().get()) + str(list(Event.objects.values()))
    assert secret not in kept
    assert secret[len(PREFIX) + 4 :] not in kept


def test_what_makes_no_sense_is_refused(sau):
    assert refusal(sau, Role.FOCAL) == "role_not_held"
    assert refusal(sau, "king") == "role_not_held"
    assert refusal(sau, name="  ") == "token_purpose_missing"
    assert refusal(sau, last_day=DAY - timedelta(days=1)) == "token_lifetime"
    assert refusal(sau, last_day=last_day_from(DAY) + timedelta(days=1)) == "token_lifetime"
    made(sau)
    assert refusal(sau, name="phần mềm theo dõi") == "token_purpose_taken"


@pytest.mark.parametrize("on", [DAY, date(2027, 6, 1), date(2028, 2, 29), date(2028, 2, 28), date(2026, 12, 31)])
def test_the_last_day_that_may_be_chosen_is_one_that_the_database_takes(sau, on):
    made(sau, last_day=last_day_from(on), now=make.noon(on))


def test_an_account_has_a_limited_number_of_tokens(sau):
    for number in range(MOST_ALIVE):
        made(sau, name=f"Phần mềm {number}")
    assert refusal(sau, name="Thêm một") == "too_many_tokens"
    ApiToken.objects.first().revoke(by=sau, now=NOW)
    made(sau, name="Thêm một")


@pytest.mark.parametrize(
    "change",
    [
        {"role": "king"}, {"name": ""}, {"expires_at": NOW}, {"revoked_at": NOW},
        {"expires_at": NOW + timedelta(days=LONGEST_DAYS, hours=1)},
    ],
)  # fmt: skip
def test_the_database_refuses_a_token_that_breaks_the_rules(sau, change):
    token, _secret = made(sau)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(**change)


def test_a_token_is_revoked_once_and_for_good(sau, admin):
    token, _secret = made(sau)
    assert token.revoke(by=admin, now=NOW)
    assert not token.revoke(by=sau, now=NOW)
    assert token.state(NOW) == TokenState.REVOKED
    assert Event.objects.filter(action="token.revoke_of_other").count() == 1
    assert not Event.objects.filter(action="token.list_or_revoke_own").exists()


def test_a_token_lives_through_its_last_day(sau):
    token, _secret = made(sau, last_day=DAY)
    assert token.last_day == DAY
    assert token.is_alive(NOW)
    assert token.state(make.noon(DAY + timedelta(days=1))) == TokenState.EXPIRED


def test_a_role_given_anew_does_not_wake_the_token(sau):
    token, _secret = made(sau)
    later = DAY + timedelta(days=10)
    sau.role_grants.get().end(later, by=None, now=NOW)
    assert token.is_alive(make.noon(later - timedelta(days=1)))
    token = ApiToken.objects.get(pk=token.pk)
    assert token.state(make.noon(later)) == TokenState.ROLE_GONE
    make.role(sau, Role.COORDINATOR, starts_on=later)
    token = ApiToken.objects.get(pk=token.pk)
    assert token.state(make.noon(later)) == TokenState.ROLE_GONE


def test_an_account_that_is_closed_takes_its_tokens_along(sau):
    token, _secret = made(sau)
    sau.deactivate(by=None, now=NOW)
    assert ApiToken.objects.get(pk=token.pk).state(NOW) == TokenState.ROLE_GONE


def test_use_is_noted_once_a_day(sau, django_assert_num_queries):
    token, _secret = made(sau)
    token.note_use(DAY)
    token.refresh_from_db()
    with django_assert_num_queries(0):
        token.note_use(DAY)
    assert token.last_used_on == DAY


def test_whoever_acts_in_one_role_has_no_other(press, mai):
    make.role(mai, Role.TRAINER)
    today = local_day(timezone.now())
    assert type(press).objects.led_by(mai, today).count() >= 1
    trainer = mai.acting_as(Role.TRAINER)
    assert not trainer.holds(Role.FOCAL, on=today)
    assert not type(press).objects.led_by(trainer, today).exists()


# --- screens ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def form() -> dict[str, str]:
    today = local_day(timezone.now())
    return {"name": "Phần mềm theo dõi", "role": "coordinator", "last_day": today.isoformat()}


@pytest.fixture
def signed_in(client_of):
    """A browser in which somebody has just given the password."""

    def opened(user):
        client = client_of(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
        return client

    return opened


def test_the_secret_stands_on_the_answer_and_nowhere_else(signed_in, sau, form, caplog):
    caplog.set_level(logging.DEBUG)
    client = signed_in(sau)
    page = client.post("/tokens/new/", form)
    secret = page.context["secret"]
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert page.content.decode().count(secret) == 1
    assert secret not in client.get("/tokens/").content.decode()
    assert secret not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert not any(secret in row[0] for row in cursor.fetchall())


def test_pressed_twice_makes_one_token(signed_in, sau, form):
    client = signed_in(sau)
    client.post("/tokens/new/", form)
    again = client.post("/tokens/new/", form)
    assert again.status_code == 409
    assert "Bạn đã có mã truy cập ghi mục đích này" in again.content.decode()
    assert ApiToken.objects.count() == 1


def test_the_form_offers_the_roles_that_are_held(signed_in, sau, form):
    page = signed_in(sau).get("/tokens/new/").content.decode()
    assert 'value="coordinator"' in page
    assert 'value="focal"' not in page
    assert signed_in(sau).post("/tokens/new/", form | {"role": "focal"}).status_code == 422


def test_trainees_have_no_such_screen(client_of, lan):
    client = client_of(lan)
    assert client.get("/tokens/").status_code == 404
    assert client.get("/tokens/new/").status_code == 403
    assert "/tokens/" not in client.get("/my/").content.decode()


def test_the_menu_of_the_account_leads_there(client_of, sau):
    assert 'href="/tokens/"' in client_of(sau).get("/tokens/").content.decode()


def test_one_sees_and_revokes_the_own_tokens_and_an_administrator_all(client_of, sau, mai, admin):
    token, _secret = made(sau, now=timezone.now(), last_day=local_day(timezone.now()))
    address = f"/tokens/{token.public_id}/revoke/"
    assert "Phần mềm theo dõi" not in client_of(mai).get("/tokens/").content.decode()
    assert client_of(mai).post(address).status_code == 404
    assert "Phần mềm theo dõi" in client_of(admin).get("/tokens/").content.decode()
    assert client_of(sau).post(address).url == "/tokens/"
    token.refresh_from_db()
    assert token.revoked_by == sau


def test_the_list_costs_the_same_however_long_it_is(client_of, sau, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(8):
        made(sau, name=f"Phần mềm {number}", now=now, last_day=local_day(now))
    client = client_of(sau)
    client.get("/tokens/")
    with django_assert_max_num_queries(8):
        client.get("/tokens/")
