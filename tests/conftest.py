"""The database of the tests (tests/database.py), and the cast."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

from tests import database

settings.register_profile("quick", max_examples=30, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

pytest_plugins = ["tests.cast"] if find_spec("tests.cast") else []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--servers-matter",
        action="store_true",
        help="leave out the tests for which it is all the same on what they run",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --servers-matter: sums, parsers and papers, which ask no database, have been seen on SQLite already."""
    if config.getoption("--servers-matter"):
        left_out = [item for item in items if not _asks_a_server(item)]
        items[:] = [item for item in items if _asks_a_server(item)]
        config.hook.pytest_deselected(items=left_out)


def _asks_a_server(item: pytest.Item) -> bool:
    """Whether it has the database of the tests, or starts processes that read the environment."""
    asks = {"django_db_setup", "db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    starts = {"faults", "operate", "jobs"} & set(item.path.parts)
    return bool(asks or starts or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """In place of pytest-django's own: a copy of the migrated template, dropped at the end."""
    with django_db_blocker.unblock():
        database.fresh_copy()
    yield
    with django_db_blocker.unblock():
        database.drop_copies()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Real commits, for threads and processes; a new copy of the database afterwards."""
    with django_db_blocker.unblock():
        yield
        database.fresh_copy()
