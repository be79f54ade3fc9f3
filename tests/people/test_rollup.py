"""As it is now: successions followed by role and by person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.models import Agency, Succession
from lms.people.rollup import Graph, Step, now
from tests import make

D1, D2, D3 = date(2024, 12, 1), date(2025, 3, 1), date(2025, 7, 1)
LATER = date(2026, 1, 1)


def graph(closed, **steps):
    """Agencies are letters; `closed` says on which day some of them ended."""
    letters = "ABCDEF"
    number = {letter: place for place, letter in enumerate(letters)}
    return Graph(
        closed_on={number[letter]: closed.get(letter) for letter in letters},
        steps={number[a]: [Step(number.get(b), scope, on) for b, scope, on in out] for a, out in steps.items()},
    )


def to(found):
    return None if found is None else "ABCDEF"[found]


def test_an_open_agency_stands_for_itself():
    assert to(now(graph({}), 0, LATER)) == "A"


def test_a_chain_of_mergers_is_followed_up_to_the_day():
    chain = graph({"A": D1, "B": D3}, A=[("B", "all", D1)], B=[("C", "all", D3)])
    assert [to(now(chain, 0, day)) for day in (D1 - timedelta(1), D1, D3 - timedelta(1), D3)] == ["A", "B", "B", "C"]


def test_a_role_goes_where_its_function_went():
    split = graph({"A": D2, "C": D3}, A=[("B", "digital", D2), ("C", "press", D2)], C=[("D", "all", D3)])
    assert to(now(split, 0, LATER, function="press")) == "D"
    assert to(now(split, 0, LATER, function="digital")) == "B"
    assert now(split, 0, LATER, function="sport") is None
    assert now(split, 0, LATER) is None


def test_a_function_moves_away_from_an_agency_that_stays_open():
    moved = graph({}, A=[("B", "press", D2)])
    assert to(now(moved, 0, LATER, function="press")) == "B"
    assert to(now(moved, 0, D2 - timedelta(1), function="press")) == "A"
    assert to(now(moved, 0, LATER)) == "A"


def test_a_function_may_come_back():
    back = graph({}, A=[("B", "press", D1)], B=[("A", "press", D3)])
    assert [to(now(back, 0, day, function="press")) for day in (D1, D3)] == ["B", "A"]


def test_a_person_goes_where_the_next_entry_stands():
    split = graph({"A": D2, "C": D3}, A=[("B", "part", D2), ("C", "part", D2)], C=[("D", "all", D3)])
    assert to(now(split, 0, LATER, later_agencies=[1])) == "B"
    assert to(now(split, 0, LATER, later_agencies=[3])) == "D"
    assert to(now(split, 0, LATER, later_agencies=[5, 2])) == "D"
    assert now(split, 0, LATER, later_agencies=[5]) is None


def test_two_ways_to_the_same_heir_leave_a_person_unattributed():
    both = graph({"A": D2, "B": D3, "C": D3}, A=[("B", "part", D2), ("C", "part", D2)], B=[("D", "all", D3)],
                 C=[("D", "all", D3)])  # fmt: skip
    assert now(both, 0, LATER, later_agencies=[3]) is None


def test_a_dissolved_agency_has_nobody_in_its_place():
    assert now(graph({"A": D3}, A=[(None, "all", D3)]), 0, LATER) is None


def test_a_closed_agency_without_a_known_succession_has_nobody_in_its_place():
    assert now(graph({"A": D3}), 0, LATER) is None


def test_a_circle_on_one_day_is_refused():
    circle = graph({"A": D1, "B": D1}, A=[("B", "all", D1)], B=[("A", "all", D1)])
    with pytest.raises(ValueError, match="circle"):
        now(circle, 0, LATER)


@st.composite
def forests(draw):
    """Agencies that close one after the other and pass everything to a later one, or to nobody."""
    size = draw(st.integers(2, 8))
    closed: dict[int, date | None] = {}
    steps: dict[int, list[Step]] = {}
    for here in range(size):
        heir = draw(st.one_of(st.none(), st.integers(here + 1, size - 1))) if here < size - 1 else None
        if draw(st.booleans()):
            closed[here] = D1 + timedelta(days=here)
            steps[here] = [Step(heir, "all", D1 + timedelta(days=here))]
        else:
            closed[here] = None
    return Graph(closed, steps)


@given(forests(), st.integers(0, 20))
def test_whoever_stands_in_place_is_open_and_an_heir(found, days):
    day = D1 + timedelta(days=days)
    for agency in found.closed_on:
        heir = now(found, agency, day)
        if heir is not None:
            assert not found.is_closed(heir, day)
            assert heir in found.heirs(agency, day)
            assert now(found, heir, day) == heir
        else:
            assert found.is_closed(agency, day)


@given(forests(), st.integers(0, 20))
def test_a_function_that_never_moved_apart_goes_with_the_whole(found, days):
    day = D1 + timedelta(days=days)
    for agency in found.closed_on:
        assert now(found, agency, day, function="press") == now(found, agency, day)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), max_size=12), st.booleans())
def test_any_graph_ends_with_an_answer_or_a_refusal(edges, has_function):
    steps: dict[int, list[Step]] = {}
    for source, target, days in edges:
        steps.setdefault(source, []).append(Step(target, "all", D1 + timedelta(days=days)))
    wild = Graph(dict.fromkeys(range(5), D1), steps)
    for agency in range(5):
        try:
            assert now(wild, agency, LATER, function="press" if has_function else "") is None
        except ValueError as error:
            assert "circle" in str(error)


@pytest.mark.django_db
def test_the_real_list_tells_who_holds_press_today(django_assert_num_queries):
    make.all_agencies()
    ids = dict(Agency.objects.values_list("code", "pk"))
    with django_assert_num_queries(2):
        real = Succession.objects.graph()

    def heir(code, day, **how):
        found = now(real, ids[code], day, **how)
        return None if found is None else Agency.objects.get(pk=found).code

    assert heir("BTH-STTTT", date(2025, 4, 1), function="press") == "BTH-SVHTTDL"
    assert heir("BTH-STTTT", LATER, function="press") == "LDG-SVHTTDL"
    assert heir("BTH-STTTT", LATER, function="digital") == "LDG-SKHCN"
    assert heir("BTH-STTTT", LATER) is None
    assert heir("BTH-BAO", LATER) == heir("BTH-PTTH", LATER) == "LDG-BAOPTTH"
    assert heir("BTH-22942", LATER) == "LDG-22945"
    assert heir("BTH-HUYEN-PHU-QUY", LATER) is None
