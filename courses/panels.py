"""Places on our pages that storeys above fill: certificates on /my/, the addresses of lessons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from courses.models import Lesson
from lms.people.touching import Touched

Panel = Callable[[HttpRequest], SafeString | None]
Touch = Callable[[Sequence[int]], list[Touched]]
LessonUrls = Callable[[Sequence[Lesson]], dict[int, str]]


class _Registered(NamedTuple):
    order: int
    name: str
    draw: Panel


_panels: dict[str, dict[str, _Registered]] = {}
_touches: dict[str, Touch] = {}
_lesson_urls: list[LessonUrls] = []


def register_panel(place: str, draw: Panel, *, order: int = 50) -> None:
    """Let `draw` add a section to the page `place` ("my"); registering the same function again replaces it.

    `draw` gets the request and returns a rendered `<section>`, or None for nothing. Lower `order` stands higher.
    """
    name = f"{draw.__module__}.{draw.__qualname__}"
    _panels.setdefault(place, {})[name] = _Registered(order, name, draw)


def panels_for(place: str, request: HttpRequest) -> list[SafeString]:
    """The sections that others add to the page, in order."""
    drawn = (panel.draw(request) for panel in sorted(_panels.get(place, {}).values()))
    return [section for section in drawn if section]


def register_results_touch(find: Touch) -> None:
    """Say what hangs on the results of these enrolments, so that whoever changes one sees it first."""
    _touches.setdefault(f"{find.__module__}.{find.__qualname__}", find)


def touched_by_results(enrolments: Sequence[int]) -> list[Touched]:
    """What storeys above keep on the strength of these results; nothing of it changes by itself."""
    return [line for find in _touches.values() for line in find(enrolments)] if enrolments else []


def register_lesson_urls(find: LessonUrls) -> None:
    """Say where lessons are read: `find(lessons)` gives the path of each by primary key, in one query."""
    _lesson_urls[:] = [find]


def lesson_urls(lessons: Sequence[Lesson]) -> dict[int, str]:
    """The paths of the pages of these lessons, by primary key; a lesson without a page is missing."""
    return _lesson_urls[0](lessons) if _lesson_urls and lessons else {}
