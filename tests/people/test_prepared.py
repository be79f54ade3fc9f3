"""Prepared queries give what Django gives: the same rows, each time anew."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count, QuerySet

from lms.people.models import Person, Role, RoleGrant, User
from lms.prepared import LONG, Prepared, prepared
from tests.make import people as make

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 5)


@prepared
def grants(user_id: Any, day: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.on(day).filter(user_id=user_id).select_related("agency", "user").order_by("pk")


@prepared
def accounts(keys: list[Any]) -> QuerySet[Any]:
    return User.objects.filter(person__in=keys).annotate(count=Count("role_grants")).order_by("pk")


@prepared
def names(keys: list[int], public_id: UUID) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(pk__in=keys).exclude(public_id=public_id).order_by("pk").values_list("pk", "full_name")


@prepared
def name(public_id: UUID) -> QuerySet[Person, str]:
    return Person.objects.filter(public_id=public_id).values_list("full_name", flat=True)


def test_instances_come_with_their_relations_as_from_django(django_assert_num_queries):
    focal = make.user()
    make.role(focal, Role.FOCAL, make.agency("Sở Nội vụ"))
    make.role(focal, Role.TRAINER)
    with django_assert_num_queries(1):
        first, second = grants(focal.pk, day=DAY)
        assert (first.agency.name, first.user, second.agency) == ("Sở Nội vụ", focal, None)
    assert [first, second] == list(grants.build(focal.pk, DAY))
    assert vars(first).keys() == vars(grants.build(focal.pk, DAY)[0]).keys()


def test_every_call_asks_the_database_anew():
    who = make.user()
    assert grants(who.pk, DAY) == []
    grant = make.role(who, Role.TRAINER)
    assert grants(who.pk, DAY) == [grant]
    assert grants(make.user().pk, DAY) == []
    assert grants(who.pk, date(1999, 1, 1)) == []


@pytest.mark.parametrize("count", [0, 1, 3, LONG + 1])
def test_a_list_of_any_length_fits(count):
    people = [make.person() for _number in range(LONG + 2)]
    users = [make.user(of=person) for person in people]
    make.role(users[0], Role.TRAINER)
    keys = [person.pk for person in people[:count]]
    assert accounts(keys) == users[:count]
    assert [user.count for user in accounts(keys)] == [1, *[0] * LONG][:count]


def test_values_come_as_tuples_or_alone():
    first, second = make.person("Nguyễn Mẫu An"), make.person("Trần Mẫu Bình")
    assert names([first.pk, second.pk], second.public_id) == [(first.pk, "Nguyễn Mẫu An")]
    assert name(second.public_id) == ["Trần Mẫu Bình"]


def test_none_is_refused_since_a_filter_would_make_is_null_of_it():
    with pytest.raises(TypeError, match="None"):
        grants(None, DAY)
    with pytest.raises(TypeError, match="None among"):
        accounts([None])


@pytest.mark.parametrize(
    "rows", [lambda: User.objects.values("pk"), lambda: User.objects.prefetch_related("role_grants")]
)
def test_what_is_not_rows_of_one_query_is_refused(rows):
    with pytest.raises(TypeError, match="prepared query"):
        Prepared(rows)()


def test_an_account_by_its_key_is_the_account_or_none():
    who = make.user()
    assert User.objects.get(pk=who.pk) == who
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=0)
