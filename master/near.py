"""Whether a word stands in a text when one letter of it was typed wrong.

A word with one mistake has one of its halves intact, or two letters swapped over the middle: the intact half is
looked for, and the other compared letter by letter. `halves` says what a database can look for first.
"""


def halves(word: str) -> tuple[str, str, str]:
    """Return left half, right half, and the word with the two letters at the middle swapped.

    >>> halves("kopi")
    ('ko', 'pi', 'kpoi')
    """
    middle = len(word) // 2
    left, right = word[:middle], word[middle:]
    return left, right, left[:-1] + right[:1] + left[-1:] + right[1:]


def stands_nearly(word: str, text: str) -> bool:
    """Say whether `word`, of two letters or more, is in `text` with at most one mistake.

    A mistake is a letter that is wrong, missing or too many, or two neighbours that are swapped.

    >>> [stands_nearly(typed, "teh melati") for typed in ("melati", "melazi", "meati", "mellati", "mealti", "mawar")]
    [True, True, True, True, True, False]
    """
    left, right, swapped = halves(word)
    return swapped in text or _follows(left, right, text) or _follows(right[::-1], left[::-1], text[::-1])


def _follows(intact: str, rest: str, text: str) -> bool:
    """Say whether `rest` with at most one mistake stands behind `intact` somewhere in `text`."""
    at = text.find(intact)
    while at >= 0:
        if _begins_nearly(rest, text[at + len(intact) : at + len(intact) + len(rest) + 1]):
            return True
        at = text.find(intact, at + 1)
    return False


def _begins_nearly(rest: str, text: str) -> bool:
    """Say whether `text` begins with `rest`, save for one mistake at the first letter where they differ."""
    same = 0
    while same < len(rest) and same < len(text) and rest[same] == text[same]:
        same += 1
    rest, text = rest[same:], text[same:]
    if len(rest) < 2:
        return True
    too_many, swapped = rest[1:], rest[1] + rest[0] + rest[2:]
    wrong_or_missing = (rest[1:], rest)
    return text.startswith((too_many, swapped)) or text[1:].startswith(wrong_or_missing)
