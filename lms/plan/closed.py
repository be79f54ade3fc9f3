"""Whether the figures of a task in some days are closed: asked below, answered by the storey that closes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from lms.plan.models import PlanTask
from lms.refusal import Refused

Closed = Callable[[PlanTask, date, date], bool]
_ANSWERS: list[Closed] = []


def says_closed(answer: Closed) -> Closed:
    """Decorator: `answer(task, first, last)` says whether a closed period of the task has a day of these, both ends
    included."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)
    return answer


def refuse_closed_days(task: PlanTask, first: date, last: date) -> None:
    """What would change the figures of a closed period is refused: `period_closed`. Call it in the transaction."""
    if any(answer(task, first, last) for answer in _ANSWERS):
        raise Refused(
            "period_closed", _("The figures of this period are closed. They change only when the report is reopened.")
        )
