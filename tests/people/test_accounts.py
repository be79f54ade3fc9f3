"""Accounts and roles."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from lms.audit.models import Event
from lms.jobs.mail import _resolvers
from lms.people.models import Person, Role, RoleGrant, User
from lms.people.tasks import address_of
from lms.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.noon(date(2026, 6, 1))
TODAY = date(2026, 6, 1)


def test_an_account_is_opened_for_a_person_with_one_event(sau, hung):
    user = User.open_for(hung, "hung", by=sau, now=NOW)
    assert (user.person, user.name, user.email) == (hung, hung.full_name, "")
    assert not user.has_usable_password()
    event = Event.objects.get(action="account.invite_trainee")
    assert (event.actor, event.subject) == (str(sau.public_id), str(hung.public_id))


def test_a_person_has_one_account_and_a_name_or_address_one_owner(sau, lan, hung):
    with pytest.raises(Refused) as refused:
        User.open_for(lan.person, "lan2", by=sau, now=NOW)
    assert refused.value.code == "has_account"
    for username, email in ((lan.username.upper(), ""), ("khac", lan.email.upper())):
        with pytest.raises(Refused) as refused:
            User.open_for(hung, username, email=email, by=sau, now=NOW)
        assert refused.value.code == "name_or_email_taken"
    assert not User.objects.filter(person=hung).exists()


def test_a_deactivated_account_loses_its_sessions_and_roles_once(client_of, mai, admin):
    client = client_of(mai)
    assert client.get("/agencies/").status_code == 200
    assert mai.deactivate(by=admin, now=NOW)
    assert not mai.deactivate(by=admin, now=NOW)
    assert client.get("/agencies/").status_code == 302
    assert not mai.holds(Role.FOCAL, on=TODAY)
    assert Event.objects.filter(action="account.deactivate").count() == 1


def test_a_role_is_given_from_a_day_with_one_event_and_ends_sessions(admin, sau, press):
    user = make.user()
    epoch = user.access_epoch
    RoleGrant.give(user, Role.FOCAL, agency=press, starts_on=TODAY, by=admin, confirmed_by=sau, now=NOW)
    assert user.holds(Role.FOCAL, on=TODAY)
    assert user.access_epoch == epoch + 1
    event = Event.objects.get(action="role.grant", object_id=str(user.public_id))
    assert event.data == {"role": "focal", "confirmed_by": str(sau.public_id)}


def test_nobody_gives_a_role_to_themselves_or_confirms_their_own(admin, sau):
    for by, confirmed_by in ((admin, None), (sau, admin)):
        with pytest.raises(Refused) as refused:
            RoleGrant.give(admin, Role.TRAINER, starts_on=TODAY, by=by, confirmed_by=confirmed_by, now=NOW)
        assert refused.value.code == "granted_to_self"


@pytest.mark.parametrize("role", [Role.FOCAL, Role.TRAINER])
def test_a_focal_person_belongs_to_an_agency_and_nobody_else_does(role, press):
    with pytest.raises(Refused) as refused:
        make.role(make.user(), role, None if role == Role.FOCAL else press)
    assert refused.value.code == "role_needs_agency"


def test_a_role_is_held_once_and_may_be_given_again_after_its_end(sau, admin):
    with pytest.raises(Refused) as refused:
        make.role(sau, Role.COORDINATOR)
    assert refused.value.code == "role_held"
    grant = sau.role_grants.get()
    grant.end(TODAY, by=admin, now=NOW)
    assert not sau.holds(Role.COORDINATOR, on=TODAY)
    with pytest.raises(Refused) as refused:
        grant.end(TODAY, by=admin, now=NOW)
    assert refused.value.code == "already_ended"
    make.role(sau, Role.COORDINATOR, starts_on=TODAY)
    assert sau.holds(Role.COORDINATOR, on=TODAY)


def test_a_role_cannot_end_before_it_begins(sau, admin):
    with pytest.raises(Refused) as refused:
        sau.role_grants.get().end(make.LONG_AGO, by=admin, now=NOW)
    assert refused.value.code == "ends_before_it_starts"


def test_the_database_itself_refuses_a_superuser(lan):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=lan.pk).update(is_superuser=True)


def test_mail_goes_to_the_account_else_to_the_person_else_nowhere(lan, hung):
    assert _resolvers == [address_of]
    assert address_of(str(lan.person.public_id)) == lan.email
    assert address_of(str(hung.public_id)) is None
    Person.objects.filter(pk=hung.pk).update(email="hung@example.test")
    assert address_of(str(hung.public_id)) == "hung@example.test"
    assert address_of("khong-phai-ma") is None
    Person.objects.filter(pk=hung.pk).update(erased_at=NOW)
    assert address_of(str(hung.public_id)) is None


def test_no_mail_to_a_deactivated_account(lan, admin):
    lan.deactivate(by=admin, now=NOW)
    assert address_of(str(lan.person.public_id)) is None
