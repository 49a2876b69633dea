"""Every state has a whole sentence and a badge of its own."""

from inventory.formula_input import State
from replenishment import planning, states

NEEDS = ("ORDER", "ENOUGH", "ON_ORDER", "NOT_REVIEW_DAY", "NO_DEMAND", "WOULD_EXPIRE")


def test_every_state_of_a_formula_and_of_a_need_has_a_sentence_and_a_badge():
    known = {state.name for state in State} | {states.NOT_COMPUTED} | {getattr(planning, name) for name in NEEDS}

    assert set(states.SENTENCES) == known
    assert set(states.BADGES) == known


def test_the_sentences_end_as_sentences_and_none_is_said_twice():
    sentences = [str(states.sentence(name)) for name in states.SENTENCES]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


def test_a_state_that_is_not_known_says_what_to_do_instead_of_failing():
    assert str(states.sentence("X")) == "Its state is not known. Compute it from history again."
    assert states.badge_of("X").label == "X"
