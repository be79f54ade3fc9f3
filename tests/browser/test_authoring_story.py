"""A trainer writes a course in the browser: three lessons, a bank from a file, a quiz; somebody else approves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_cms_words import reads
from tests.browser.visitor import Site, Visitor

pytestmark = pytest.mark.browser
TITLE = "Kỹ năng phát ngôn trên mạng xã hội"
LESSONS = ("Vì sao phải phát ngôn", "Nói gì, lúc nào", "Sau khi phát ngôn")
WORDS = "Nói ngắn, đúng sự thật và kịp thời."
MORE = "footer button[aria-expanded]"
BANK = Path(__file__).resolve().parents[2] / "courses/data/ttcs-01.gift"
TYPED = "(words) => [...document.querySelectorAll('[name^=body]')].some((one) => one.value.includes(words))"
"""The editor hands over what was typed a quarter of a second later."""
SLOW = 60_000


def test_from_an_empty_course_to_a_published_one(chromium: Browser, site: Site, tmp_path: Path) -> None:
    tu = Visitor.open(chromium, site, "tu")
    tu.page.set_default_timeout(SLOW)
    course = opens_a_course(tu)
    lessons = [writes_a_lesson(tu, course, title) for title in LESSONS]
    imports_a_bank(tu, tmp_path)
    sets_a_quiz(tu)
    looks_at_it_on_a_phone(tu, lessons[0])
    for page in (course, *lessons):
        submits(tu, page)
    admin = Visitor.open(chromium, site, "admin")
    admin.page.set_default_timeout(SLOW)
    for page in (course, *lessons):
        approves(admin, page)
    admin.go("/khoa-hoc/")
    assert TITLE in admin.text()
    admin.press(f"main a:has-text('{TITLE}')")
    assert all(title in admin.text() for title in LESSONS)
    tu.is_content()
    admin.is_content()


def sends(page: Page, button: str) -> None:
    """Press what sends a form of the CMS, and wait for its answer."""
    with page.expect_navigation():
        page.locator(button).last.click()


def opens_a_course(tu: Visitor) -> int:
    """A new record of the course; its page, which is made with it."""
    tu.page.goto(f"{tu.site.base}/cms/courses/new/")
    reads(tu, "a new course")
    tu.page.fill("input[name=code]", "TTCS-09")
    tu.page.fill("input[name=title]", TITLE)
    tu.page.select_option("select[name=mode]", "online")
    tu.page.fill("textarea[name=summary]", "Khóa học ngắn cho người phát ngôn.")
    tu.page.fill("input[name=study_periods]", "8")
    sends(tu.page, "main form button:has-text('Tạo')")
    reads(tu, "the list of courses")
    row = tu.page.locator("tr", has_text=TITLE)
    with tu.page.expect_navigation():
        row.locator("a[href^='/cms/pages/']").click()
    return int(tu.page.url.rstrip("/").rsplit("/", 1)[1])


def writes_a_lesson(tu: Visitor, course: int, title: str) -> int:
    """A lesson with a text, saved as a draft."""
    tu.page.goto(f"{tu.site.base}/cms/pages/add/cms/lessonpage/{course}/")
    tu.page.fill("input[name=title]", title)
    tu.page.locator("button.c-sf-add-button").first.click()
    tu.page.locator("[role=option]:has-text('Văn bản')").first.click()
    editor = tu.page.locator(".Draftail-Editor [contenteditable=true]").first
    editor.click()
    tu.page.keyboard.type(WORDS)
    tu.page.wait_for_function(TYPED, arg=WORDS)
    sends(tu.page, "footer button:has-text('Lưu bản nháp')")
    reads(tu, "a lesson")
    return int(tu.page.url.rstrip("/").split("/")[-2])


def imports_a_bank(tu: Visitor, folder: Path) -> None:
    """From a file that a colleague sent: checked, imported, made ready."""
    file = folder / "ngan-hang.gift"
    file.write_text(BANK.read_text(encoding="utf-8").replace("TTCS-01", "TTCS-09"), encoding="utf-8")
    tu.page.goto(f"{tu.site.base}/cms/question-files/")
    reads(tu, "the files of questions")
    with tu.page.expect_navigation():
        tu.page.locator("tr", has_text="TTCS-09").locator("a:has-text('Nhập')").click()
    tu.page.set_input_files("input[type=file]", str(file))
    sends(tu.page, "main form button:has-text('Kiểm tra tệp')")
    assert "Mới: 29" in tu.text()
    sends(tu.page, "main form button:has-text('Nhập')")
    sends(tu.page, "main form button:has-text('Đánh dấu sẵn sàng')")
    assert "29 câu đã sẵn sàng" in tu.text()
    reads(tu, "a bank that was imported")


def sets_a_quiz(tu: Visitor) -> None:
    """Ten questions drawn from the bank, published."""
    tu.page.goto(f"{tu.site.base}/cms/quizzes/new/")
    tu.page.select_option("select[name=course]", label=TITLE)
    sends(tu.page, "main button:has-text('Tiếp tục')")
    reads(tu, "a new quiz")
    tu.page.fill("input[name=title]", "Bài kiểm tra cuối khóa")
    tu.page.select_option("select[name=kind]", "graded")
    tu.page.select_option("select[name=rows-0-category]", index=1)
    tu.page.fill("input[name=rows-0-draw_count]", "10")
    sends(tu.page, "button:has-text('Lưu bài kiểm tra')")
    sends(tu.page, "main button:has-text('Công bố')")
    assert "Đã xuất bản" in tu.text() or "Đã công bố" in tu.text()
    reads(tu, "a quiz")


def looks_at_it_on_a_phone(tu: Visitor, lesson: int) -> None:
    """The draft as a trainee will have it, 360 px wide."""
    phone = tu.page.context.new_page()
    phone.set_viewport_size({"width": 360, "height": 800})
    phone.goto(f"{tu.site.base}/cms/pages/{lesson}/view_draft/")
    assert WORDS in phone.inner_text("main")
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    phone.close()


def submits(tu: Visitor, page: int) -> None:
    """Ask for the second person's yes."""
    tu.page.goto(f"{tu.site.base}/cms/pages/{page}/edit/")
    tu.page.locator(MORE).first.click()
    sends(tu.page, "footer button:visible:has-text('Trình duyệt')")
    assert "Đã trình duyệt" in tu.text()


def approves(admin: Visitor, page: int) -> None:
    """Another person reads the page and says yes, which publishes it."""
    admin.page.goto(f"{admin.site.base}/cms/pages/{page}/edit/")
    admin.page.locator(MORE).first.click()
    reads(admin, "what an approver can do")
    sends(admin.page, "footer button:visible:has-text('Duyệt và xuất bản')")
    assert "Đã cập nhật trang" in admin.text()
