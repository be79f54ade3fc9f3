"""What keeps a lesson from being published, and what its author should know before (learning.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cms.weighing import CONFIRM_ABOVE, IMAGE_LIMIT, REFUSE_ABOVE, WARN_ABOVE, Weight, weigh
from courses.self_checks import graded_among
from lms.refusal import Refused
from lms.web.formatting import file_size

if TYPE_CHECKING:
    from cms.models import LessonPage


@dataclass(frozen=True)
class Problem:
    """A stable code and a sentence that says where; an error keeps the lesson from being published."""

    code: str
    message: str
    is_error: bool = True


def problems(page: LessonPage, weight: Weight | None = None) -> list[Problem]:
    """Errors first. One query, and one more where the lesson has exercises."""
    weight = weigh(page.body) if weight is None else weight
    found = [*_of_blocks(page.body), *_of_exercises(page), *_of_weight(weight, is_confirmed=page.is_heavy_on_purpose)]
    return sorted(found, key=lambda problem: not problem.is_error)


def require_publishable(page: LessonPage) -> None:
    """Raises Refused with the first error: alt_missing, transcript_missing, citation_undated, key_in_lesson,
    heavy_unconfirmed, too_heavy."""
    errors = [problem for problem in problems(page) if problem.is_error]
    if errors:
        raise Refused(errors[0].code, " ".join(problem.message for problem in errors), status=422)


def _of_blocks(body: Iterable[Any]) -> Iterator[Problem]:
    for place, block in enumerate(body, start=1):
        value = block.value
        if block.block_type == "image" and _lacks_words(value.get("image")):
            yield Problem(
                "alt_missing",
                _("Block %(place)s: say what the picture shows, or mark it as decoration.") % {"place": place},
            )
        if block.block_type in ("audio", "video") and not _text(value.get("transcript")):
            yield Problem(
                "transcript_missing", _("Block %(place)s: the recording has no transcript.") % {"place": place}
            )
        if block.block_type == "citation" and not value.get("check_by"):
            words = {"place": place, "document": value.get("document") or ""}
            yield Problem(
                "citation_undated", _("Block %(place)s: say by when %(document)s is to be checked again.") % words
            )


def _lacks_words(image: Any) -> bool:
    if image is None:
        return False
    return not getattr(image, "decorative", False) and not (getattr(image, "contextual_alt_text", "") or "").strip()


def _text(rich: Any) -> str:
    """The words of a rich text, without its tags; enough to tell whether there are any."""
    source = getattr(rich, "source", "") or ""
    return "".join(part.partition(">")[2] for part in f">{source}".split("<")).strip()


def _of_exercises(page: LessonPage) -> Iterator[Problem]:
    codes = [block.value.get("code") or "" for block in page.body if block.block_type == "self_check"]
    for code in sorted(graded_among(codes)) if codes else []:
        yield Problem(
            "key_in_lesson", _("Question %(code)s belongs to a graded test, so no lesson may show it.") % {"code": code}
        )


def _of_weight(weight: Weight, *, is_confirmed: bool) -> Iterator[Problem]:
    words = {"size": file_size(weight.at_once), "most": file_size(WARN_ABOVE)}
    if weight.at_once > REFUSE_ABOVE:
        words["most"] = file_size(REFUSE_ABOVE)
        yield Problem("too_heavy", _("The lesson weighs %(size)s; more than %(most)s is not published.") % words)
    elif weight.at_once > CONFIRM_ABOVE and not is_confirmed:
        yield Problem(
            "heavy_unconfirmed",
            _("The lesson weighs %(size)s. Make it lighter, or tick “Heavy on purpose”.") % words,
        )
    elif weight.at_once > WARN_ABOVE:
        sentence = _("The lesson weighs %(size)s; up to %(most)s is light enough for a weak network.") % words
        yield Problem("heavy", sentence, is_error=False)
    if weight.heaviest_image > IMAGE_LIMIT:
        words = {"size": file_size(weight.heaviest_image), "most": file_size(IMAGE_LIMIT)}
        yield Problem(
            "image_heavy", _("A picture weighs %(size)s on a phone; up to %(most)s is good.") % words, is_error=False
        )
