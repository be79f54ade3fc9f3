"""Sending the e-mails of the ledger. At most one double after a crash, and it is counted (trust.md §9)."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from lms.jobs.models import Notification

logger = logging.getLogger(__name__)

BATCH = 20
PERMANENT = 500
"""From this answer on a mail server will say the same again (RFC 5321 §4.2.1)."""
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
        message = compose(notification, address)
    except TemplateDoesNotExist:
        notification.failed("no_template", now=now, for_good=True)
        return
    try:
        hand_over(message)
    except NotTaken as error:
        logger.warning("notification %s was not taken: %s", notification.pk, error)
        if error.is_final:
            notification.failed(str(error), now=now, for_good=True)
        else:
            notification.refused(str(error), now=now)
    except Exception as error:  # noqa: BLE001 - smtplib, sockets and TLS raise many things; the ledger keeps the class
        logger.warning("notification %s may not have been sent: %s", notification.pk, type(error).__name__)
        notification.failed(type(error).__name__, now=now)
    else:
        notification.delivered(now)


class NotTaken(Exception):
    """The mail server said no, or could not be reached: nothing can have arrived. `is_final`: it always will."""

    def __init__(self, what: str, *, is_final: bool = False) -> None:
        super().__init__(what)
        self.is_final = is_final


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give the message to the mail server. Raises NotTaken where it certainly has none of it; whatever else is raised
    leaves open whether it has."""
    connection = mail.get_connection()
    try:
        connection.open()
    except Exception as error:
        raise NotTaken(type(error).__name__) from error
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _said in error.recipients.values()), default=500)
        raise NotTaken(f"SMTPRecipientsRefused {code}", is_final=code >= PERMANENT) from error
    except smtplib.SMTPResponseException as error:
        what = f"{type(error).__name__} {error.smtp_code}"
        raise NotTaken(what, is_final=error.smtp_code >= PERMANENT) from error
    finally:
        with suppress(Exception):
            connection.close()


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
