"""Who walks through the screens."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.journeys.test_http_chain import freshly_signed_in

EARLIER = date(2024, 1, 1)


@pytest.fixture
def two(client_of):
    """Two coordinators, signed in a moment ago."""
    clients = []
    for name in ("Võ Thị Mẫu Hỏi", "Lê Văn Mẫu Đáp"):
        user = make.user(name)
        make.role(user, "coordinator", starts_on=EARLIER)
        client = client_of(user)
        freshly_signed_in(client)
        clients.append(client)
    return clients
