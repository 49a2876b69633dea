"""One wrong letter: the quick way agrees with the obvious one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from master.near import halves, stands_nearly

letters = st.text("abc ", min_size=2, max_size=6)


def one_mistake_away(word):
    """Yield every text that `word` with one letter left out, put in, changed or swapped may be; ? is any letter."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield f"{before}?{after}"
        if after:
            yield before + after[1:]
            yield f"{before}?{after[1:]}"
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def obviously(word, text):
    def matches(pattern, at):
        part = text[at : at + len(pattern)]
        return len(part) == len(pattern) and all(p in ("?", t) for p, t in zip(pattern, part, strict=True))

    patterns = [word, *one_mistake_away(word)]
    return any(matches(pattern, at) for pattern in patterns for at in range(len(text) + 1))


@given(word=letters, text=st.text("abc ", max_size=12))
@example(word="abca", text="bbca")
@example(word="abca", text="aabca")
@example(word="abca", text="bca")
@example(word="abca", text="acba")
@example(word="ab", text="")
def test_it_agrees_with_trying_every_mistake(word, text):
    assert stands_nearly(word, text) == obviously(word, text)


@given(word=letters, text=st.text("abc ", max_size=12))
def test_what_is_nearly_there_leaves_a_half_or_the_middle_swap_for_the_database(word, text):
    if stands_nearly(word, text):
        assert any(part in text for part in halves(word))


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("paracetamol", True),
        ("parasetamol", True),
        ("paracetaml", True),
        ("paraccetamol", True),
        ("paractemaol", False),
        ("parcaetamol", True),
        ("xaracetamol", True),
        ("paracetamox", True),
        ("parasetamo", True),
        ("pparasetamol", False),
    ],
)
def test_paracetamol_is_recognised_with_one_mistake_but_not_with_two(typed, is_found):
    assert stands_nearly(typed, "obat paracetamol 500 mg") is is_found
