"""Contexts of the components: for the style guide, the render test and the accessibility check. Invented people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict


@dataclass(frozen=True)
class Sample:
    """A component and the contexts that show its range."""

    name: str
    contexts: tuple[dict[str, Any], ...]

    @property
    def template(self) -> str:
        """The file it stands in."""
        return f"components/{self.name}.html"


_LONG = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh"
_FIGURES: tuple[dict[str, Any], ...] = ({"label": "Đơn vị"}, {"label": "Thuộc diện", "num": True},
            {"label": "Đã bồi dưỡng", "num": True}, {"label": "Tỷ lệ", "num": True})  # fmt: skip


def _row(name: str, headcount: int, trained: int) -> list[Any]:
    """One agency of the sample table."""
    return [
        {"text": name, "href": "#"},
        {"text": headcount, "num": True, "label": "Thuộc diện"},
        {"text": trained, "num": True, "label": "Đã bồi dưỡng", "href": "#"},
        {"part": trained, "whole": headcount, "num": True, "label": "Tỷ lệ"},
    ]


SAMPLES: tuple[Sample, ...] = (
    Sample("button", (
        {"label": "Học tiếp", "kind": "primary", "href": "#", "icon": "arrow"},
        {"label": "Lưu"},
        {"label": "Xuất Excel", "href": "#", "icon": "download"},
        {"label": "Rút đăng ký", "kind": "danger", "confirm": "Bạn có chắc chắn muốn rút đăng ký?"},
        {"label": "Bỏ qua", "kind": "quiet", "small": True},
    )),
    Sample("file_buttons", ({"label": "Tải Biểu 01:", "action": "#"},)),
    Sample("link", (
        {"label": "Tài liệu bài 2", "href": "#", "icon": "file", "note": "PDF, 1,2 MB"},
        {"label": "Trang này", "href": "#", "current": True},
    )),
    Sample("card", (
        {"title": "Viết tin cho đài truyền thanh cấp xã", "accent": True, "meta": ["Bài 3/8", "15 phút"],
         "text": "Cấu trúc một bản tin ngắn, dễ hiểu, đúng thẩm quyền.", "action": "Học tiếp", "action_href": "#"},
        {"title": "Kỹ năng người phát ngôn", "href": "#", "badge": "Đang mở", "badge_kind": "good",
         "meta": ["16 tiết", "Kết hợp", "Hạn 05/03/2026"]},
    )),
    Sample("badge", (
        {"label": "Đạt", "kind": "good", "icon": "check"}, {"label": "Chậm tiến độ", "kind": "warn"},
        {"label": "Đã thu hồi", "kind": "bad"}, {"label": "Chưa lập danh sách", "kind": "quiet"},
        {"label": "Chờ duyệt", "kind": "info"}, {"label": "12 tiết"},
    )),
    Sample("alert", (
        {"text": "Đã lưu danh sách: thêm 5 người, bỏ 1 người.", "kind": "good"},
        {"text": "Còn 2 ngày đến hạn cử học viên.", "kind": "warn", "href": "#", "action": "Cử học viên"},
        {"title": "Không lưu được dòng 7", "text": "Ngày sinh không hợp lệ.", "kind": "bad"},
        {"text": "Bài kiểm tra cuối khóa mở từ 08:00 05/03/2026."},
    )),
    Sample("field", (
        {"label": "Họ và tên", "name": "name", "value": "Nguyễn Thị Lan", "required": True, "autocomplete": "name"},
        {"label": "Số điện thoại di động", "name": "phone", "value": "12", "inputmode": "tel",
         "help": "Mười chữ số, bắt đầu bằng 0.", "error": "Số điện thoại không đúng."},
        {"label": "Nhóm đối tượng", "name": "group", "value": "editor",
         "options": [{"value": "", "label": "Tất cả"}, {"value": "editor", "label": "Biên tập viên"}]},
    )),
    Sample("table", (
        {"caption": "Tỷ lệ đã qua bồi dưỡng năm 2026", "columns": _FIGURES, "cards": True,
         "rows": [_row("Báo Bình Thuận", 24, 16), _row(_LONG, 3, 3), _row("Ủy ban nhân dân xã Tuy Phong", 9, 0)],
         "total": [{"text": "Tổng cộng"}, {"text": 36, "num": True, "label": "Thuộc diện"},
                   {"text": 19, "num": True, "label": "Đã bồi dưỡng"},
                   {"part": 19, "whole": 36, "num": True, "label": "Tỷ lệ"}]},
    )),
    Sample("pagination", (
        {"page": Paginator(range(250), 50).page(2), "query": QueryDict("group=editor")},
        {"page": Paginator(range(1), 50).page(1), "query": QueryDict("")},
    )),
    Sample("breadcrumb", ({"items": [{"label": "Khóa học", "href": "#"}, {"label": "Truyền thông chính sách"}]},)),
    Sample("progress", (
        {"label": "Bài đã học", "part": 2, "whole": 3}, {"label": "Số tiết có mặt", "part": 0, "whole": 12},
        {"label": "Danh sách", "part": 0, "whole": 0, "note": "Chưa lập danh sách"},
    )),
    Sample("trend", (
        {"caption": "Tỷ lệ đã qua bồi dưỡng qua các năm", "firm_label": "Đã chốt", "open_label": "Đang tính",
         "when_label": "Kỳ", "count_label": "Đã bồi dưỡng / thuộc diện", "rate_label": "Tỷ lệ",
         "points": [
             {"label": "Năm 2023", "short": "2023", "part": 0, "whole": 0, "note": "Chưa thành lập"},
             {"label": "Năm 2024", "short": "2024", "part": 7, "whole": 9, "is_firm": True, "href": "#"},
             {"label": "Năm 2025", "short": "2025", "part": 9, "whole": 9, "is_firm": True},
             {"label": "Quý I năm 2026", "short": "2026", "over": "I", "part": 12, "whole": 18}]},
    )),
    Sample("stat", (
        {"label": "Thuộc diện bồi dưỡng", "value": "1.284", "note": "124 đơn vị", "href": "#"},
        {"label": "Tỷ lệ đã qua bồi dưỡng", "value": "66,7%", "part": 856, "whole": 1284, "note": "chỉ tiêu 80%"},
    )),
    Sample("empty_state", (
        {"title": "Chưa có lớp nào mở", "text": "Lớp mới được thông báo tại đây và qua đầu mối của đơn vị.",
         "action": "Xem các khóa học", "href": "#"},
    )),
    Sample("dialog", (
        {"id": "sample-dialog", "title": "Nộp bài?", "text": "Bạn đã trả lời 9/10 câu.", "yes": "Nộp bài",
         "action": "#"},
    )),
    Sample("tabs", (
        {"label": "Lớp", "items": [{"label": "Điểm danh", "href": "#", "current": True, "count": 118},
                                   {"label": "Bài thu hoạch", "href": "#", "count": 0},
                                   {"label": "Thông tin lớp", "href": "#", "count": None}]},
    )),
    Sample("person", (
        {"name": "Nguyễn Thị Lan", "href": "#", "position": "Phóng viên", "agency": "Báo Bình Thuận"},
        {"name": "K’ Brêm"},
    )),
    Sample("agency", (
        {"name": _LONG, "href": "#", "kind": "Cơ quan cấp tỉnh"},
        {"name": "Sở Thông tin và Truyền thông", "until": date(2025, 3, 1),
         "successor": "Sở Văn hóa, Thể thao và Du lịch"},
    )),
)  # fmt: skip
