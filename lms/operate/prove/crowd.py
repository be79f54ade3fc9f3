"""A class that takes a test at the same time, and the process that types for it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.middleware.csrf import _get_new_csrf_string
from django.utils import timezone

from courses.formats.gift import parse
from courses.loading import load_questions
from courses.models import Attempt, Category, Quiz, QuizKind, QuizSection, RunQuiz
from lms.operate.prove.typists import Browser, Orders, Outcome
from lms.operate.prove.world import World
from lms.people import second_factor
from lms.people.models import User

QUESTIONS = 10


class Crowd:
    """The process that types; `done` follows it, `outcome` waits for its end."""

    def __init__(self, orders: Orders, folder: Path) -> None:
        self.file = folder / "typists.json"
        self.file.write_text(json.dumps(asdict(orders)), encoding="utf-8")
        self.file.chmod(0o600)
        self.lines: list[dict[str, Any]] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Let them begin."""
        self.process = subprocess.Popen(  # noqa: S603 — our own interpreter and module
            [sys.executable, "-m", "lms.operate.prove.typists", str(self.file)],
            cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        threading.Thread(target=self._listen, args=[self.process], daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 — it was asked for
        for line in process.stdout:
            self.lines.append(json.loads(line))

    @property
    def done(self) -> int:
        """How many saves were acknowledged half a second ago."""
        return int(self.lines[-1]["done"]) if self.lines else 0

    @property
    def is_at_work(self) -> bool:
        """Somebody still types."""
        return self.process is not None and self.process.poll() is None

    def outcome(self, seconds: float) -> Outcome:
        """What came of it. Raises subprocess.TimeoutExpired, and RuntimeError if the process failed."""
        assert self.process is not None  # noqa: S101 — `start` comes first
        try:
            self.process.wait(seconds)
        finally:
            self.process.kill()
            self.file.unlink(missing_ok=True)
        if self.process.returncode:
            raise RuntimeError("Those who type failed.")
        while not self.lines or "acknowledged" not in self.lines[-1]:
            threading.Event().wait(0.01)  # the last line is on its way
        return Outcome(**self.lines[-1])


def class_at_a_test(world: World, count: int) -> list[Browser]:
    """So many people with an open attempt each, signed in."""
    run_quiz = _quiz(world)
    people = world.people(count)
    found = []
    for number, enrolment in enumerate(world.enrolled(run_quiz.run, people)):
        person = enrolment.person
        user = User.objects.create_user(f"typist{number}", name=person.full_name, person=person, created_at=world.now)
        attempt = Attempt.start(enrolment, run_quiz, by=user, now=timezone.now())
        csrf = _get_new_csrf_string()
        cookies = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={csrf}"
        found.append(Browser(str(attempt.public_id), attempt.epoch, cookies, csrf))
    return found


def percentile(seconds: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed; 0 of none."""
    ranked = sorted(seconds)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)] if ranked else 0.0


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


def _session(user: User) -> str:
    """A session as signing in makes it."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    second_factor.note_passed(store, user)
    store.set_expiry(timedelta(hours=1))
    store.create()
    return str(store.session_key)
