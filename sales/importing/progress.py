"""How an import tells how far it is."""

from collections.abc import Callable

READING, POSTING = "reading", "posting"
# phase, done, total (lines); it may raise to stop the import between two chunks.
Progress = Callable[[str, int, int], None]


def silent(phase: str, done: int, total: int) -> None:
    """Report to nobody."""
