"""Mail from the ledger: one message per row, one more try, a Message-ID that stays."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from lms.days import HERE
from lms.jobs import mail as outbox
from lms.jobs.models import Channel, Job, Notification
from lms.jobs.quiet import QUIET_FROM, QUIET_UNTIL
from lms.jobs.running import work

pytestmark = pytest.mark.django_db
LAN = UUID(int=7)


@pytest.fixture(autouse=True)
def texts(settings, monkeypatch):
    texts = {
        "emails/reminder_subject.txt": "Nhắc việc:\n {{ course }}",
        "emails/reminder.txt": "Khóa học {{ course }} mở ngày mai.",
    }
    loaders = [("django.template.loaders.locmem.Loader", texts)]
    engine = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": engine, "OPTIONS": {"loaders": loaders}}]
    monkeypatch.setattr(outbox, "_resolvers", [lambda recipient: "lan@example.com" if recipient == str(LAN) else None])


def plan(now, **changes):
    row = {"kind": "reminder", "subject": "run:1", "slot": "due-1d", "due_at": now, "channel": Channel.EMAIL}
    return Notification.plan(LAN, **{**row, "payload": {"course": "Ứng xử với báo chí"}, **changes})


def test_planning_twice_sends_once(now):
    assert plan(now).pk == plan(now + timedelta(days=1)).pk
    assert plan(now, slot="due-0d").pk != plan(now).pk
    assert outbox.send_due(now) == (2, 0)
    assert outbox.send_due(now) == (0, 0)
    assert len(mail.outbox) == 2


def test_a_message_carries_its_words_and_its_id(now):
    notification = plan(now)
    outbox.send_due(now)
    notification.refresh_from_db()
    sent = mail.outbox[0]
    assert (sent.subject, sent.to) == ("Nhắc việc: Ứng xử với báo chí", ["lan@example.com"])
    assert sent.extra_headers["Message-ID"] == f"<{notification.message_id}@tap-huan>"
    assert (notification.state, notification.sent_at) == ("sent", now)


def test_mail_waits_until_it_is_due(now):
    plan(now + timedelta(seconds=1))
    assert outbox.send_due(now) == (0, 0)


def test_what_is_for_the_site_is_not_mailed(now):
    plan(now, channel=Channel.SITE)
    assert outbox.send_due(now) == (0, 0)
    assert Notification.objects.inbox(LAN, now).count() == 1
    assert Notification.objects.inbox(LAN, now - timedelta(seconds=1)).count() == 0


@pytest.mark.parametrize(
    ("changes", "error"), [({"kind": "wordless"}, "no_template"), ({"recipient": UUID(int=8)}, "no_address")]
)
def test_what_cannot_be_sent_is_not_tried_again(now, changes, error):
    recipient = changes.pop("recipient", LAN)
    notification = plan(now, **changes)
    Notification.objects.filter(pk=notification.pk).update(recipient=recipient)
    outbox.send_due(now)
    notification.refresh_from_db()
    assert (notification.state, notification.error) == ("failed", error)


def loses(error):
    """A mail server that breaks off in the middle of a message: it may have it, or not."""

    def send_messages(self, messages):
        mail.outbox.extend(messages)
        raise error

    return send_messages


def answers(error):
    """A mail server that says no."""

    def send_messages(self, messages):
        raise error

    return send_messages


def test_a_try_that_may_have_arrived_is_repeated_once_with_the_same_id(now, monkeypatch):
    monkeypatch.setattr(EmailBackend, "send_messages", loses(smtplib.SMTPServerDisconnected()))
    notification = plan(now)
    outbox.send_due(now)
    notification.refresh_from_db()
    assert (notification.state, notification.due_at) == ("queued", now + timedelta(minutes=10))
    outbox.send_due(now + timedelta(minutes=10))
    outbox.send_due(now + timedelta(days=1))
    notification.refresh_from_db()
    assert (notification.state, notification.error, notification.attempts) == ("failed", "SMTPServerDisconnected", 2)
    assert len(mail.outbox) == 2
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


NOT_NOW = [
    smtplib.SMTPDataError(451, b"later"),
    smtplib.SMTPSenderRefused(450, b"later", "a@example.com"),
    smtplib.SMTPRecipientsRefused({"lan@example.com": (450, b"greylisted")}),
]


@pytest.mark.parametrize("error", NOT_NOW, ids=lambda error: type(error).__name__)
def test_a_server_that_says_not_now_is_asked_again_and_costs_no_try(now, monkeypatch, error):
    monkeypatch.setattr(EmailBackend, "send_messages", answers(error))
    notification = plan(now)
    outbox.send_due(now)
    notification.refresh_from_db()
    assert (notification.state, notification.attempts, notification.refusals) == ("queued", 0, 1)
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "_resolvers", [lambda recipient: "lan@example.com"])
    assert outbox.send_due(notification.due_at) == (1, 0)
    assert len(mail.outbox) == 1


def test_a_server_that_says_never_is_not_asked_again(now, monkeypatch):
    error = smtplib.SMTPRecipientsRefused({"lan@example.com": (550, b"no such mailbox")})
    monkeypatch.setattr(EmailBackend, "send_messages", answers(error))
    notification = plan(now)
    outbox.send_due(now)
    notification.refresh_from_db()
    assert (notification.state, notification.error) == ("failed", "SMTPRecipientsRefused 550")


def test_the_pauses_grow_keep_out_of_the_night_and_end_after_three_days(now, monkeypatch):
    monkeypatch.setattr(EmailBackend, "open", lambda self: answers(ConnectionRefusedError())(self, []))
    notification, at, pauses = plan(now), now, []
    while notification.state == "queued":
        outbox.send_due(at)
        notification.refresh_from_db()
        pauses.append(notification.due_at - at)
        assert QUIET_UNTIL <= notification.due_at.astimezone(HERE).time() < QUIET_FROM
        at = notification.due_at
    assert [pause.seconds // 60 for pause in pauses[:4]] == [10, 20, 40, 80]
    assert at - now >= timedelta(days=3)
    assert (notification.state, notification.error, notification.attempts) == ("failed", "ConnectionRefusedError", 1)
    assert mail.outbox == []


def test_a_sending_that_died_is_repeated_once_and_then_given_up(now):
    notification = plan(now)
    assert notification.claim(now)
    assert not notification.claim(now + timedelta(minutes=9))
    assert notification.claim(now + timedelta(minutes=11))
    assert not notification.claim(now + timedelta(hours=1))
    outbox.send_due(now + timedelta(hours=1))
    notification.refresh_from_db()
    assert (notification.state, notification.error) == ("failed", "abandoned")
    assert mail.outbox == []


def test_held_mail_waits_for_a_person(now):
    notification = plan(now)
    Notification.objects.update(state="held")
    assert outbox.send_due(now + timedelta(days=1)) == (0, 0)
    notification.refresh_from_db()
    assert notification.state == "held"


def test_a_job_empties_the_outbox(clock, now):
    for number in range(45):
        plan(now, slot=f"s{number}")
    job = Job.ask("jobs.mail", key="outbox", now=now)
    work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.done_count) == ("done", 45)
    assert len(mail.outbox) == 45


@pytest.mark.parametrize("broken", [{"state": "sent"}, {"channel": "zalo"}, {"state": "sending"}])
def test_the_database_refuses_a_state_that_no_verb_makes(now, broken):
    plan(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.update(**broken)
