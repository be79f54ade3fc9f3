"""The short way to a page leads where Wagtail's leads, and what is changed shows at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from cms import routing
from courses.models import Course
from lms.days import local_day
from lms.people.models import Role, RoleGrant, User
from tests.make import courses as make


def by_wagtail(path: str) -> Page | None:
    root = Site.objects.get(is_default_site=True).root_page.specific
    try:
        return root.route(RequestFactory().get(path), [part for part in path.split("/") if part]).page
    except Http404:
        return None


def by_us(path: str) -> Page | None:
    request = RequestFactory().get(path)
    routing.find_page(request, path.lstrip("/"))
    route = vars(request)["_wagtail_route_for_request"]
    return route and route.page


@pytest.mark.parametrize("path", ["/", "/khoa-hoc/", "/huong-dan/", "/khong-co/", "/khoa-hoc/khong-co/", "/root/"])
def test_the_short_way_leads_where_wagtails_leads(world, path):
    assert by_us(path) == by_wagtail(path)


def test_so_it_does_for_courses_and_lessons_published_or_not(world):
    pages = Page.objects.filter(depth__gt=3)
    found = {page.pk: by_us(page.url) for page in pages if page.url}
    assert found == {page.pk: by_wagtail(page.url) for page in pages if page.url}
    assert found[world.lesson_page.pk] == world.lesson_page
    assert type(found[world.lesson_page.pk]) is type(world.lesson_page)
    assert None in found.values()


def test_with_several_sites_wagtail_chooses(world):
    Site.objects.create(hostname="khac.example", port=80, root_page=world.course_page)
    asked = RequestFactory().get("/", headers={"host": "khac.example"})
    assert routing.find_site(asked).root_page_id == world.course_page.pk
    routing.find_page(asked, "")
    assert vars(asked)["_wagtail_route_for_request"].page == world.course_page


def test_a_page_that_is_taken_back_is_gone_at_once(world):
    browser = world.browser("AN")
    assert browser.get(world.course_page.url).status_code == 200
    world.course_page.unpublish()
    assert browser.get(world.course_page.url).status_code == 404
    assert world.course_page.pk not in [card.pk for card in browser.get("/").context["cards"]]


def test_a_new_title_shows_at_once(world):
    browser = world.browser("AN")
    browser.get("/")
    Course.objects.filter(pk=world.own.course.pk).update(title="Tên mới của khóa học")
    for path in ("/", "/khoa-hoc/", world.course_page.url):
        assert "Tên mới của khóa học" in browser.get(path).text


def test_a_new_run_shows_at_once(world):
    browser = world.browser("AN")
    browser.get("/")
    today = local_day(timezone.now())
    make.run(world.own.course, starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=400))
    (card,) = (card for card in browser.get("/").context["cards"] if card.pk == world.course_page.pk)
    assert card.starts_on == today - timedelta(days=9)


@pytest.mark.parametrize("above", [False, True])
def test_a_restriction_of_view_holds_for_the_page_and_all_below(world, above):
    assert not world.course_page.get_view_restrictions()
    page = world.course_page.get_parent() if above else world.course_page
    kept = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    assert list(world.course_page.get_view_restrictions()) == [kept]
    assert not by_us("/huong-dan/").get_view_restrictions()


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS])
def test_nobody_hides_a_page_behind_a_door_that_is_closed(world, kind):
    browser = world.browser("AD")
    address = f"/cms/pages/{by_us('/huong-dan/').pk}/privacy/"
    asked = {"restriction_type": kind, "password": "mật khẩu", "groups": [str(Group.objects.first().pk)]}
    assert browser.post(address, asked).status_code < 500
    assert not PageViewRestriction.objects.exists()
    assert browser.get("/huong-dan/").status_code == 200


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS])
def test_an_old_restriction_hides_its_page_and_breaks_nothing(world, kind):
    PageViewRestriction.objects.create(page=by_us("/huong-dan/"), restriction_type=kind, password="mật khẩu")
    assert world.browser("AN").get("/huong-dan/").status_code == 404
    signed_in = world.browser("T").get("/huong-dan/").status_code
    assert signed_in == (200 if kind == PageViewRestriction.LOGIN else 404)
    assert world.browser("AN").get("/").status_code == 200


def test_an_alias_has_the_restrictions_of_its_source(world):
    kept = PageViewRestriction.objects.create(page=by_us("/huong-dan/"), restriction_type=PageViewRestriction.GROUPS)
    alias = by_us("/huong-dan/").create_alias(update_slug="ban-sao")
    assert list(alias.get_view_restrictions()) == [kept]


def test_a_role_shows_in_the_menu_at_once(world):
    browser = world.browser("T")
    who = User.objects.get(pk=browser.session["_auth_user_id"])
    before = [link.url for link in browser.get("/my/").context["navigation"]]
    day = local_day(timezone.now())
    RoleGrant.objects.create(user=who, role=Role.COORDINATOR, starts_on=day, granted_at=timezone.now())
    assert "/coverage/" not in before
    assert "/coverage/" in [link.url for link in browser.get("/my/").context["navigation"]]
