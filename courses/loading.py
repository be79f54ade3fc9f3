"""Questions of a file into rows of the bank: new, new version, or unchanged, by code and content (learning.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.formats.ir import ImportedQuestion
from courses.grading import freeze_all, write_key, write_keys
from courses.models import Category, Course, Question, QuestionTag, QuestionVersion, VersionState
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused

T = TypeVar("T")
BATCH = 500


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at once as a statement takes on every database."""
    return (items[place : place + BATCH] for place in range(0, len(items), BATCH))


@dataclass
class LoadedQuestions:
    """How many questions of a file were new, got a new version, or stood there already."""

    new: int = 0
    new_version: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """Rows written."""
        return self.new + self.new_version


@dataclass
class _Shelf:
    """What the bank holds under the codes of the file, and the drawers and tags met so far."""

    course: Course | None
    known: dict[str, Question]
    newest: dict[int, QuestionVersion]
    drawers: dict[tuple[str, ...], Category] = field(default_factory=dict)
    tags: dict[str, QuestionTag] = field(default_factory=dict)

    def drawer(self, path: tuple[str, ...]) -> Category:
        """The drawer at the end of the path."""
        if path not in self.drawers:
            self.drawers[path] = Category.at(path, self.course)
        return self.drawers[path]

    def tag(self, name: str) -> QuestionTag:
        """The tag with this name."""
        if name not in self.tags:
            self.tags[name] = QuestionTag.objects.get_or_create(name=name)[0]
        return self.tags[name]


def load_questions(
    questions: Sequence[ImportedQuestion],
    *,
    course: Course | None,
    by: User | None,
    now: datetime,
    are_ready: bool = True,
    told: Mapping[str, Any] | None = None,
) -> LoadedQuestions:
    """Bring the questions of a file into the drawers of `course` (None: the shared ones), all or nothing; ready at once
    if `are_ready`. The same file again changes nothing.

    `by` is None for the set-up; `told` goes into the one event. Raises Refused: code_taken (a question of another
    course has the code), duplicate_in_file, category_missing, category_too_deep, no_right_answer; each says which code.
    """
    twice = sorted(code for code, count in Counter(question.code for question in questions).items() if count > 1)
    if twice:
        raise Refused("duplicate_in_file", _("A code stands twice in the file."), status=422, codes=twice)
    with transaction.atomic():
        shelf = _shelf([question.code for question in questions], course)
        changed = [question for question in questions if _differs(question, shelf)]
        loaded = _write(changed, shelf, now, are_ready=are_ready)
        loaded.unchanged = len(questions) - len(changed)
        if loaded.changed:
            counts = {"new": loaded.new, "new_version": loaded.new_version, "unchanged": loaded.unchanged}
            Event.record(
                "question.import_confirm", object_kind="course", object_id=course.code if course else "/", now=now,
                actor=str(by.public_id) if by else "system", data={**counts, **(told or {})},
            )  # fmt: skip
    return loaded


def _shelf(codes: Sequence[str], course: Course | None) -> _Shelf:
    known: dict[str, Question] = {}
    newest: dict[int, QuestionVersion] = {}
    for some in batches(codes):
        rows = {row.code: row for row in Question.objects.filter(code__in=some).select_related("category")}
        known |= rows
        versions = QuestionVersion.objects.filter(question__in=rows.values()).order_by("number")
        newest |= {version.question_id: version for version in versions}
    return _Shelf(course, known, newest)


def _differs(content: ImportedQuestion, shelf: _Shelf) -> bool:
    """Whether there is something to write. Raises Refused "code_taken"."""
    question = shelf.known.get(content.code)
    if question is None:
        return True
    if question.category.course_id != (shelf.course.pk if shelf.course else None):
        raise Refused("code_taken", _("A question of another course has this code."), status=422, code=content.code)
    last = shelf.newest.get(question.pk)
    return last is None or last.content_hash != content.content_hash()


def _write(changed: Sequence[ImportedQuestion], shelf: _Shelf, now: datetime, *, are_ready: bool) -> LoadedQuestions:
    """New questions and versions, a few statements for all of them; a draft that waits is written anew."""
    new = [content for content in changed if content.code not in shelf.known]
    made = Question.objects.bulk_create(
        [Question(code=content.code, category=shelf.drawer(content.category)) for content in new], batch_size=BATCH
    )
    shelf.known |= {question.code: question for question in made}
    written: dict[QuestionVersion, ImportedQuestion] = {}
    wanted: list[tuple[Question, int, ImportedQuestion]] = []
    for content in changed:
        question = shelf.known[content.code]
        last = shelf.newest.get(question.pk)
        if last is not None and last.state == VersionState.DRAFT:
            last.question = question
            last.rewrite(content)
            write_key(last, content.key, content.feedback)
            written[last] = content
        else:
            wanted.append((question, last.number + 1 if last else 1, content))
    versions = QuestionVersion.write_all(wanted, now)
    fresh = {version: content for version, (_q, _n, content) in zip(versions, wanted, strict=True)}
    write_keys(fresh)
    _tag(changed, shelf, new)
    if are_ready:
        freeze_all([*written, *fresh])
    return LoadedQuestions(new=len(new), new_version=len(changed) - len(new))


def _tag(changed: Iterable[ImportedQuestion], shelf: _Shelf, new: Sequence[ImportedQuestion]) -> None:
    """The tags that the file names, in place of earlier ones."""
    through = Question.tags.through
    fresh = {content.code for content in new}
    rows = []
    for content in changed:
        question, tags = shelf.known[content.code], {shelf.tag(name) for name in content.tags}
        if content.code in fresh:
            rows += [through(question_id=question.pk, questiontag_id=tag.pk) for tag in tags]
        else:
            question.tags.set(tags)
    through.objects.bulk_create(rows, batch_size=BATCH)
