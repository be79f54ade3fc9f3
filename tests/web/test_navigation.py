"""The menu that the storeys above fill."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from lms.web import navigation
from lms.web.context import site
from lms.web.navigation import NavItem, links_for, register

urlpatterns = [
    path(address, lambda request: HttpResponse(), name=name)
    for address, name in [("", "home"), ("my/", "my"), ("my/certificates/", "certificates"), ("coverage/", "coverage")]
]

pytestmark = pytest.mark.urls(__name__)


def asked(address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    return request


@pytest.fixture(autouse=True)
def menu(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    register(
        NavItem(label="Tỷ lệ bao phủ", url_name="coverage", shows=lambda request: "staff" in request.GET, order=30)
    )
    register(NavItem(label="Giấy chứng nhận", url_name="certificates", shows=lambda request: True, order=20))
    register(NavItem(label="Việc của tôi", url_name="my", shows=lambda request: True, order=10))
    register(NavItem(label="Trang chủ", url_name="home", shows=lambda request: True, order=1))


def test_entries_stand_in_order_and_only_for_whom_they_are():
    assert [link.url for link in links_for(asked("/"))] == ["/", "/my/", "/my/certificates/"]
    assert [link.url for link in links_for(asked("/?staff"))][-1] == "/coverage/"


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "/"), ("/my/", "/my/"), ("/my/3/", "/my/"), ("/my/certificates/7/", "/my/certificates/"), ("/other/", None)],
)
def test_the_closest_entry_is_current(address, current):
    marked = [link.url for link in links_for(asked(address)) if link.current]
    assert marked == ([current] if current else [])


def test_registering_again_replaces():
    register(NavItem(label="Học", url_name="my", shows=lambda request: True, order=10))
    labels = [link.label for link in links_for(asked("/"))]
    assert labels.count("Học") == 1
    assert "Việc của tôi" not in labels


def test_a_page_without_a_menu_asks_nobody():
    def never(request):
        raise AssertionError("asked")

    register(NavItem(label="Không hỏi", url_name="my", shows=never))
    assert site(asked("/"))["site_name"]


def test_an_error_page_of_a_stranger_has_no_menu():
    assert links_for(RequestFactory().get("/")) == ()
