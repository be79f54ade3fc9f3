"""The world of the sweep: a published course with lessons, and everybody who may ask about it."""

from __future__ import annotations

import pytest

from tests.house.world import standing, untouched


@pytest.fixture(scope="package")
def whole_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing() as world:
        yield world


@pytest.fixture
def world(whole_world):
    """The world; whatever a test does to it is taken back."""
    with untouched():
        yield whole_world
