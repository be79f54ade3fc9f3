"""What `make bench` makes of its figures."""

from __future__ import annotations

import os

import pytest

from lms.operate.bench import big_files, budgets, cpu, memory, weights
from lms.operate.bench.budgets import Budget, Row

COST = Budget("a page", 4, 5)
RATE = Budget("papers", 400, 400, is_rate=True)


@pytest.mark.parametrize(("vendor", "limit"), [("sqlite", 4), ("postgresql", 5)])
def test_each_engine_has_its_budget(vendor, limit):
    assert Row(COST, 1.0, vendor).limit == limit


@pytest.mark.parametrize(
    ("budget", "figure", "ratio", "is_within", "fails"),
    [
        (COST, 2.0, 0.5, True, False),
        (COST, 4.0, 1.0, True, False),
        (COST, 6.0, 1.5, False, False),
        (COST, 6.1, 1.525, False, True),
        (RATE, 800.0, 0.5, True, False),
        (RATE, 400.0, 1.0, True, False),
        (RATE, 320.0, 1.25, False, False),
        (RATE, 200.0, 2.0, False, True),
    ],
)
def test_a_ratio_above_one_is_over_whether_cost_or_rate(budget, figure, ratio, is_within, fails):
    row = Row(budget, figure, "sqlite")
    assert row.ratio == pytest.approx(ratio)
    assert (row.is_within, row.fails) == (is_within, fails)
    assert str(row).endswith("OK" if is_within else "OVER")


def test_the_last_line_names_what_fails():
    rows = [Row(COST, 2.0, "sqlite"), Row(COST, 5.0, "sqlite"), Row(RATE, 100.0, "sqlite")]
    assert budgets.summary(rows) == "1 of 3 rows within their budget; above 1.5x: papers."
    assert budgets.summary(rows[:2]) == "1 of 2 rows within their budget; none above 1.5x."


def test_a_process_may_have_brackets_in_its_name():
    line = "42 (a) b (c)) S 1 77 77 0 -1 4194560 1 2 3 4 250 50 9 9 20 0 1 0 100"
    assert cpu.group_and_ticks(line) == (77, 300)


def test_work_done_here_is_seen_in_our_group():
    before = cpu.of_group(os.getpgrp())
    cpu.calibration()
    assert cpu.of_group(os.getpgrp()) - before > 0.05
    assert cpu.of_processes({os.getpid()}) > 0


def test_kilobytes_megabytes_and_requests_say_what_they_are():
    assert str(Row(Budget("a page", 45, 45, unit="kB"), 12.5, "sqlite")).count(" kB ") == 2
    assert str(Row(Budget("requests", 6, 6, unit=""), 7, "sqlite")).endswith("OVER")


def test_a_page_needs_what_a_browser_fetches_by_itself():
    html = """<link rel="stylesheet" href="/a.css"><link rel="canonical" href="/x"><script src="b.js"></script>
    <img src="/c.webp"><img src="/later.webp" loading="lazy"><img src="data:,">
    <audio src="/d.mp3" preload="none"></audio>
    <script src="b.js"></script><a href="/y">y</a>"""
    assert weights.needs(html) == ["/a.css", "b.js", "/c.webp"]
    assert weights.IMPORT.findall('import { a } from "./a.js";\nexport * from "/b.js"\nlet c = "./c.js"') == [
        "./a.js", "/b.js",
    ]  # fmt: skip


def test_our_peak_of_memory_is_seen():
    assert memory.peak_of_group(os.getpgrp()) > 20


def test_a_roster_to_measure_has_no_two_people_of_one_name():
    lines = big_files.roster_file(["A", "B"], 300).decode().splitlines()
    assert len({line.split(",")[0] for line in lines}) == len(lines) == 301
    assert {line.split(",")[3] for line in lines[1:]} == {"A", "B"}
