"""What a question of a file would change in the bank: new, new version, unchanged, refused (learning.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.banks import Bank
from courses.comparing import beside
from courses.formats.collecting import DEEPEST
from courses.formats.files import Format
from courses.formats.ir import ImportedQuestion, made_code
from courses.loading import batches
from courses.models import QuestionVersion
from lms.jobs.models import Verdict
from lms.refusal import Refused


class Judged(NamedTuple):
    """A question as it would stand in the bank, and what that changes: new, new_version, unchanged or refused.

    `number` is that of the version it is compared with, 0 for none.
    """

    question: ImportedQuestion
    change: Verdict
    number: int = 0
    code: str = ""
    message: str = ""


def judge(questions: Sequence[ImportedQuestion], bank: Bank, kept: Format) -> list[Judged]:
    """Each question beside what the bank holds under its code, or, if the file gives no code, under its words."""
    placed = [bank.place(question) for question in questions]
    known = known_versions([code for question in placed for code in _codes(question, bank)])
    by_words = _by_words([question for question in placed if not question.has_own_code], bank)
    return [_judged(question, bank, kept, known, by_words) for question in placed]


def _codes(question: ImportedQuestion, bank: Bank) -> tuple[str, ...]:
    """Its code, and the one that it gets here if that is taken elsewhere and was only made of its name."""
    if question.has_own_code:
        return (question.code,)
    return question.code, made_code(bank.scope, question.code)


Known = dict[str, QuestionVersion]


def known_versions(codes: Sequence[str]) -> Known:
    """The newest version of each code that the bank knows, with its content."""
    found: Known = {}
    newest = QuestionVersion.objects.newest().with_content()
    for some in batches(codes):
        found |= {version.question.code: version for version in newest.filter(question__code__in=some)}
    return found


def _by_words(questions: Sequence[ImportedQuestion], bank: Bank) -> Known:
    """Stem → version of this bank, for files that give no codes."""
    found: Known = {}
    newest = bank.versions().with_content()
    for some in batches(sorted({question.stem for question in questions})):
        found |= {version.stem: version for version in newest.filter(stem__in=some)}
    return found


def _judged(question: ImportedQuestion, bank: Bank, kept: Format, known: Known, by_words: Known) -> Judged:
    if not question.category:
        return Judged(question, Verdict.REFUSED, code="category_missing", message=_("The question has no category."))
    if len(question.category) > DEEPEST:
        message = _("Categories stand at most five levels deep.")
        return Judged(question, Verdict.REFUSED, code="category_too_deep", message=message)
    for code in _codes(question, bank):
        last = known.get(code)
        if last is None:
            return _unknown(replace(question, code=code), kept, by_words.get(question.stem))
        if bank.holds(last):
            return _compared(question, last, kept)
    message = _("A question of another course has this code.")
    return Judged(question, Verdict.REFUSED, code="code_taken", message=message)


def _unknown(question: ImportedQuestion, kept: Format, alike: QuestionVersion | None) -> Judged:
    """New, unless the very same question stands in the bank under a code that this file does not give."""
    if alike is not None and not question.has_own_code:
        again = _compared(question, alike, kept)
        if again.change == Verdict.UNCHANGED:
            return again
    return Judged(question, Verdict.NEW)


def _compared(question: ImportedQuestion, last: QuestionVersion, kept: Format) -> Judged:
    content = last.content()
    question = replace(beside(question, content, kept), code=content.code)
    is_same = question.fingerprint() == content.fingerprint()
    return Judged(question, Verdict.UNCHANGED if is_same else Verdict.NEW_VERSION, last.number)


def judged_again(question: ImportedQuestion, bank: Bank, kept: Format, last: QuestionVersion | None) -> Judged:
    """As it was judged before; its code and place are settled."""
    if last is None:
        return Judged(question, Verdict.NEW)
    if not bank.holds(last):
        raise stale()
    return _compared(question, last, kept)


def stale() -> Refused:
    """The world has moved between check and confirmation."""
    message = gettext_lazy("The question bank has changed since the file was checked. Check it again.")
    return Refused("preview_stale", message)
