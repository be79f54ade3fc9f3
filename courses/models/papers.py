"""Which questions an attempt asks, and in which order their options stand (learning.md §8)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses import grading
from courses.drawing import Candidate, fill, in_lots, ranked, shuffled
from courses.models.bank import Option, Question, QuestionType, QuestionVersion
from courses.models.categories import DEEPEST, under_q
from lms.prepared import prepared
from lms.refusal import Refused

LEVELS = {f"level_{hop}": models.F("question__category" + "__parent" * hop) for hop in range(DEEPEST)}
"""The category of a question, that above it, and so on."""

if TYPE_CHECKING:
    from courses.models.quizzes import Quiz


@dataclass(frozen=True)
class Drawn:
    """A question of a paper: the version that is asked, its points (1/10,000), its options as [uid, side] in order."""

    question_id: int
    version_id: int
    points: int
    order: list[list[str]]


@dataclass
class _Part:
    """A section and the questions it may ask: question → current version; fixed ones in their order."""

    position: int
    category_id: int | None
    draw_count: int | None
    points: int
    tags: frozenset[str] = frozenset()
    easiest: int = 1
    hardest: int = 5
    fixed: list[int] = field(default_factory=list)
    versions: dict[int, QuestionVersion] = field(default_factory=dict)


def draw_paper(quiz: Quiz, *, seen: Mapping[int, int], seed: str) -> list[Drawn]:
    """A paper from the quiz's sections: questions never seen first, by `seen` (question → times); at most 5 queries.

    Raises Refused "pool_too_small" with the positions of the sections that cannot be filled.
    """
    parts = _parts(quiz)
    taken = {question for part in parts for question in part.fixed}
    drawn = [part for part in parts if part.draw_count is not None]
    lots = {part.position: f"{seed}:{part.position}" for part in drawn}
    pools = [
        ranked((Candidate(one, seen.get(one, 0)) for one in part.versions if one not in taken), lots[part.position])
        for part in drawn
    ]
    filled = fill([(pool, part.draw_count or 0) for pool, part in zip(pools, drawn, strict=True)])
    chosen = {part.position: part.fixed for part in parts if part.draw_count is None}
    for part, questions in zip(drawn, filled, strict=True):
        chosen[part.position] = in_lots(questions, lots[part.position])
    _refuse_short(parts, chosen)
    asked = [(part, question) for part in parts for question in chosen[part.position]]
    orders = shown_orders([part.versions[question] for part, question in asked], seed, is_shuffled=quiz.is_shuffled)
    return [
        Drawn(question, version.pk, part.points, orders[version.pk])
        for part, question in asked
        for version in [part.versions[question]]
    ]


def pool_sizes(quiz: Quiz) -> dict[int, int]:
    """How many questions each section could ask today, by its position; at most 3 queries."""
    return {
        part.position: len(part.versions)
        if part.draw_count is not None
        else sum(q in part.versions for q in part.fixed)
        for part in _parts(quiz)
    }


def _parts(quiz: Quiz) -> list[_Part]:
    """The sections in order, each with its pool. Two queries, a third where tags are asked for."""
    by_position: dict[int, _Part] = {}
    for position, category_id, draw_count, points, tags, easiest, hardest, question_id in _sections(quiz.pk):
        part = by_position.setdefault(
            position,
            _Part(position, category_id, draw_count, points, frozenset(tags), easiest or 1, hardest or 5),
        )
        if question_id is not None:
            part.fixed.append(question_id)
    parts = list(by_position.values())
    current, in_category = _pools(parts)
    tags_of = _tags(parts, current)
    for part in parts:
        if part.category_id is None:
            part.versions = current
            continue
        part.versions = {
            question: version
            for question, version in in_category[part.category_id].items()
            if part.easiest <= version.difficulty <= part.hardest and part.tags <= tags_of[question]
        }
    return parts


def _tags(parts: list[_Part], current: Mapping[int, QuestionVersion]) -> Mapping[int, set[str]]:
    """The tags of each question, as far as a section asks for them."""
    found: dict[int, set[str]] = defaultdict(set)
    wanted = {name for part in parts for name in part.tags}
    if wanted:
        rows = Question.tags.through.objects.filter(questiontag__name__in=wanted)
        for question_id, name in rows.values_list("question_id", "questiontag__name"):
            if question_id in current:
                found[question_id].add(name)
    return found


def _pools(parts: list[_Part]) -> tuple[dict[int, QuestionVersion], dict[int, dict[int, QuestionVersion]]]:
    """Question → current version: of all questions that the parts may ask, and by category with all below it."""
    categories = [part.category_id for part in parts if part.category_id is not None]
    fixed = [question for part in parts for question in part.fixed]
    current: dict[int, QuestionVersion] = {}
    in_category: dict[int, dict[int, QuestionVersion]] = defaultdict(dict)
    for version in _candidates(categories, fixed):
        current[version.question_id] = version
        for level in LEVELS:
            in_category[getattr(version, level)][version.question_id] = version
    return current, in_category


def _sections(quiz_id: int) -> list[tuple[Any, ...]]:
    """The rows of the sections with their fixed questions; tags as they are stored come back as lists."""
    return [(*row[:4], _listed(row[4]), *row[5:]) for row in _section_rows(quiz_id)]


def _listed(tags: Any) -> list[str]:
    return json.loads(tags) if isinstance(tags, str) else tags


@prepared
def _section_rows(quiz_id: int) -> models.QuerySet[Any, tuple[Any, ...]]:
    sections = apps.get_model("courses", "QuizSection").objects.filter(quiz_id=quiz_id)
    return sections.order_by("position", "questions__position").values_list(
        "position", "category_id", "draw_count", "points", "tags", "easiest", "hardest", "questions__question_id"
    )


@prepared
def _candidates(categories: list[int], fixed: list[int]) -> models.QuerySet[QuestionVersion]:
    reach = under_q(categories, "question__category") | Q(question__in=fixed)
    rows = QuestionVersion.objects.current().filter(reach)
    return rows.only("question_id", "type", "difficulty").annotate(**LEVELS)


@prepared
def _options(versions: list[int]) -> models.QuerySet[Option, tuple[int, UUID, str]]:
    rows = Option.objects.filter(version__in=versions).order_by("version", "position")
    return rows.values_list("version_id", "uid", "side")


def _refuse_short(parts: list[_Part], chosen: Mapping[int, list[int]]) -> None:
    """A section that draws too few, or names a question that is retired or was never ready."""
    short = [
        part.position
        for part in parts
        if len(chosen[part.position]) < (part.draw_count or 1)
        or any(question not in part.versions for question in chosen[part.position])
    ]
    if short:
        message = _("There are not enough ready questions for this quiz.")
        raise Refused("pool_too_small", message, sections=short)


def shown_orders(versions: list[QuestionVersion], seed: str, *, is_shuffled: bool) -> dict[int, list[list[str]]]:
    """The options of each version in the order shown. Right sides and orderings are always shuffled, and an ordering is
    never shown in the right order."""
    orders: dict[int, list[list[str]]] = {version.pk: [] for version in versions}
    for version_id, uid, side in _options(list(orders)):
        orders[version_id].append([str(uid), side])
    ordering = [version.pk for version in versions if version.type == QuestionType.ORDERING]
    for version_id, shown in orders.items():
        loose = is_shuffled or version_id in ordering
        kept = [pair for pair in shown if pair[1] != "right" and not loose]
        left = shuffled([pair for pair in shown if pair[1] != "right" and loose], f"{seed}:{version_id}")
        right = shuffled([pair for pair in shown if pair[1] == "right"], f"{seed}:{version_id}")
        orders[version_id] = [*kept, *left, *right]
    for version_id, right_order in grading.right_orders(ordering).items():
        if [uid for uid, _side in orders[version_id]] == right_order:
            orders[version_id].append(orders[version_id].pop(0))
    return orders
