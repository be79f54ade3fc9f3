"""What `make bench` makes of its figures."""

from __future__ import annotations

import os

import pytest

from lms.operate.bench import budgets, cpu
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
