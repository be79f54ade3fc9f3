from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now():
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
