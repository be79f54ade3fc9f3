"""What the template says to the person who fills it in: two examples and a note for each column. Words of a file."""

from __future__ import annotations

_ASIDE = "(Câu ví dụ: xóa dòng này trước khi nhập.)"
EXAMPLES = (
    {
        "code": "VD-001", "category": "Ví dụ / Bài 1", "type": "Một đáp án",
        "question": f"Ai chịu trách nhiệm công khai quyết định? {_ASIDE}",
        "option_a": "Cơ quan ban hành quyết định", "option_b": "Doanh nghiệp được thuê", "option_c": "Người dân",
        "correct": "A", "feedback": "Cơ quan ban hành chủ động công khai.", "difficulty": "1", "tags": "bai-1",
        "source": "Tài liệu bài 1", "check_by": "31/12/2026", "points": "1",
    },
    {
        "code": "VD-002", "category": "Ví dụ / Bài 1", "type": "Nhiều đáp án",
        "question": f"Những việc nào cần làm trước khi đăng tin? {_ASIDE}",
        "option_a": "Kiểm tra nguồn", "option_b": "Hỏi người có thẩm quyền", "option_c": "Đăng ngay để kịp",
        "correct": "A, B", "difficulty": "2", "points": "1",
    },
)  # fmt: skip
NOTES = {
    "code": "Không bắt buộc. Mã riêng của câu, tối đa 60 ký tự. Nhập lại cùng mã là cập nhật chính câu đó.",
    "category": "Ngăn của ngân hàng, tối đa 5 cấp, cách nhau bằng “ / ”. Để trống: ngăn của khóa học.",
    "type": "Một đáp án, Nhiều đáp án, Đúng sai, Ghép đôi, Sắp xếp, Trả lời ngắn, Số, Tự luận.",
    "question": "Bắt buộc. Nội dung câu hỏi.",
    "option_a": "A đến J: các phương án. Câu ghép đôi: “trái => phải”; “=> phải” là phương án gây nhiễu.",
    "correct": "Chữ cái của phương án đúng: “A” hoặc “A, C”. Sắp xếp: thứ tự đúng “B D A C”. Đúng sai: “Đúng”, “Sai”."
    " Trả lời ngắn: các câu trả lời chấp nhận, cách nhau bằng “|”. Số: “20”, “20±0,5” hoặc “19..21”."
    " Ghép đôi, tự luận: để trống.",
    "scoring": "Để trống là cách tính thường dùng. “đủ mới tính”: phải chọn đủ và đúng."
    " Trả lời ngắn: “bỏ dấu”, “i = y”.",
    "feedback": "Lời giải thích sau khi công bố đáp án. Câu tự luận: hướng dẫn cho người chấm.",
    "difficulty": "Số từ 1 (dễ) đến 5 (khó).",
    "tags": "Từ khóa, cách nhau bằng dấu chấm phẩy.",
    "source": "Văn bản, điều khoản làm căn cứ.",
    "check_by": "Ngày cần rà soát lại căn cứ, dạng ngày/tháng/năm.",
    "points": "Số điểm đề xuất, ví dụ 1 hoặc 0,5.",
}
