"""For worker processes of the tests: the product's own settings, from the environment, and our kinds of work."""

from __future__ import annotations

from lms.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]  # noqa: F405
