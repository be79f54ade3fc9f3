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
