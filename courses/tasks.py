"""Work of this storey that outlives a request: every effect has a natural key, so twice is once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from courses import citing as citing  # registers its handler
from courses.completing import settle
from courses.models import Attempt, Enrolment, Run
from lms.jobs.handlers import Chunk, handles
from lms.jobs.models import Job

PEOPLE_PER_CHUNK = 100
OFFERS_PER_CHUNK = 50
ATTEMPTS_PER_CHUNK = 50


@handles("courses.evaluate", label=_("Whether somebody has completed"))
def evaluate_enrolment(job: Job, now: datetime) -> Chunk:
    """One fact about one enrolment changed: is it complete now? Payload: enrolment."""
    enrolments = Enrolment.objects.filter(pk=job.payload["enrolment"]).select_related("run__course", "person", "agency")
    recorded = settle(list(enrolments), now)
    return Chunk(1, 1, finished=True, result={"recorded": recorded})


@handles("courses.evaluate_run", queue="lms-bulk", label=_("Who of a class has completed"))
def evaluate_run(job: Job, now: datetime) -> Chunk:
    """Something about the run changed: evaluate all its people, a hundred at a time. Payload: run."""
    people = Enrolment.objects.enrolled().filter(run_id=job.payload["run"])
    last = job.cursor.get("after", 0)
    batch = people.filter(pk__gt=last).select_related("run__course", "person", "agency").order_by("pk")
    enrolments = list(batch[:PEOPLE_PER_CHUNK])
    recorded = job.cursor.get("recorded", 0) + settle(enrolments, now)
    done = job.done_count + len(enrolments)
    finished = len(enrolments) < PEOPLE_PER_CHUNK
    cursor = {"after": enrolments[-1].pk if enrolments else last, "recorded": recorded}
    return Chunk(done, max(people.count(), done), cursor=cursor, finished=finished, result={"recorded": recorded})


@handles("courses.offer", label=_("Free seats for those who wait"))
def offer_seats(job: Job, now: datetime) -> Chunk:
    """A seat became free: offer what is free to the waiting list, in its order. Payload: run."""
    run = Run.objects.get(pk=job.payload["run"])
    offered = 0
    while offered < OFFERS_PER_CHUNK and Enrolment.offer_next(run, now) is not None:
        offered += 1
    done = job.done_count + offered
    return Chunk(done, done, finished=offered < OFFERS_PER_CHUNK)


@handles("courses.lapse", label=_("Offers of seats that lapse"))
def lapse_offer(job: Job, now: datetime) -> Chunk:
    """Nobody answered the offer in time: the seat goes to the next person. Payload: enrolment."""
    for enrolment in Enrolment.objects.filter(pk=job.payload["enrolment"]).select_related("run", "person", "agency"):
        enrolment.lapse(now)
    return Chunk(1, 1, finished=True)


@handles("courses.close_expired", atomic=False, label=_("Attempts whose time is over"))
def close_expired(job: Job, now: datetime) -> Chunk:
    """The time of some attempts is over: close and grade them with what was saved, whoever asked for it.

    Each attempt is a transaction of its own."""
    expired = Attempt.objects.expired(now).with_context().order_by("grace_until", "pk")
    batch = list(expired[:ATTEMPTS_PER_CHUNK])
    for attempt in batch:
        attempt.close_by_clock(now)
    done = job.done_count + len(batch)
    return Chunk(done, done, finished=len(batch) < ATTEMPTS_PER_CHUNK)
