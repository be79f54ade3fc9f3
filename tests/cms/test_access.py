"""Groups follow roles: dated, and brought up to date whenever somebody passes the gate (trust.md §7)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission

from cms.access import group_name, make_course_group, sync_groups
from courses.models import CourseTrainer
from lms.people.models import RoleGrant
from tests.make import courses as make


def names(user) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_a_trainer_has_the_groups_of_own_courses_alone(world):
    assert names(world.users["TR"]) == {"trainers", group_name(world.own.course)}
    assert names(world.users["TX"]) == {"trainers", group_name(world.foreign.course)}
    assert names(world.users["AD"]) == {"administrators"}


def test_the_group_of_a_course_goes_when_the_course_is_taught_no_more(world):
    tu = world.users["TR"]
    CourseTrainer.objects.filter(user=tu).update(ends_on=make.DAY)
    assert world.browser("TR").get("/cms/").status_code == 200
    assert names(tu) == {"trainers"}


def test_all_groups_go_when_the_role_ends_and_the_door_closes(world):
    tu = world.users["TR"]
    RoleGrant.objects.filter(user=tu).update(ends_on=make.DAY)
    assert world.browser("TR").get("/cms/").status_code == 404
    fresh = type(tu).objects.get(pk=tu.pk)
    sync_groups(fresh, make.DAY)
    assert names(fresh) == set()


def test_a_role_that_ends_tomorrow_still_opens_today(world):
    RoleGrant.objects.filter(user=world.users["TR"]).update(ends_on=make.DAY + timedelta(days=1))
    assert world.browser("TR").get("/cms/").status_code == 200


def test_a_group_that_somebody_gave_by_hand_is_taken_back(world):
    tu = world.users["TR"]
    tu.groups.add(Group.objects.get(name="administrators"))
    world.browser("TR").get("/cms/")
    assert "administrators" not in names(tu)


def test_the_group_of_a_course_is_made_once(world):
    before = Group.objects.count()
    group = make_course_group(world.own.course, world.course_page)
    rights = set(GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True))
    assert rights == {"add_page", "change_page"}
    assert Group.objects.count() == before


def test_a_trainer_edits_pages_of_own_courses_alone(world):
    path = f"/cms/pages/{world.lesson_page.pk}/edit/"
    answers = {who: world.browser(who).get(path).status_code for who in ("TR", "TX", "AD")}
    assert answers["TR"] == answers["AD"] == 200
    assert answers["TX"] != 200


def test_a_trainer_cannot_publish(world):
    assert not world.lesson_page.permissions_for_user(world.users["TR"]).can_publish()
    assert world.lesson_page.permissions_for_user(world.users["AD"]).can_publish()
