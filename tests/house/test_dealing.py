"""The short forms of the interpreters: every function runs on the first and on another, every case of many on one."""

from __future__ import annotations

import pytest

from tests.dealing import Hand, dealt

FEW = ["a.py::one", "a.py::two[x]", "a.py::two[y]"]
MANY = [f"a.py::many[{number}]" for number in range(8)]
CASES = [*FEW[:2], *MANY, FEW[2]]
HANDS = [Hand(number, 3) for number in (1, 2, 3)]


def test_a_case_of_many_is_in_one_hand_and_a_function_of_few_in_the_first_and_another() -> None:
    held = [[case for case, kept in zip(CASES, dealt(CASES, hand), strict=True) if kept] for hand in HANDS]
    assert sorted(case for hand in held for case in hand if case in MANY) == MANY
    assert [set(FEW) & set(hand) for hand in held] == [set(FEW), {FEW[0]}, set(FEW[1:])]
    assert [len(set(MANY) & set(hand)) for hand in held] == [3, 3, 2]


def test_one_hand_has_all() -> None:
    assert dealt(CASES, Hand(1, 1)) == [True] * len(CASES)


def test_a_hand_is_read_as_it_is_written() -> None:
    assert [str(Hand.read(text)) for text in ("1/1", "2/3")] == ["1/1", "2/3"]


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "a/b", "1/3/5"])
def test_what_is_no_hand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no hand like 2/3"):
        Hand.read(text)
