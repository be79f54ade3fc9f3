"""One request, many times over one connection, and what it cost the server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.operate.bench.budgets import Budget

WARM_UP = 20
"""So many first: every thread of the server has then opened its database and compiled its templates."""


class NotAnswered(Exception):
    """The server did not answer as it should; a figure would mean nothing."""


@dataclass
class Visit:
    """What is asked `count` times. With `body` it is a POST of JSON: `body(n)` for the n-th time, from 1."""

    budget: Budget
    path: str
    count: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[int], Any] | None = None

    def cost(self, port: int, cpu_seconds: Callable[[], float]) -> float:
        """CPU milliseconds a request. Raises NotAnswered at anything but 200."""
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            for number in range(1, WARM_UP + 1):
                self.ask(link, number)
            before = cpu_seconds()
            for number in range(WARM_UP + 1, WARM_UP + self.count + 1):
                self.ask(link, number)
            return (cpu_seconds() - before) * 1000 / self.count
        finally:
            link.close()

    def ask(self, link: http.client.HTTPConnection, number: int) -> None:
        """One request, as a browser sends it."""
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip", **self.headers}
        if self.body is None:
            link.request("GET", self.path, headers=headers)
        else:
            headers |= {"Content-Type": "application/json", "Accept": "application/json"}
            link.request("POST", self.path, json.dumps(self.body(number)), headers)
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise NotAnswered(f"{self.budget.name}: {self.path} answered {answer.status}.")
