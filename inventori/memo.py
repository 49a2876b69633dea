"""Answers that are worked out once."""

from collections.abc import Callable
from typing import Any


class Memo(dict[Any, Any]):
    """The answers of a function of one argument, by that argument. It forgets nothing: for work that ends."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._answer(value)
        return found
