"""A question as it stands on a page, and an answer in words; nothing here knows a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.bank import Option, QuestionPicture, QuestionVersion, StemFormat
from courses.scoring import understood
from lms.prepared import prepared
from lms.uploads.pictures import WIDTHS
from lms.web.markup import clean_html, markdown_to_html

Order = Sequence[tuple[str, str]]

_RULES: dict[str, Promise] = {
    "single": _("Choose one answer."),
    "multiple": _("Choose every right answer. A wrong choice takes away from the right ones."),
    "multiple:all_or_nothing": _("Choose every right answer. Only the complete set counts."),
    "true_false": _("Choose True or False."),
    "matching": _("Choose the match for each line. Each right pair counts."),
    "ordering": _("Number the lines from 1 to the last; each number once."),
    "short_text": _("Write a short answer. Capital letters and extra spaces do not matter."),
    "numeric": _("Write a number; 85,5 and 85.5 are the same."),
    "essay": _("Write your answer. A trainer reads it."),
}


@dataclass(frozen=True)
class Shown:
    """A picture on the page: its address at a phone's width and at twice that, its measures at the first."""

    src: str
    wide: str
    alt: str
    width: int
    height: int


Pictures = Mapping[str, Sequence[Shown]]
"""By the uid of the option; "" is the stem."""
NONE: Pictures = {}


@dataclass(frozen=True)
class Choice:
    """An option on the page. `number` is its place in an ordering; `match` the uid chosen for a left side."""

    uid: str
    text: str
    is_chosen: bool = False
    number: int | None = None
    match: str = ""
    picture: Shown | None = None


@dataclass(frozen=True)
class Asked:
    """A question ready to be shown, with what was answered so far; nothing of the key."""

    type: str
    stem: str
    stem_html: str
    rule: Promise
    choices: tuple[Choice, ...] = ()
    rights: tuple[Choice, ...] = ()
    unit: str = ""
    limits: str = ""
    text: str = ""
    understood: str = ""
    is_true: bool = False
    is_false: bool = False
    pictures: Sequence[Shown] = ()
    most_files: int = 0

    @property
    def has_pictures(self) -> bool:
        """Whether an option shows one."""
        return any(choice.picture for choice in self.choices)


def stem_html(stem: str, stem_format: str) -> str:
    """Clean HTML of a stem; empty for plain text, which the page breaks into lines itself."""
    if stem_format == StemFormat.MARKDOWN:
        return markdown_to_html(stem)
    return clean_html(stem) if stem_format == StemFormat.HTML else ""


@prepared
def _placed(versions: list[int]) -> Any:
    rows = QuestionPicture.objects.filter(version__in=versions).order_by("version", "place")
    return rows.values_list("pk", "version_id", "option", "alt", "picture__width", "picture__height")


def pictures_of(versions: Sequence[int], address: Callable[[int, int], str]) -> Mapping[int, Pictures]:
    """The pictures of these versions; `address` makes one of the row and a width. One query."""
    found: dict[int, dict[str, list[Shown]]] = {}
    for pk, version_id, option, alt, width, height in _placed(list(versions)) if versions else ():
        shown_width = min(WIDTHS[0], width)
        shown_height = max(1, height * shown_width // width)
        picture = Shown(address(pk, WIDTHS[0]), address(pk, WIDTHS[1]), alt, shown_width, shown_height)
        found.setdefault(version_id, {}).setdefault(str(option) if option else "", []).append(picture)
    return found


def ask_all(asked: Sequence[tuple[int, Order]], address: Callable[[int, int], str]) -> list[Asked]:
    """Questions of a paper (version, order of its options) as they are shown before anything is answered."""
    ids = [version_id for version_id, _order in asked]
    versions = QuestionVersion.objects.in_bulk(ids)
    rows = Option.objects.filter(version__in=ids).values_list("uid", "text")
    texts, pictures = {str(uid): text for uid, text in rows}, pictures_of(ids, address)
    return [ask(versions[pk], order, texts, None, pictures.get(pk, NONE)) for pk, order in asked]


def ask(
    version: QuestionVersion,
    order: Order,
    texts: Mapping[str, str],
    value: Mapping[str, Any] | None,
    pictures: Pictures = NONE,
) -> Asked:
    """`order` is the slot's, `texts` the words of the options by uid, `value` what was answered so far."""
    type_, given = version.type, value or {}
    rule = _RULES.get(f"{type_}:{version.settings.get('rule')}", _RULES[type_])
    chosen = {given.get("choice"), *given.get("choices", [])}
    numbers = {uid: place for place, uid in enumerate(given.get("order", []), start=1)}
    pairs = given.get("pairs", {})
    shown = [
        (
            side,
            Choice(
                uid,
                texts[uid],
                uid in chosen,
                numbers.get(uid),
                pairs.get(uid, ""),
                next(iter(pictures.get(uid, ())), None),
            ),
        )
        for uid, side in order
    ]
    return Asked(
        type=type_,
        stem=version.stem,
        stem_html=stem_html(version.stem, version.stem_format),
        rule=rule,
        choices=tuple(choice for side, choice in shown if side != "right"),
        rights=tuple(choice for side, choice in shown if side == "right"),
        unit=version.settings.get("unit", ""),
        limits=limits_of(version.settings),
        text=given.get("text", ""),
        understood=understood(type_, value),
        is_true=given.get("answer") is True,
        is_false=given.get("answer") is False,
        pictures=pictures.get("", ()),
        most_files=int(version.settings.get("files", 0)),
    )


def limits_of(settings: Mapping[str, Any]) -> str:
    """How long an essay should be; empty if its author did not say."""
    limits = {"least": settings.get("words_min"), "most": settings.get("words_max")}
    if limits["least"] and limits["most"]:
        return gettext("From %(least)s to %(most)s words.") % limits
    if limits["least"]:
        return gettext("At least %(least)s words.") % limits
    return gettext("At most %(most)s words.") % limits if limits["most"] else ""


def in_words(type_: str, value: Mapping[str, Any] | None, texts: Mapping[str, str]) -> list[str | Promise]:
    """What was answered, one line a piece; empty for no answer."""
    given = value or {}
    if "answer" in given:
        return [_("True") if given["answer"] else _("False")]
    if "pairs" in given:
        return [f"{texts[left]} → {texts[right]}" for left, right in given["pairs"].items()]
    if "text" in given:
        return [given["text"]] if given["text"] else []
    uids = [given["choice"]] if "choice" in given else given.get("choices", given.get("order", []))
    return [texts[uid] for uid in uids]
