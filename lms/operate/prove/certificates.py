"""A batch of 200 certificates, its worker killed with -9 again and again."""

from __future__ import annotations

import time

from django.conf import settings
from django.utils import timezone

from certificates.models import Certificate
from certificates.previewing import JOB, Decision, ask, preview
from lms.audit.models import Event
from lms.jobs.models import Job, JobState
from lms.operate.prove.processes import Running, wait_until
from lms.operate.prove.world import World

RUNS = 20
PEOPLE_A_RUN = 10
PEOPLE = RUNS * PEOPLE_A_RUN
KILLS = 3


def prove(world: World) -> list[tuple[str, int, int]]:
    """Rows of (what, found, expected)."""
    everybody = world.people(PEOPLE)
    decision = Decision("01/QĐ-THỬ", world.on, "Đà Lạt", "", "GIÁM ĐỐC", "Nguyễn Văn Mẫu")
    worker = Running(
        "manage.py", "serve", "--role", "worker", "--no-setup", log=settings.DATA_DIR / "run/prove-worker.log"
    )
    for place in range(RUNS):
        run = world.run()
        world.completed(world.enrolled(run, everybody[place * PEOPLE_A_RUN : (place + 1) * PEOPLE_A_RUN]))
        plan = preview(run, decision, world.on)
        ask(plan, plan_hash=plan.plan_hash, by=world.coordinator, now=timezone.now())
    kills_in_the_middle = 0
    try:
        for kill in range(1, KILLS + 1):
            worker.start()
            reached = kill * PEOPLE // (KILLS + 1)
            wait_until(lambda reached=reached: Certificate.objects.count() >= reached, 60, every=0.001)  # type: ignore[misc]
            worker.kill()
            kills_in_the_middle += 0 < Certificate.objects.count() < PEOPLE
        worker.start()
        started = time.monotonic()
        jobs = Job.objects.filter(kind=JOB)
        wait_until(lambda: jobs.filter(state=JobState.DONE).count() == RUNS, 150, every=0.2)
        seconds = int(time.monotonic() - started)
    finally:
        worker.kill()
    return [
        *_counted(),
        (f"certificates: kills in the middle (drained {seconds} s after the last)", kills_in_the_middle, KILLS),
    ]


def _counted() -> list[tuple[str, int, int]]:
    rows = Certificate.objects.all()
    numbers = sorted(rows.values_list("number", flat=True))
    return [
        ("certificates: in the register", len(numbers), PEOPLE),
        ("certificates: numbers that are 1..200 without gap", sum(a == b for a, b in enumerate(numbers, 1)), PEOPLE),
        ("certificates: enrolments with two", PEOPLE - rows.values("enrolment").distinct().count(), 0),
        ("certificates: events, one each", Event.objects.filter(action="certificate.issued").count(), PEOPLE),
    ]
