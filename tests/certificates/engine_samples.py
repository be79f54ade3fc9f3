"""One certificate for the tests of the engine, and the default design frozen once for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from certificates.codes import check_character
from certificates.engine.design import default_layout
from certificates.engine.freeze import freeze
from certificates.engine.frozen import Frozen
from certificates.snapshot import Facts, Snapshot

AT = datetime(2026, 3, 5, 3, 15, tzinfo=UTC)
BODY = "7K2MQ9XT4B0HW3ZC"
CODE = BODY + check_character(BODY)


def facts(**changes: object) -> Facts:
    values = {
        "superior": "Ủy ban nhân dân tỉnh Bình Thuận",
        "issuer": "Sở Văn hóa, Thể thao và Du lịch",
        "person": "Nguyễn Thị Phượng",
        "birth": date(1990, 2, 5),
        "position": "Phóng viên",
        "workplace": "Báo Bình Thuận",
        "course": "Kỹ năng truyền thông chính sách trên nền tảng số cho phóng viên, biên tập viên",
        "study_periods": 24,
        "started_on": date(2026, 3, 2),
        "ended_on": date(2026, 3, 5),
        "form": "Trực tiếp",
        "result": "Đạt loại Khá",
        "decision_no": "12/QĐ-SVHTTDL",
        "decision_on": date(2026, 2, 27),
        "place": "Bình Thuận",
        "issued_on": date(2026, 3, 5),
        "authority": "KT. Giám đốc",
        "signer_title": "Phó Giám đốc",
        "signer": "Trần Văn An",
        "number": 5,
        "code": CODE,
        "host": "https://taphuan.example.vn",
        "signing": "external",
    }
    return Facts(**{**values, **changes})  # type: ignore[arg-type]  # the test names fields of Facts


def snapshot(**changes: object) -> Snapshot:
    return Snapshot.of(facts(**changes))


@cache
def frozen() -> Frozen:
    return freeze(default_layout())
