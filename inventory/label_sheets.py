"""How labels lie on paper: A4 sheets that a desk printer takes, and rolls with one label after another.

>>> [(round(x, 1), round(y, 1)) for _page, x, y in LAYOUTS["a4-3x8"].places(2, start=24)]
[(140.0, 259.5), (0.0, 0.5)]
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Layout:
    """Millimetres, from the top left corner of the page; step: from one label's corner to the next one's.

    padding: what stays white at the label's edges, because printers and hands err by as much.
    """

    name: str
    label: StrOrPromise
    page: tuple[float, float]
    size: tuple[float, float]
    columns: int = 1
    rows: int = 1
    first: tuple[float, float] = (0, 0)
    step: tuple[float, float] = (0, 0)
    padding: float = 2
    is_roll: bool = False

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def places(self, count: int, *, start: int = 1) -> Iterator[tuple[int, float, float]]:
        """Give (page from 0, x, y) of `count` labels; `start`: which label of the first sheet is the first unused."""
        if not 1 <= start <= self.per_page:
            raise ValueError("start must be a label of the sheet")
        for number in range(start - 1, start - 1 + count):
            page, place = divmod(number, self.per_page)
            row, column = divmod(place, self.columns)
            yield page, self.first[0] + column * self.step[0], self.first[1] + row * self.step[1]


A4 = (210.0, 297.0)
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "a4-3x8",
            _("A4 sheet, 3 × 8 labels of 70 × 37 mm"),
            page=A4,
            size=(70, 37),
            columns=3,
            rows=8,
            first=(0, 0.5),
            step=(70, 37),
            padding=4,
        ),
        Layout(
            "a4-5x13",
            _("A4 sheet, 5 × 13 labels of 38 × 21 mm"),
            page=A4,
            size=(38.1, 21.2),
            columns=5,
            rows=13,
            first=(4.75, 10.7),
            step=(40.6, 21.2),
        ),
        Layout("roll-50x30", _("Roll, 50 × 30 mm"), page=(50, 30), size=(50, 30), is_roll=True),
        Layout("roll-33x15", _("Roll, 33 × 15 mm"), page=(33, 15), size=(33, 15), padding=1, is_roll=True),
    )
}
