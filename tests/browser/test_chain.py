"""The whole chain as a story: from the plan's task 5 to a certificate that moves a coverage count, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.answers import known, right_texts, squeezed
from tests.browser.visitor import Site, Visitor

pytestmark = pytest.mark.browser
PRESS = "LDG-BAOPTTH"
QUESTIONS = known("ttcs-04")


def trained(coordinator: Visitor) -> int:
    """The number of people trained at Lan's agency, as the coverage page shows it."""
    coordinator.go(f"/coverage/agencies/{PRESS}/?group=reporter")
    shown = coordinator.page.locator(".tiles .stat-value:has(a[href$='which=trained'])").first
    return int(re.sub(r"\D", "", shown.inner_text()))


def reads_all_lessons(lan: Visitor) -> None:
    lan.go("/my/")
    lan.press("main .card-accent a.button-primary")
    done_form = "form[action*='/done/'] button[type=submit]"
    for _lesson in range(5):
        assert lan.page.locator("main .prose").inner_text().strip()
        lan.press(done_form)
    assert "/learn/" in lan.page.url


def opens_the_class(somebody: Visitor) -> None:
    """The class about fake news, from the list of classes."""
    somebody.go("/runs/")
    somebody.press("main a[href^='/runs/']:has-text('tin giả')")


def checks_in(lan: Visitor, tu: Visitor) -> None:
    """Tú shows the code of the room; Lan types it on her phone and taps once."""
    lan.go("/my/")
    lan.press("main .card-title a")
    course = lan.page.url
    opens_the_class(tu)
    tu.press("main a[href^='/sessions/']")
    tu.press("main a[href*='/code/']")
    room, code = (tu.page.locator(".pin").nth(place).inner_text().strip() for place in (0, 1))
    lan.go("/d/")
    fields = lan.page.locator("main form input:not([type=hidden])")
    fields.nth(0).fill(room)
    fields.nth(1).fill(code)
    lan.press("main form button[type=submit]")
    lan.press("main form button[type=submit]")
    lan.page.goto(course)
    lan.look()


def takes_the_test(lan: Visitor) -> None:
    """Page by page; a question says «saved» before Lan answers the next. Every fourth stays empty."""
    lan.press("main a[href*='/quiz/']")
    lan.press("main form[method=post] button")
    total, seen = lan.page.locator(".quiz-nav li").count(), 0
    assert total == 20
    while seen < total:
        for place in [int(one.get_attribute("data-slot") or 0) for one in lan.page.locator(".question").all()]:
            seen += 1
            if place % 4:
                answer(lan, place)
        lan.press("#quiz-form button.button-primary")
    assert seen == total
    lan.press("main form[method=post] button.button-primary")
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", lan.text()), "a receipt has a code"


def answer(lan: Visitor, place: int) -> None:
    """Choose what the lessons taught, and wait until it is saved."""
    page, box = lan.page, lan.page.locator(f"#q-{place}")
    stem = squeezed(box.locator(".question-text").inner_text())
    asked = next(one for text, one in QUESTIONS.items() if text in stem or stem in text)
    if asked.type in ("single", "multiple"):
        for text in right_texts(asked):
            box.locator("label.choice", has_text=text).first.click()
    elif asked.type == "true_false":
        box.locator(f"input[value={'true' if asked.key['answer'] else 'false'}]").check()
    elif asked.type == "matching":
        for option in asked.options:
            if option.uid in asked.key["pairs"]:
                right = next(one.text for one in asked.options if one.uid == asked.key["pairs"][option.uid])
                field = box.locator(".field", has=page.locator("label", has_text=option.text)).first
                field.locator("select").select_option(label=right)
    elif asked.type == "numeric":
        box.locator("input[type=text]").fill(asked.key["intervals"][0]["low"].replace(".", ","))
    else:
        box.locator("input[type=text]").fill(asked.key["accepted"][0]["text"])
    page.keyboard.press("Tab")
    page.wait_for_selector(f"#held-{place}:not(:empty)", timeout=8000)


def reloads_until(somebody: Visitor, selector: str) -> None:
    """The worker is at it: look again every half second, for a minute."""
    for _try in range(120):
        if somebody.page.locator(selector).count():
            return
        somebody.page.wait_for_timeout(500)
        somebody.page.reload()
    raise AssertionError(f"{selector} did not come up at {somebody.page.url}")


def issues(sau: Visitor) -> str:
    """Sáu ends the class, types the decision, looks at who would get a certificate, confirms, and reads its code."""
    opens_the_class(sau)
    sau.page.click("form[action$='/state/'] button[value=end]")
    with sau.page.expect_navigation():
        sau.page.click("dialog[open] .button-primary, dialog[open] button[value=yes]")
    sau.press("main a[href$='/certificates/']")
    reloads_until(sau, "main form[method=get]")
    for name, value in {
        "decision_no": "201/QĐ-SVHTTDL", "decision_on": "24/11/2026", "place": "Đà Lạt", "authority": "KT. GIÁM ĐỐC",
        "signer_title": "PHÓ GIÁM ĐỐC", "signer": "Nguyễn Văn Mẫu",
    }.items():  # fmt: skip
        sau.page.fill(f"main form[method=get] [name={name}]", value)
    sau.press("main form[method=get] button[type=submit]")
    assert "Mẫu Lan" in sau.text()
    sau.page.click("form[action$='/issue/'] button[type=submit]")
    with sau.page.expect_navigation():
        sau.page.click("dialog[open] .button-primary, dialog[open] button[value=yes]")
    reloads_until(sau, "main ol.rows a[href^='/register/']")
    sau.look()
    address = sau.page.locator("main ol.rows a[href^='/register/']").first.get_attribute("href")
    assert address is not None
    return address.split("/")[2]


def verifies(stranger: Visitor, code: str, state: str) -> None:
    """Anybody, by the code of the paper, typed as people type."""
    stranger.go("/c/")
    stranger.page.fill("#code", f"{code[:4].lower()} {code[4:8]}-{code[8:]}")
    stranger.press("main form button[type=submit]")
    assert stranger.page.locator(f".verdict-{state}").count() == 1
    assert "Mẫu Lan" not in stranger.text(), "the name is masked"


def revokes(sau: Visitor, admin: Visitor, code: str) -> None:
    """One asks, another confirms."""
    sau.go(f"/register/{code}/")
    sau.page.select_option("[name=ground]", "issuer_error")
    sau.page.fill("[name=reason]", "Cấp nhầm lớp.")
    sau.page.fill("[name=decision_no]", "205/QĐ-SVHTTDL")
    sau.page.fill("[name=decision_on]", "24/11/2026")
    sau.press("form[action$='/revoke/'] button[type=submit]")
    admin.go("/approvals/")
    admin.press("form[action$='/confirm/'] button[type=submit]")


def test_one_certificate_moves_the_count_of_its_agency_and_its_revocation_moves_it_back(chromium: Browser, site: Site):
    sau, lan, tu = (Visitor.open(chromium, site, name) for name in ("sau", "lan", "tu"))
    admin, stranger = Visitor.open(chromium, site, "admin"), Visitor.open(chromium, site)
    sau.go("/plan/")
    assert sau.page.locator("main article, main .card").count() >= 12
    before = trained(sau)

    reads_all_lessons(lan)
    checks_in(lan, tu)
    takes_the_test(lan)
    code = issues(sau)
    assert trained(sau) == before + 1

    lan.go("/my/")
    paper = lan.page.request.get(f"{site.base}/register/{code}/pdf")
    assert paper.status == 200 and paper.body().startswith(b"%PDF-1.4")
    verifies(stranger, code, "good")
    sau.press("main a[href*='/people/']")
    assert "Mẫu Lan" in sau.text()
    sau.press("main a[href^='/coverage/people/']:has-text('Lan')")
    assert code in sau.page.content() or "/20" in sau.text(), "the figure opens to its evidence"

    revokes(sau, admin, code)
    assert trained(sau) == before
    verifies(stranger, code, "bad")
    for somebody in (sau, lan, tu, admin, stranger):
        somebody.is_content()


def test_the_doors_stay_shut_for_a_stranger_to_the_class(chromium: Browser, site: Site):
    khach = Visitor.open(chromium, site, "khach")
    khach.expects_missing = True
    khach.go("/khoa-hoc/ttcs-04/tin-sai-tin-gia-thong-tin-xau-doc/", status=404)
    khach.go("/cms/", status=404)
    khach.go("/coverage/", status=404)
    khach.go("/c/0000-0000-0000-0000-1", status=404)
    khach.is_content()
