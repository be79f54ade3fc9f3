"""Each cell of the table, by the driver of its action: the answer, one event, no write where it is refused."""

from __future__ import annotations

import pytest

from lms.operate.permission_table import addresses, rows
from tests.drivers import DRIVERS, LISTS, NOT_DRIVEN
from tests.house.world import COLUMNS, NOBODY, untouched

ROWS = {row.action: row for row in rows()}


def cell(answer):
    """The letter of an answer."""
    if answer.status_code == 302 and answer.url.startswith("/accounts/login/"):
        return "L"
    if answer.status_code < 400:
        return "A"
    if "invalid_token" in answer.headers.get("WWW-Authenticate", ""):
        return "F"  # a dead token: trust.md says 401, and that signing in is not what helps
    return {401: "L", 403: "F", 405: "F", 404: "N", 409: "F", 422: "F"}.get(answer.status_code, str(answer.status_code))


def test_every_action_of_our_doors_has_a_driver():
    ours = {action for address in addresses() for action in address.actions}
    assert sorted(ours - set(DRIVERS) - set(NOT_DRIVEN)) == []
    assert sorted(set(NOT_DRIVEN) & set(DRIVERS)) == []
    assert sorted(set(DRIVERS) - set(ROWS)) == []


@pytest.mark.parametrize("action", DRIVERS)
def test_the_answers_are_those_of_the_table(world, action):
    row = ROWS[action]
    wrong = []
    for column in (*COLUMNS, *NOBODY[1:]):
        said = row.cells["AN" if column in NOBODY else column]
        if said == "-" or (action == "attendance.check_in_with_ticket" and column in NOBODY[1:]):
            continue
        browser = world.browser(column)
        with untouched():
            answer = DRIVERS[action](browser, world)
        found = cell(answer)
        if found == "A" and said == "N" and action in LISTS and LISTS[action](world) not in answer.content.decode():
            continue
        if found != said[0]:
            wrong.append(f"{column}: {found} ({answer.status_code}), not {said}")
        if found == "A" and browser.events.count(action) != said.count("$"):
            wrong.append(f"{column}: {browser.events}, not {said}")
        if found != "A" and browser.writes:
            wrong.append(f"{column}: {found} wrote {browser.writes}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("action", [name for name in DRIVERS if any("r" in cell for cell in ROWS[name].cells.values())])
def test_what_weighs_asks_to_sign_in_again(world, action):
    for column, said in ROWS[action].cells.items():
        if "r" in said:
            browser = world.browser(f"stale {column}")
            with untouched():
                answer = DRIVERS[action](browser, world)
            assert answer.url.startswith("/accounts/reauthenticate/")
            assert browser.writes == []


@pytest.mark.parametrize("path", ["redirects", "sites", "collections", "workflows/list", "reports/locked"])
def test_screens_of_administrators_do_not_exist_for_trainers(world, path):
    answers = {who: world.browser(who).get(f"/cms/{path}/").status_code for who in ("TR", "TX", "CO", "AD")}
    assert answers.pop("AD") in (200, 302)  # 302: Wagtail's own refusal, where the group lacks the right
    assert set(answers.values()) == {404}
