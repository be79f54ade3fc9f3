"""Answers saved over HTTP while the web process is killed with -9: what was acknowledged is there."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.middleware.csrf import _get_new_csrf_string
from django.utils import timezone

from courses.formats.gift import parse
from courses.loading import load_questions
from courses.models import Answer, Attempt, Category, Quiz, QuizKind, QuizSection, RunQuiz
from lms.operate.prove.processes import Running, answers, free_port, wait_until
from lms.operate.prove.world import World
from lms.people.models import User

WRITERS = 20
SAVES_EACH = 30
QUESTIONS = 10
STALE_PERCENT = 20
KILLS = 2


@dataclass
class Writer:
    """One person's browser: saves until all are acknowledged, repeats what it does not know of."""

    attempt: Attempt
    cookies: str
    csrf: str
    port: int
    done: int = 0
    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)
    lot: random.Random = field(default_factory=random.Random)

    def work(self) -> None:
        """All saves; one in five sends an old sequence number again, which must not win."""
        seqs: dict[int, int] = {}
        for number in range(SAVES_EACH):
            slot = self.lot.randint(1, QUESTIONS)
            seqs[slot] = seqs.get(slot, 0) + 1
            text = f"{number}"
            self.until_acknowledged(slot, seqs[slot], text)
            self.acknowledged[slot] = (seqs[slot], text)
            self.done += 1
            if self.lot.randint(1, 100) <= STALE_PERCENT and seqs[slot] > 1:
                self.until_acknowledged(slot, seqs[slot] - 1, "stale")

    def until_acknowledged(self, slot: int, seq: int, text: str) -> None:
        """Send one answer again and again until the server says 200."""
        while not self.sent(slot, seq, text):
            time.sleep(0.05)

    def sent(self, slot: int, seq: int, text: str) -> bool:
        """One request; anything but 200 is no acknowledgement."""
        body = {"epoch": self.attempt.epoch, "items": [{"slot": slot, "seq": seq, "value": {"text": text}}]}
        headers = {"Content-Type": "application/json", "Cookie": self.cookies, "X-CSRFToken": self.csrf}
        try:
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            link.request("POST", f"/attempts/{self.attempt.public_id}/answers/", json.dumps(body), headers)
            answer = link.getresponse()
            answer.read()
            link.close()
        except (OSError, http.client.HTTPException):
            return False
        return answer.status == 200


def prove(world: World) -> list[tuple[str, int, int]]:
    """Rows of (what, found, expected)."""
    port = free_port()
    writers = [_writer(world, run_quiz, port, seed) for seed, run_quiz in enumerate([_quiz(world)] * WRITERS)]
    web = Running(
        "manage.py", "serve", "--role", "web", "--no-setup", "--bind", f"127.0.0.1:{port}",
        log=settings.DATA_DIR / "run/prove-web.log",
    )  # fmt: skip
    threads = [threading.Thread(target=writer.work, daemon=True) for writer in writers]
    kills_in_the_middle = 0
    try:
        web.start()
        wait_until(lambda: answers(port), 60)
        for thread in threads:
            thread.start()
        for kill in range(1, KILLS + 1):
            goal = kill * WRITERS * SAVES_EACH // (KILLS + 1)
            wait_until(lambda goal=goal: sum(one.done for one in writers) >= goal, 120)  # type: ignore[misc]
            web.kill()
            kills_in_the_middle += any(thread.is_alive() for thread in threads)
            web.start()
        for thread in threads:
            thread.join(120)
    finally:
        web.kill()
    return [*_compared(writers), ("answers: kills in the middle", kills_in_the_middle, KILLS)]


def _compared(writers: list[Writer]) -> list[tuple[str, int, int]]:
    lost = overwritten = 0
    for writer in writers:
        held = Answer.objects.filter(slot__attempt=writer.attempt).values_list("slot__position", "seq", "value")
        stored = {position: (seq, (value or {}).get("text")) for position, seq, value in held}
        for slot, (seq, text) in writer.acknowledged.items():
            lost += stored[slot][0] < seq
            overwritten += stored[slot] == (seq, "stale") or (stored[slot][0] == seq and stored[slot][1] != text)
    return [
        ("answers: acknowledged", sum(writer.done for writer in writers), WRITERS * SAVES_EACH),
        ("answers: acknowledged and lost", lost, 0),
        ("answers: overwritten by stale ones", overwritten, 0),
    ]


def _quiz(world: World) -> RunQuiz:
    """A test of ten short answers, open now."""
    text = "\n\n".join(f"// [id:PROVE-{n:02d}]\n::P{n}::Câu {n}?{{=đúng}}" for n in range(1, QUESTIONS + 1))
    questions, _problems = parse(f"$CATEGORY: PROVE\n\n{text}")
    now = world.now
    load_questions(questions, course=world.course, by=world.coordinator, now=now)
    quiz = Quiz.objects.create(
        course=world.course, code="PROVE-CK", kind=QuizKind.GRADED, title="Bài thử", limit_minutes=60, pass_percent=50
    )
    QuizSection.objects.create(
        quiz=quiz, position=1, category=Category.objects.get(course=world.course, parent=None), draw_count=QUESTIONS
    )
    quiz.publish(by=world.coordinator, now=now)
    return RunQuiz.objects.create(run=world.run(), quiz=quiz)


def _writer(world: World, run_quiz: RunQuiz, port: int, seed: int) -> Writer:
    person = world.people(1)[0]
    user = User.objects.create_user(f"writer{seed}", name=person.full_name, person=person, created_at=world.now)
    enrolment = world.enrolled(run_quiz.run, [person])[0]
    attempt = Attempt.start(enrolment, run_quiz, by=user, now=timezone.now())
    csrf = _get_new_csrf_string()
    cookies = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={csrf}"
    return Writer(attempt, cookies, csrf, port, lot=random.Random(seed))  # noqa: S311 — a load, not a secret


def _session(user: User) -> str:
    """A session as signing in makes it."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.set_expiry(timedelta(hours=1))
    store.create()
    return str(store.session_key)
