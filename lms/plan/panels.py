"""Places on the page of a task that storeys above fill: what it requires, the courses that serve it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from lms.people.views.visit import Visit
from lms.plan.models import PlanTask

Panel = Callable[[HttpRequest, Visit, PlanTask], SafeString | None]


class _Registered(NamedTuple):
    order: int
    name: str
    draw: Panel


_panels: dict[str, _Registered] = {}


def register_panel(draw: Panel, *, order: int = 50) -> None:
    """Let `draw` add a section to the page of a task; registering the same function again replaces it.

    It gives a rendered `<section>`, or None for nothing. Lower `order` stands higher.
    """
    name = f"{draw.__module__}.{draw.__qualname__}"
    _panels[name] = _Registered(order, name, draw)


def panels_for(request: HttpRequest, who: Visit, task: PlanTask) -> list[SafeString]:
    """The sections that others add, in order."""
    drawn = (panel.draw(request, who, task) for panel in sorted(_panels.values()))
    return [section for section in drawn if section]
