"""What stands around the text of an official paper: Decree 30/2020/NĐ-CP, Appendix I. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lms.papers.table import plain
from lms.vietnamese.written import long_date

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DEMONSTRATION = "DỮ LIỆU MINH HỌA"
RECIPIENTS = "Nơi nhận:"
ADDRESSED = "Kính gửi:"
END = "./."

_BLANK = "……"
_SHORT = re.compile(r"^\d(?=/)")


@dataclass(frozen=True, slots=True)
class Signer:
    """`authority` is the line above the title, such as «KT. GIÁM ĐỐC»; no name, no signature is ever made up."""

    title: str
    authority: str = ""
    name: str = ""

    def lines(self) -> tuple[str, ...]:
        """In capitals, over the room for the signature."""
        return tuple(plain(line).upper() for line in (self.authority, self.title) if line)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts of a paper that are not its text; what is empty is left out, or left as a dotted blank to be filled in.

    `superior` and `issuer` stand left, `place` and day right. `kind` («BÁO CÁO») and `abstract` head a paper with a
    name; a letter has none, but a `subject` («đôn đốc …», printed after «V/v») and `addressed_to`. `number` is
    «05/BC-SVHTTDL», or «/BC-SVHTTDL» while it has none.
    """

    issuer: str
    superior: str = ""
    number: str = ""
    place: str = ""
    dated_on: date | None = None
    kind: str = ""
    abstract: str = ""
    subject: str = ""
    addressed_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer: Signer | None = None

    @property
    def number_line(self) -> str:
        """«Số: 05/BC-SVHTTDL»: numbers under 10 with a zero; dots for what is not given."""
        number, _slash, symbol = plain(self.number).partition("/")
        number = number.strip() or _BLANK
        return f"Số: {_SHORT.sub(lambda digit: '0' + digit[0], f'{number}/{symbol.strip() or _BLANK}')}"

    @property
    def date_line(self) -> str:
        """«Lâm Đồng, ngày 05 tháng 3 năm 2026», or with dots for a day that is not given."""
        day = f"ngày {_BLANK} tháng {_BLANK} năm {_BLANK}" if self.dated_on is None else long_date(self.dated_on)
        return f"{plain(self.place)}, {day}" if self.place else day.capitalize()

    @property
    def subject_line(self) -> str:
        """«V/v đôn đốc lập danh sách», under the number of a letter."""
        return f"V/v {plain(self.subject)}" if self.subject else ""

    @property
    def title(self) -> str:
        """For the properties of the file: kind and abstract in one line."""
        return " ".join(plain(part).replace("\n", " ") for part in (self.kind, self.abstract or self.subject) if part)

    def addressed_lines(self) -> tuple[str, ...]:
        """One body after «Kính gửi:», or several, each on its line."""
        bodies = [plain(body).rstrip(";.") for body in self.addressed_to]
        if len(bodies) < 2:
            return tuple(f"{ADDRESSED} {body}" for body in bodies)
        return (ADDRESSED, *_listed(bodies))

    def recipient_lines(self) -> tuple[str, ...]:
        """The list under «Nơi nhận:»."""
        return tuple(_listed([plain(body).rstrip(";.") for body in self.recipients]))


def _listed(bodies: list[str]) -> list[str]:
    return [f"- {body}{';' if place < len(bodies) else '.'}" for place, body in enumerate(bodies, start=1)]


def balanced(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """As few lines as `room` needs, of like length: «ỦY BAN NHÂN DÂN | TỈNH LÂM ĐỒNG», not one word left over.

    Two lines part after a comma if they can: «SỞ VĂN HÓA, | THỂ THAO VÀ DU LỊCH».
    """
    words = text.split(" ")
    best = _greedy(words, room, measure)
    if len(best) == 1:
        return best
    first, comma, rest = text.partition(", ")
    if len(best) == 2 and comma and max(measure(first + ","), measure(rest)) <= room:
        return [first + ",", rest]
    for width in sorted({measure(" ".join(words[:end])) for end in range(1, len(words) + 1)}):
        tried = _greedy(words, width, measure)
        if width <= room and len(tried) == len(best) and max(map(measure, tried)) <= width:
            return tried
    return best


def _greedy(words: list[str], room: float, measure: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and measure(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
