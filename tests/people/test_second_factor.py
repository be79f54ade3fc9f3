"""The second step at sign-in: nobody above trainee comes in without (trust.md §4, S6)."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
import time_machine
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import int_to_base36

from lms.audit.models import Event
from lms.people import second_factor
from lms.people.models import Role, RoleGrant, User
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = "mot-mat-khau-dai-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = make.noon(date(2026, 6, 1))
SET_UP = "/accounts/2fa/"
CHANGE = "account.change_password_or_mfa"
STAFF = ["mai", "tu", "sau", "admin"]
DOORS = [
    "/",
    "/my/",
    "/agencies/",
    "/approvals/",
    "/coverage/",
    "/runs/",
    "/plan/",
    "/cms/",
    "/cms/pages/",
    "/c/",
    "/x/",
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(request, press) -> User:
    """One of each role."""
    return request.getfixturevalue(request.param)


each_role = pytest.mark.parametrize("staff", STAFF, indirect=True)


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def app_of(user: User) -> Authenticator:
    """The account has an authenticator app with SECRET."""
    return Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})


def key_of(user: User, name: str = "Khóa") -> Authenticator:
    """A security key; what it signs is not looked at here."""
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": {}})


def code(secret: str = SECRET) -> str:
    """What the app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def sign_in(user: User, password: str = PASSWORD) -> Client:
    """Through the front door, as far as the password leads."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.username, "password": password})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return client


def leads_to(answer) -> str:
    return f"{answer.status_code} {answer.headers.get('Location', '')}"


# --- nothing opens before ---------------------------------------------------------------------------------------------


@each_role
def test_whoever_holds_a_role_is_led_to_the_set_up_by_every_door(staff):
    client = sign_in(with_password(staff))
    assert {leads_to(client.get(path)) for path in DOORS} == {f"302 {SET_UP}"}
    assert leads_to(client.post("/approvals/1/confirm/")) == f"302 {SET_UP}"
    refused = client.get("/approvals/", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "mfa_required")
    assert client.get("/api/v1/people/").json()["code"] == "mfa_required"


def test_sign_out_language_health_and_the_account_stay_open(sau):
    client = sign_in(with_password(sau))
    for path in ("/healthz", "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/webauthn/"):
        assert client.get(path).status_code == 200, path
    assert client.post("/i18n/setlang/", {"language": "en"})["Location"] == "/"
    assert client.post("/accounts/logout/").status_code == 302
    assert leads_to(client.get("/approvals/")).startswith("302 /accounts/login/")


def test_the_editor_signs_out_of_the_cms_too(tu):
    client = sign_in(with_password(tu))
    assert client.post("/cms/logout/")["Location"] == "/"
    assert leads_to(client.get("/my/")).startswith("302 /accounts/login/")


def test_a_set_up_that_took_long_asks_for_the_password_once_more(sau, clock):
    client = sign_in(with_password(sau))
    clock.shift(timedelta(seconds=301))
    assert leads_to(client.get("/accounts/2fa/totp/activate/")).startswith("302 /accounts/reauthenticate/")


def test_a_trainee_needs_no_second_step_and_pays_no_query(lan, django_assert_num_queries):
    client = sign_in(with_password(lan))
    assert client.get("/my/").status_code == 200
    with django_assert_num_queries(2):  # the session and the account
        client.get("/i18n/setlang/")
    assert SessionStore(client.session.session_key)[second_factor.STAMP] == [str(lan.pk), second_factor.TRAINEE]


def test_staff_pay_no_query_once_they_have_passed(sau, client_of, django_assert_num_queries):
    client = client_of(sau)
    with django_assert_num_queries(2):
        client.get("/i18n/setlang/")


def test_a_session_without_a_stamp_is_stamped_when_no_role_is_found(lan, client_of):
    client = client_of(lan)
    session = client.session
    del session[second_factor.STAMP]
    session.save()
    assert client.get("/my/").status_code == 200
    assert client.session[second_factor.STAMP] == [str(lan.pk), second_factor.TRAINEE]


def test_a_role_that_begins_later_asks_from_its_first_day(lan, admin, clock):
    RoleGrant.give(lan, Role.TRAINER, starts_on=date(2026, 6, 2), by=admin, now=NOW)
    client = sign_in(with_password(lan))
    assert client.get("/my/").status_code == 200
    clock.move_to(NOW + timedelta(hours=11, minutes=59))
    assert client.get("/my/").status_code == 200
    clock.move_to(make.noon(date(2026, 6, 2)) - timedelta(hours=12))
    assert leads_to(sign_in(lan).get("/my/")) == f"302 {SET_UP}"


def test_an_identity_provider_may_do_it_instead(sau, settings):
    settings.MFA_REQUIRED = False
    assert sign_in(with_password(sau)).get("/approvals/").status_code == 200


# --- every way in -----------------------------------------------------------------------------------------------------


@each_role
def test_a_password_opens_no_session_where_there_is_an_authenticator(staff):
    app_of(with_password(staff))
    client = sign_in(staff)
    assert "_auth_user_id" not in client.session
    assert leads_to(client.get("/approvals/")).startswith("302 /accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": code()}).status_code == 302
    assert client.get("/agencies/").status_code == 200


@each_role
def test_a_reset_password_signs_nobody_in(staff):
    app_of(with_password(staff))
    client = Client()
    token = default_token_generator.make_token(staff)
    from_mail = client.get(f"/accounts/password/reset/key/{int_to_base36(staff.pk)}-{token}/", follow=True)
    new = "mot-mat-khau-khac-2026"
    client.post(from_mail.redirect_chain[-1][0], {"password1": new, "password2": new})
    staff.refresh_from_db()
    assert staff.check_password(new)
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" not in sign_in(staff, new).session


@pytest.mark.parametrize(
    "path", ["/cms/login/", "/cms/password_reset/", "/accounts/login/code/confirm/", "/accounts/signup/",
             "/accounts/2fa/authenticate/", "/accounts/3rdparty/signup/", "/accounts/oidc/khong-co/login/callback/"],
)  # fmt: skip
def test_other_doors_give_no_session(sau, path):
    with_password(sau)
    client = Client()
    for answer in (client.get(path), client.post(path, {"login": sau.username, "password": PASSWORD, "code": "1"})):
        assert answer.status_code < 500
    assert "_auth_user_id" not in client.session


def test_a_session_that_has_not_passed_can_prove_but_set_up_nothing(sau):
    """Signed in before the authenticator was there."""
    client = sign_in(with_password(sau))
    app_of(sau)
    asked = client.get("/approvals/?state=pending")
    assert leads_to(asked) == "302 /accounts/2fa/reauthenticate/?next=%2Fapprovals%2F%3Fstate%3Dpending"
    for path in (SET_UP, "/accounts/2fa/webauthn/add/", "/accounts/password/change/"):
        assert leads_to(client.get(path)).startswith("302 /accounts/2fa/reauthenticate/"), path
    assert leads_to(client.post(asked["Location"], {"code": code()})) == "302 /approvals/?state=pending"
    assert client.get("/approvals/").status_code == 200


def test_the_stamp_of_somebody_else_is_none(sau, admin, client_of):
    client = client_of(sau)
    assert second_factor.is_settled(client.session, sau)
    assert not second_factor.is_settled(client.session, admin)


# --- how long a session lives -----------------------------------------------------------------------------------------


def test_a_trainee_stays_signed_in_for_thirty_days_and_staff_for_twelve_hours(lan, sau, clock):
    app_of(with_password(sau))
    trainee, staff = sign_in(with_password(lan)), sign_in(sau)
    staff.post("/accounts/2fa/authenticate/", {"code": code()})
    for seconds in (6 * 3600, 12 * 3600 - 1):
        clock.move_to(NOW + timedelta(seconds=seconds))
        assert staff.get("/i18n/setlang/").status_code == 302
        assert staff.get("/approvals/").status_code == 200
    clock.move_to(NOW + timedelta(hours=12, seconds=1))
    assert leads_to(staff.get("/approvals/")).startswith("302 /accounts/login/")
    clock.move_to(NOW + timedelta(days=30, seconds=-1))
    assert trainee.get("/my/").status_code == 200
    clock.move_to(NOW + timedelta(days=30, seconds=1))
    assert leads_to(trainee.get("/my/")).startswith("302 /accounts/login/")


@pytest.mark.parametrize("change", ["given", "ended", "deactivated", "reset"])
def test_what_changes_an_account_ends_its_sessions_at_once(change, sau, admin, client_of):
    app_of(sau)
    client = client_of(sau)
    assert client.get("/approvals/").status_code == 200
    match change:
        case "given":
            RoleGrant.give(sau, Role.TRAINER, starts_on=NOW.date(), by=admin, now=NOW)
        case "ended":
            sau.role_grants.get().end(date(2026, 7, 1), by=admin, now=NOW)
        case "deactivated":
            sau.deactivate(by=admin, now=NOW)
        case "reset":
            sau.reset_second_factor(by=admin, now=NOW)
    assert leads_to(client.get("/approvals/")).startswith("302 /accounts/login/")


# --- taking away ------------------------------------------------------------------------------------------------------


def test_the_last_authenticator_stays_as_long_as_the_role_needs_one(sau, client_of):
    app = app_of(sau)
    client = signed_in_now(client_of(sau))
    page = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "hãy thêm một phương thức khác" in page
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 200
    key = key_of(sau)
    app.delete()
    client = signed_in_now(client_of(User.objects.get(pk=sau.pk)))
    with transaction.atomic():  # as in the product, where no transaction stands around the request
        refused = client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "second_factor_needed")
    assert sau.has_second_factor()


def test_one_of_two_may_go_and_other_browsers_with_it(sau, client_of):
    app_of(sau)
    key = key_of(sau)
    client, other = signed_in_now(client_of(sau)), client_of(sau)
    assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    assert client.get("/approvals/").status_code == 200
    assert leads_to(other.get("/approvals/")).startswith("302 /accounts/login/")
    assert Event.objects.get(action=CHANGE).data == {"change": "removed", "kind": "webauthn"}


def test_a_trainee_may_do_without_again(lan, client_of):
    app_of(lan)
    client = signed_in_now(client_of(lan))
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not lan.has_second_factor()


def test_a_reset_by_somebody_else_is_one_event_and_leads_to_a_new_set_up(sau, admin):
    app_of(with_password(sau))
    sau.reset_second_factor(by=admin, now=NOW)
    event = Event.objects.get(action="account.reset_mfa_of_other")
    assert (event.actor, event.object_id) == (str(admin.public_id), str(sau.public_id))
    assert leads_to(sign_in(sau).get("/approvals/")) == f"302 {SET_UP}"


def test_nobody_resets_their_own_and_nothing_is_reset_twice(sau, admin):
    epoch = sau.access_epoch
    for by, expected in ((sau, "own_account"), (admin, "second_factor_missing")):
        with pytest.raises(Refused) as refused:
            sau.reset_second_factor(by=by, now=NOW)
        assert refused.value.code == expected
    assert User.objects.get(pk=sau.pk).access_epoch == epoch


def test_the_operator_resets_from_the_shell(sau):
    app_of(sau)
    call_command("reset_second_factor", sau.username)
    assert not sau.has_second_factor()
    for name in (sau.username, "khong-co"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


# --- asked again ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "asks"), [(0, False), (299, False), (300, True), (3600, True)])
def test_a_sign_in_counts_as_fresh_for_three_hundred_seconds(sau, clock, seconds, asks):
    app_of(with_password(sau))
    client = sign_in(sau)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    clock.move_to(NOW + timedelta(seconds=seconds))
    answer = client.post("/approvals/987654/confirm/")
    assert ("/accounts/reauthenticate/" in leads_to(answer)) is asks


@pytest.mark.parametrize("way", ["password", "authenticator"])
def test_asked_again_the_password_or_the_authenticator_will_do(sau, clock, way):
    app_of(with_password(sau))
    client = sign_in(sau)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    clock.move_to(NOW + timedelta(hours=1))
    asked = client.post("/approvals/987654/confirm/")["Location"]
    page = client.get(asked).content.decode()
    assert "/accounts/2fa/reauthenticate/" in page
    if way == "password":
        client.post(asked, {"password": PASSWORD})
    else:
        client.post("/accounts/2fa/reauthenticate/?next=/approvals/", {"code": code()})
    assert client.post("/approvals/987654/confirm/").status_code == 404


def signed_in_now(client: Client) -> Client:
    """As if the password had been given a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client
