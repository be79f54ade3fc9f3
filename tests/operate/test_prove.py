"""The load of `make prove` and `make bench`: who types, what they were told, what is counted of it."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from courses.models import Answer, Attempt
from lms.operate.prove import answers
from lms.operate.prove.crowd import QUESTIONS, class_at_a_test, percentile
from lms.operate.prove.processes import environment_for
from lms.operate.prove.typists import Browser, Orders, Outcome, everybody
from lms.operate.prove.world import World


class Unsteady(BaseHTTPRequestHandler):
    """Takes every second request, and says what it took."""

    taken: list[tuple[int, int, str]]
    asked = 0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked += 1
        status = 200 if self.asked % 2 == 0 else 503
        if status == 200:
            (item,) = body["items"]
            self.taken.append((item["slot"], item["seq"], item["value"]["text"]))
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        """Nothing to say."""


@pytest.fixture
def unsteady():
    handler = type("Handler", (Unsteady,), {"taken": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port, handler
    server.shutdown()
    server.server_close()


def test_who_types_repeats_until_it_is_acknowledged_and_remembers_what_was(unsteady, monkeypatch, capsys):
    monkeypatch.setattr("lms.operate.prove.typists.PAUSE", 0.001)
    port, handler = unsteady
    orders = Orders(port, [Browser("a", 1, "c=1", "t")], 4, 1, 100, 0.0001)
    assert Orders.read(json.dumps(asdict(orders))) == orders
    outcome = asyncio.run(everybody(orders))
    assert (outcome.done, outcome.stale, len(outcome.times)) == (4, 4, 4)
    assert outcome.failures == 8
    assert outcome.acknowledged == {"a": {"1": [4, "3"]}}
    assert [seq for _slot, seq, text in handler.taken if text != "stale"] == [1, 2, 3, 4]
    assert [seq for _slot, seq, text in handler.taken if text == "stale"] == [1, 1, 2, 3]
    assert json.loads(capsys.readouterr().out.splitlines()[0]) == {"done": 0}


@pytest.mark.django_db
def test_what_is_lost_or_overwritten_is_found():
    browsers = class_at_a_test(World(timezone.now()), 2)
    assert Answer.objects.count() == 2 * QUESTIONS
    first, second = (Attempt.objects.get(public_id=one.attempt) for one in browsers)
    for attempt in (first, second):
        Answer.objects.filter(slot__attempt=attempt, slot__position=1).update(seq=2, value={"text": "1"})
    told = {browser.attempt: {"1": [2, "1"]} for browser in browsers}

    def found(acknowledged):
        return [row[1] for row in answers._compared(Outcome(done=2, acknowledged=acknowledged))]

    assert found(told) == [2, 0, 0]
    assert found(told | {browsers[0].attempt: {"1": [3, "1"]}}) == [2, 1, 0]
    Answer.objects.filter(slot__attempt=second, slot__position=1).update(value={"text": "stale"})
    assert found(told) == [2, 0, 1]


@pytest.mark.parametrize(("percent", "value"), [(50, 2), (95, 4), (99, 4), (1, 1)])
def test_a_percentile_is_what_so_many_do_not_exceed(percent, value):
    assert percentile([4, 1, 3, 2], percent) == value
    assert percentile([], percent) == 0


@pytest.mark.django_db
def test_a_proof_never_runs_on_a_file_that_somebody_named(tmp_path, monkeypatch):
    monkeypatch.setattr("lms.operate.prove.processes.connection.vendor", "sqlite", raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///somebody.sqlite3")
    environment = environment_for(tmp_path)
    assert "DATABASE_URL" not in environment
    assert environment["DATA_DIR"] == str(tmp_path)
