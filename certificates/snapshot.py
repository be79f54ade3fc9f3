"""What is printed on a certificate, frozen when it is issued: nothing on the paper is ever joined live.

`Facts` is what the issuing verb knows; `Snapshot.of` puts it into the words of the paper (domain.md §9, §13). The
words themselves are kept beside the dates, so that no later change of wording changes an issued file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal

from certificates.codes import printed
from lms.vietnamese.text import clean, clean_name
from lms.web.formatting import long_date, paper_date

SCHEMA = 1
DEMO_NOTICE = "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ SỬ DỤNG"
TEST_NOTICE = "CHỮ KÝ THỬ NGHIỆM – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

_STATEMENTS = {
    "completion": "Đã hoàn thành khóa bồi dưỡng, tập huấn",
    "participation": "Đã tham dự khóa bồi dưỡng, tập huấn",
    "confirmation": "Đã được cấp giấy chứng nhận hoàn thành khóa bồi dưỡng, tập huấn",
}
_LEADS = {
    "completion": "Chứng nhận Ông/Bà",
    "participation": "Chứng nhận Ông/Bà",
    "confirmation": "Xác nhận Ông/Bà",
}
_VIEW_NOTICES = {
    "external": "BẢN CHƯA KÝ – tra cứu tại {address}",
    "test": "BẢN CHƯA KÝ – tra cứu tại {address}",
    "paper": "Bản điện tử để tra cứu tại {address}",
}

Kind = Literal["completion", "participation", "confirmation"]
SigningWay = Literal["paper", "external", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a certificate says, before it is put into words. Days are inclusive; `study_periods` in tiết.

    `birth` is a day, or a text where only the year is known. `host` is the address without a path, such as
    «https://taphuan.example.vn». `note` is a sentence of its own, such as which number this one replaces.
    """

    kind: Kind = "completion"
    superior: str
    issuer: str
    title: str = "Giấy chứng nhận"
    person: str
    birth: date | str | None
    position: str
    workplace: str
    course: str
    study_periods: int
    started_on: date
    ended_on: date
    form: str
    result: str
    decision_no: str
    decision_on: date | None
    place: str
    issued_on: date
    authority: str
    signer_title: str
    signer: str
    number: int
    code: str
    host: str
    signing: SigningWay = "paper"
    note: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One certificate as printed. Days are ISO texts, `…_text` are the words on the paper, all of it NFC.

    `verify_url` is in capitals (the QR stays small), `address_text` is the same page as a person would type it.
    """

    schema: int
    kind: str
    superior: str
    issuer: str
    title: str
    lead_text: str
    person: str
    birth_text: str
    position: str
    workplace: str
    statement: str
    course: str
    study_periods: int
    started_on: str
    ended_on: str
    span_text: str
    form: str
    result: str
    decision_no: str
    decision_on: str
    decision_text: str
    place: str
    issued_on: str
    issued_text: str
    authority: str
    signer_title: str
    signer: str
    number: int
    year: int
    number_text: str
    code: str
    code_text: str
    verify_url: str
    address_text: str
    view_text: str
    notice_text: str
    note: str
    demo: bool

    @classmethod
    def of(cls, facts: Facts) -> Snapshot:
        """The facts in the words of the paper."""
        host = facts.host.rstrip("/")
        address = f"{host.split('://', 1)[-1].lower()}/c"
        given: dict[str, Any] = {
            field.name: getattr(facts, field.name) for field in fields(cls) if hasattr(facts, field.name)
        }
        words: dict[str, Any] = {
            "schema": SCHEMA,
            "person": clean_name(facts.person),
            "signer": clean_name(facts.signer),
            "birth_text": facts.birth.strftime("%d/%m/%Y") if isinstance(facts.birth, date) else facts.birth or "",
            "lead_text": _LEADS[facts.kind],
            "statement": _STATEMENTS[facts.kind],
            "started_on": facts.started_on.isoformat(),
            "ended_on": facts.ended_on.isoformat(),
            "span_text": span_in_words(facts.started_on, facts.ended_on),
            "decision_on": facts.decision_on.isoformat() if facts.decision_on else "",
            "decision_text": _decision(facts.decision_no, facts.decision_on),
            "issued_on": facts.issued_on.isoformat(),
            "issued_text": f"{facts.place}, {long_date(facts.issued_on)}",
            "year": facts.issued_on.year,
            "number_text": f"{facts.number:02d}/{facts.issued_on.year}",
            "code_text": printed(facts.code),
            "verify_url": f"{host}/C/{facts.code}".upper(),
            "address_text": address,
            "view_text": _VIEW_NOTICES[facts.signing].format(address=f"{address}/{facts.code}"),
            "notice_text": _notice(facts),
        }
        cleaned: dict[str, Any] = {
            name: clean(value) if isinstance(value, str) else value for name, value in {**given, **words}.items()
        }
        return cls(**cleaned)

    @classmethod
    def from_json(cls, data: str | bytes | dict[str, Any]) -> Snapshot:
        """The snapshot of stored JSON, or of the object that a JSON column gives back.

        Raises ValueError when fields are missing, unknown or of another schema.
        """
        values = data if isinstance(data, dict) else json.loads(data)
        if not isinstance(values, dict) or set(values) != {field.name for field in fields(cls)}:
            raise ValueError("not a certificate's snapshot: fields are missing or unknown")
        if values["schema"] != SCHEMA:
            raise ValueError(f"a snapshot of schema {values['schema']}, not {SCHEMA}")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """What a JSON column stores; its canonical form is `to_json`."""
        return asdict(self)

    def to_json(self) -> bytes:
        """Canonical: UTF-8, sorted keys, no spaces. The hash hangs on these bytes."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def sha256(self) -> str:
        return hashlib.sha256(self.to_json()).hexdigest()


def span_in_words(first: date, last: date) -> str:
    """«từ ngày 02 tháng 3 đến ngày 05 tháng 3 năm 2026»; both years when they differ, one day as one day."""
    if first == last:
        return long_date(first)
    begin = long_date(first)
    if first.year == last.year:
        begin = begin.removesuffix(f" năm {first.year}")
    return f"từ {begin} đến {long_date(last)}"


def _decision(number: str, on: date | None) -> str:
    """«Quyết định số 12/QĐ-SVHTTDL ngày 27/02/2026», nothing without a number."""
    if not number:
        return ""
    return f"Quyết định số {number}" + (f" ngày {paper_date(on)}" if on else "")


def _notice(facts: Facts) -> str:
    notices = [text for text, due in ((DEMO_NOTICE, facts.demo), (TEST_NOTICE, facts.signing == "test")) if due]
    return " · ".join(notices)
