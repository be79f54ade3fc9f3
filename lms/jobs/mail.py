"""Sending the e-mails of the ledger. At most one double after a crash, and it is counted (trust.md §9)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from lms.jobs.models import Notification

logger = logging.getLogger(__name__)

BATCH = 20
_resolvers: list[Callable[[str], str | None]] = []


def resolves_address(resolver: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Decorator: the storey above says which address belongs to the public id of a person, None for nobody's."""
    _resolvers[:] = [resolver]
    return resolver


def send_due(now: datetime, *, limit: int = BATCH) -> tuple[int, int]:
    """Send up to `limit` e-mails that are due; how many were tried, how many are left."""
    Notification.objects.give_up_abandoned(now)
    tried = 0
    for notification in Notification.objects.mail_due(now).order_by("due_at", "pk")[:limit]:
        if notification.claim(now):
            send(notification, now)
            tried += 1
    return tried, Notification.objects.mail_due(now).count()


def send(notification: Notification, now: datetime) -> None:
    """Send one claimed e-mail and note what became of it; raises nothing that the mail server raises."""
    address = _resolvers[0](str(notification.recipient)) if _resolvers else None
    if not address:
        notification.failed("no_address", now=now, for_good=True)
        return
    try:
        compose(notification, address).send()
    except TemplateDoesNotExist:
        notification.failed("no_template", now=now, for_good=True)
    except Exception as error:  # noqa: BLE001 - smtplib, sockets and TLS raise many things; the ledger keeps the class
        logger.warning("notification %s was not sent: %s", notification.pk, type(error).__name__)
        notification.failed(type(error).__name__, now=now)
    else:
        notification.delivered(now)


def compose(notification: Notification, address: str) -> EmailMultiAlternatives:
    """The mail of one notification, from `emails/<kind>_subject.txt`, `emails/<kind>.txt` and, where there is one,
    `emails/<kind>.html`.

    Raises TemplateDoesNotExist for a kind without a text.
    """
    context = {**notification.payload, "notification": notification}
    subject = render_to_string(f"emails/{notification.kind}_subject.txt", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/{notification.kind}.txt", context),
        to=[address],
        headers={"Message-ID": f"<{notification.message_id}@tap-huan>", "Auto-Submitted": "auto-generated"},
    )
    with suppress(TemplateDoesNotExist):
        message.attach_alternative(render_to_string(f"emails/{notification.kind}.html", context), "text/html")
    return message
