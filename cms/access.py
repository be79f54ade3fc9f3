"""Roles as Wagtail's groups: one for administrators, one for trainers, one per course (trust.md §7).

A trainer edits the pages and pictures of own courses and submits them for approval; nobody but the workflow publishes.
Roles are dated, so membership is brought up to date whenever somebody passes the gate.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from courses.models import Course
from lms.people.models import Role, User

ADMINISTRATORS = "administrators"
TRAINERS = "trainers"
PAGE_RIGHTS_OF_TRAINERS = ("add_page", "change_page")
PAGE_RIGHTS_OF_ADMINISTRATORS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILE_RIGHTS = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
)


def may_open(user: User, on: date) -> bool:
    """Trainers and administrators; coordinators work on the site (permissions.csv, cms.open)."""
    return user.holds(Role.TRAINER, Role.ADMINISTRATOR, on=on)


def group_name(course: Course) -> str:
    """The name of the group that edits a course."""
    return f"course:{course.code}"


def expected_groups(user: User, on: date) -> set[str]:
    """The names of the groups that the roles of `on` give."""
    names = set()
    if user.holds(Role.ADMINISTRATOR, on=on):
        names.add(ADMINISTRATORS)
    if user.holds(Role.TRAINER, on=on):
        names.add(TRAINERS)
        names.update(group_name(course) for course in Course.objects.taught_by(user, on))
    return names


def sync_groups(user: User, on: date) -> None:
    """Give the account the groups of its roles on `on`, and take the others."""
    expected = expected_groups(user, on)
    actual = set(user.groups.values_list("name", flat=True))
    if expected != actual:
        user.groups.set(Group.objects.filter(name__in=expected))


def _allow(group: Group, app: str, codename: str) -> None:
    group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


def _allow_pages(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    for codename in codenames:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _allow_files(group: Group, collection: Collection) -> None:
    for app, codename in FILE_RIGHTS:
        permission = Permission.objects.get(content_type__app_label=app, codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)


def make_role_groups() -> None:
    """The two groups that do not depend on a course. Idempotent; `manage.py setup` calls it."""
    for name in (ADMINISTRATORS, TRAINERS):
        group, _created = Group.objects.get_or_create(name=name)
        _allow(group, "wagtailadmin", "access_admin")
        if name == ADMINISTRATORS:
            _allow_pages(group, Page.get_first_root_node(), PAGE_RIGHTS_OF_ADMINISTRATORS)
            _allow_files(group, Collection.get_first_root_node())


def make_course_group(course: Course, page: Page) -> Group:
    """The group of a course with its page and file rights, and its collection. Idempotent."""
    group, _created = Group.objects.get_or_create(name=group_name(course))
    _allow_pages(group, page, PAGE_RIGHTS_OF_TRAINERS)
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=course.code).first()
    if collection is None:
        collection = root.add_child(name=course.code)
    _allow_files(group, collection)
    return group
