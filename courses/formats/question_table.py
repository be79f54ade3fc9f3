"""Questions as rows of a table: the columns of the template and what their cells say (docs/questions.md).

The names of the columns in code are those of the first files («option_a», «correct»); people see the headings. Columns
after `points` hold what a simple question does not need, so that a bank comes back whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from courses.formats.ir import (
    ImportedQuestion,
    UnreadableQuestion,
    category_path,
    code_of,
    difficulty_of,
)
from courses.formats.markup import inert_html
from courses.formats.table_answers import READERS, TYPES, Row, told
from courses.scoring import WHOLE
from lms.vietnamese.text import clean, fold

LETTERS = "ABCDEFGHIJ"
HEADINGS = {
    "code": "Mã", "category": "Chủ đề", "type": "Dạng", "question": "Nội dung",
    **{f"option_{letter.lower()}": letter for letter in LETTERS},
    "correct": "Đáp án", "scoring": "Cách tính điểm", "feedback": "Giải thích", "difficulty": "Độ khó", "tags": "Thẻ",
    "source": "Nguồn", "check_by": "Ngày rà soát", "points": "Điểm", "name": "Tên", "format": "Kiểu chữ",
    "weights": "Trọng số", "answer_feedback": "Phản hồi từng phương án", "right_feedback": "Phản hồi khi đúng",
    "partial_feedback": "Phản hồi khi đúng một phần", "wrong_feedback": "Phản hồi khi sai", "limits": "Số từ",
}  # fmt: skip
"""Column → heading in the template. Words of a file: the same whatever language the screen speaks."""
TEMPLATE = tuple(HEADINGS)[: tuple(HEADINGS).index("points") + 1]
NEEDED = ("type", "question", "correct")
_ALSO = {"ten cau hoi": "name", "cau hoi": "question", "dap an dung": "correct", "diem so": "points", "loai": "type"}
_COLUMNS = {fold(heading): name for name, heading in HEADINGS.items()} | {name: name for name in HEADINGS} | _ALSO
_FORMATS = {"": "plain", "van ban": "plain", "plain": "plain", "markdown": "markdown", "html": "html"}
_MOST_POINTS = 1000
_WHOLE_FEEDBACK = {"right_feedback": "right", "partial_feedback": "partial", "wrong_feedback": "wrong"}


def columns(titles: Sequence[str]) -> list[str]:
    """The names of the columns; "" for one that nobody knows.

    Raises UnreadableQuestion: columns_missing, column_twice.
    """
    names = [_COLUMNS.get(clean(title).casefold()) or _COLUMNS.get(fold(title), "") for title in titles]
    missing = [HEADINGS[name] for name in NEEDED if name not in names]
    if missing:
        raise UnreadableQuestion("columns_missing", _("Columns are missing: %(names)s") % {"names": ", ".join(missing)})
    twice = next((name for name in names if name and names.count(name) > 1), "")
    if twice:
        raise UnreadableQuestion("column_twice", _("A column stands twice: %(name)s") % {"name": HEADINGS[twice]})
    return names


def question_of(line: int, row: Row) -> ImportedQuestion:
    """The question of a row. Raises UnreadableQuestion."""
    kept = _format(row)
    inert = inert_html(row.get("question", "")) if kept == "html" else None
    stem = inert.text if inert else row.get("question", "").strip()
    if not stem:
        raise UnreadableQuestion("no_stem", _("The question has no words."))
    word = row.get("type", "").strip()
    type_ = TYPES.get(fold(word))
    if type_ is None:
        raise UnreadableQuestion(
            "type_unsupported", _("There is no type of question “%(word)s”.") % {"word": word[:60]}
        )
    own, name = clean(row.get("code", "")), clean(row.get("name", ""))
    code = code_of(own, "", stem)
    reading = READERS[type_](code, row)
    tags, difficulty = _tags(row)
    return ImportedQuestion(
        code=code, name=name, type=type_, stem=stem, stem_format=kept, options=tuple(reading.options), key=reading.key,
        feedback=_feedback(row, type_) | reading.feedback, category=category_path(row.get("category", "")), tags=tags,
        difficulty=difficulty, source=row.get("source", "").strip(), check_by=_day(row), points=_points(row), line=line,
        settings=reading.settings, notes=(*(inert.notes if inert else ()), *reading.notes), has_own_code=bool(own),
    )  # fmt: skip


def _format(row: Row) -> str:
    word = fold(row.get("format", ""))
    if word not in _FORMATS:
        raise UnreadableQuestion("bad_format", _("The kind of text is plain, Markdown or HTML."))
    return _FORMATS[word]


def _feedback(row: Row, type_: str) -> dict[str, object]:
    """General, right, partial, wrong. The explanation of an essay is for the marker, and stands in the key."""
    said = {name: row.get(column, "").strip() for column, name in _WHOLE_FEEDBACK.items()}
    general = row.get("feedback", "").strip()
    if type_ != "essay":
        said["general"] = general
    return {name: text for name, text in said.items() if text}


def _tags(row: Row) -> tuple[tuple[str, ...], int]:
    """The tags, and the difficulty: a number from 1 to 5, or a level as a word, which is a tag as well."""
    tags = [clean(tag) for tag in row.get("tags", "").replace(",", ";").split(";") if tag.strip()]
    level = clean(row.get("difficulty", ""))
    if level and level not in ("1", "2", "3", "4", "5"):
        if not difficulty_of([level], 0):
            raise UnreadableQuestion("bad_difficulty", _("The difficulty is a number from 1 to 5."))
        tags.append(level)
    tags = list(dict.fromkeys(tags))
    return tuple(tags), int(level) if level.isdecimal() else difficulty_of(tags)


def _day(row: Row) -> str:
    """ISO; the file says dd/mm/yyyy, or a date of the spreadsheet."""
    given = clean(row.get("check_by", ""))
    if not given:
        return ""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(given, pattern).date().isoformat()  # noqa: DTZ007 - a day of the calendar
        except ValueError:
            continue
    raise UnreadableQuestion("bad_date", _("A date is written day/month/year."))


def _points(row: Row) -> int:
    """The points of a row in 1/10,000; 1 if it says nothing."""
    try:
        points = Decimal(row.get("points", "").strip().replace(",", ".") or "1")
    except InvalidOperation as error:
        raise UnreadableQuestion("bad_number", _("A number cannot be read.")) from error
    if not (points.is_finite() and 0 < points <= _MOST_POINTS and int(points * WHOLE)):
        raise UnreadableQuestion("bad_number", _("A number cannot be read."))
    return int(points * WHOLE)


# --- out --------------------------------------------------------------------------------------------------------------

_TYPE_WORDS = {
    "single": "Một đáp án", "multiple": "Nhiều đáp án", "true_false": "Đúng sai", "matching": "Ghép đôi",
    "ordering": "Sắp xếp", "short_text": "Trả lời ngắn", "numeric": "Số", "essay": "Tự luận",
}  # fmt: skip
_FORMAT_WORDS = {"plain": "", "markdown": "Markdown", "html": "HTML"}


def row_of(question: ImportedQuestion) -> dict[str, str]:
    """The cells of a question by column; what is empty is not there."""
    points = f"{(Decimal(question.points) / WHOLE).normalize():f}".replace(".", ",")
    feedback = question.feedback
    cells = {
        "code": question.code, "category": " / ".join(name.replace("/", "//") for name in question.category),
        "type": _TYPE_WORDS[question.type], "question": question.stem, "difficulty": str(question.difficulty),
        "tags": "; ".join(question.tags), "source": question.source, "points": points, "name": question.name,
        "check_by": f"{date.fromisoformat(question.check_by):%d/%m/%Y}" if question.check_by else "",
        "format": _FORMAT_WORDS[question.stem_format], "feedback": feedback.get("general", ""),
    }  # fmt: skip
    cells |= {column: feedback.get(name, "") for column, name in _WHOLE_FEEDBACK.items()}
    cells |= told(question)
    return {name: value for name, value in cells.items() if value}
