"""Closed doors are closed to all, the rest opens for trainers and administrators (trust.md §4)."""

from __future__ import annotations

import pytest

from tests.house.world import COLUMNS

CLOSED = [
    "/cms/login/", "/cms/password_reset/", "/cms/account/", "/cms/users/", "/cms/users/new/", "/cms/groups/",
    "/cms/groups/new/", "/cms/courses/?export=csv", "/cms/runs/?export=xlsx", "/cms/questions/?export=csv",
    "/cms/reports/site-history/?export=csv",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_door_does_not_exist_for_anybody(world, path):
    answers = {who: world.browser(who).get(path).status_code for who in COLUMNS}
    assert answers == dict.fromkeys(COLUMNS, 404)


def test_the_dashboard_opens_for_trainers_and_administrators(world):
    answers = {who: world.browser(who).get("/cms/").status_code for who in COLUMNS}
    assert answers == dict.fromkeys(COLUMNS, 404) | {"AN": 302, "TR": 200, "TX": 200, "AD": 200}


def test_a_stranger_signs_in_at_the_one_front_door(world):
    answer = world.browser("AN").get("/cms/pages/")
    assert answer["Location"] == "/accounts/login/?next=/cms/pages/"


def test_signing_out_takes_a_post(world):
    browser = world.browser("TR")
    assert browser.get("/cms/logout/").status_code == 302
    assert browser.get("/cms/").status_code == 200
    assert browser.post("/cms/logout/")["Location"] == "/"
    assert browser.get("/cms/").status_code == 302


def test_a_form_without_its_field_is_a_bad_request(world):
    assert world.browser("TR").post("/cms/choose-external-link/", {}).status_code == 400
