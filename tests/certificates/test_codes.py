from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, LENGTH, RANDOM_LENGTH, check_character, new_code, normalise, printed

bodies = st.text(ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)
codes = bodies.map(lambda body: body + check_character(body))
few = ["0" * 16, "Z" * 16, "0123456789ABCDEF", "7K2MQ9XT4B0HW3ZC"]


def test_a_new_code_is_valid_and_new() -> None:
    made = {new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(code) == LENGTH and normalise(code) == code for code in made)
    assert {character for code in made for character in code} == set(ALPHABET)


def test_the_check_character_is_the_sum_of_powers_of_alpha() -> None:
    """Written out as the design says, against Horner's way in the module."""
    powers = [1]
    for _ in range(RANDOM_LENGTH):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)

    def times(a: int, b: int) -> int:
        total = 0
        for bit in range(5):
            total ^= (a << bit) * (b >> bit & 1)
        for bit in range(9, 4, -1):
            total ^= (0b100101 << bit - 5) * (total >> bit & 1)
        return total

    for body in few:
        total = 0
        for place, character in enumerate(body, start=1):
            total ^= times(powers[place], ALPHABET.index(character))
        assert check_character(body) == ALPHABET[total]


@pytest.mark.parametrize("body", few)
def test_every_single_wrong_character_is_caught(body: str) -> None:
    code = body + check_character(body)
    for place in range(LENGTH):
        for other in ALPHABET.replace(code[place], ""):
            assert normalise(code[:place] + other + code[place + 1 :]) is None


@given(codes)
def test_every_swap_of_two_different_characters_is_caught(code: str) -> None:
    for one, two in combinations(range(LENGTH), 2):
        if code[one] != code[two]:
            swapped = list(code)
            swapped[one], swapped[two] = code[two], code[one]
            assert normalise("".join(swapped)) is None


@given(codes)
def test_what_people_type_is_read(code: str) -> None:
    assert normalise(printed(code)) == code
    assert normalise(f"  {printed(code).lower()} ") == code
    assert normalise(code.replace("0", "o").replace("1", "l")) == code
    assert normalise(code.replace("1", "I").replace("0", "O")) == code
    assert normalise("\u2013".join(code)) == code


def test_a_printed_code_stands_in_groups() -> None:
    assert printed("0123456789ABCDEFG") == "0123-4567-89AB-CDEF-G"


@pytest.mark.parametrize("typed", ["", "   ", "7K2M", "U" * 17, "0" * 16, "0" * 18, "Đ" + "0" * 16, "0" * 10_000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


@given(st.text())
def test_any_text_is_read_without_an_error(typed: str) -> None:
    found = normalise(typed)
    assert found is None or normalise(found) == found
