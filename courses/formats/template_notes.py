"""What the template says to the person who fills it in: two examples and a note for each column. Words of a file."""

from __future__ import annotations

EXAMPLES = (
    {
        "code": "VD-001", "category": "Ví dụ / Bài 1", "type": "Một đáp án",
        "question": "Ai chịu trách nhiệm công khai quyết định? (Câu ví dụ: xóa dòng này trước khi nhập.)",
        "option_a": "Cơ quan ban hành quyết định", "option_b": "Doanh nghiệp được thuê", "option_c": "Người dân",
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
