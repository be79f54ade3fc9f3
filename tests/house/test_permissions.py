"""The table, the code and the resolver name the same actions; every address stands in one of them (trust.md §3)."""

from __future__ import annotations

from django.conf import settings

from lms.operate.permission_table import IDENTITIES, addresses, as_markdown, foreign_addresses, rows
from lms.people.permissions import ACTIONS

ROWS = {row.action: row for row in rows()}
CELLS = {"A", "A$", "Ar$", "A2r$", "L", "N", "F", "-"}


def _named() -> set[str]:
    addresses()  # loads every view, and with it every rule
    return ACTIONS | set(foreign_addresses().values())


def _closed(action: str) -> bool:
    """404 for everybody: kept by having no address, so that nothing names it."""
    return set(ROWS[action].cells.values()) == {"N"}


def test_every_row_stands_once_and_says_only_what_the_legend_knows():
    assert len(ROWS) == len(rows())
    assert {row.since for row in rows()} <= {"now", "later"}
    assert {row.cells[who] for row in rows() for who in IDENTITIES} <= CELLS


def test_what_doors_and_rules_name_is_in_the_table():
    assert sorted(_named() - set(ROWS)) == []


def test_what_stands_now_is_what_something_names():
    named = _named()
    idle = [
        action for action, row in ROWS.items() if row.since == "now" and action not in named and not _closed(action)
    ]
    early = [action for action, row in ROWS.items() if row.since == "later" and action in named]
    assert idle == [], "marked now, but no door, rule or listed address names it"
    assert early == [], "marked later, but it stands"


def test_every_address_has_a_door_or_is_listed():
    listed = foreign_addresses()
    for address in addresses():
        assert address.actions or address.route in listed, f"{address.route} has neither @door nor a line in urls.csv"
        assert not (address.actions and address.route in listed), f"{address.route} has both"


def test_every_listed_address_is_there():
    assert sorted(set(foreign_addresses()) - {address.route for address in addresses()}) == []


def test_the_page_about_permissions_is_up_to_date():
    kept = (settings.BASE_DIR / "docs/permissions.md").read_text(encoding="utf-8")
    assert kept == as_markdown(), "run manage.py permissions_doc"
