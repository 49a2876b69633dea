"""What may stand in a cell, and how it is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils import translation
from django.utils.translation import gettext as _

from inventori.numbers import Notation, parse_number
from master.barcodes import expected_check_digit
from master.forms import barcode_fault, tidy_barcode, tidy_code

from .reading import Formula, normal

MOST_DIGITS = 20
LANGUAGES = ("en", "id")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
TRUE = {"1", "yes", "y", "true", "ya", "benar", "active", "aktif", "x"}
FALSE = {"0", "no", "n", "false", "tidak", "salah", "inactive", "nonaktif", "tidak aktif"}


class CellError(Exception):
    """A cell that cannot be right; the text is the sentence for its owner."""


Context = dict[str, Any]
Reader = Callable[[Any, Notation, Context], Any]


@dataclass(frozen=True)
class Column:
    """One column that an import knows: its name, how its cells are read, and the model field whose rules hold.

    kind: how a value is shown (text, money, qty, badge); right: needed to bring it in.
    """

    name: str
    reader: Reader
    model_field: Field[Any, Any] | None = None
    kind: str = "text"
    right: str = ""
    help: str = ""

    def aliases(self) -> set[str]:
        """Return the headings that mean this column: its name, and its label in each language."""
        found = {normal(self.name)}
        if self.model_field is not None:
            for language in LANGUAGES:
                with translation.override(language):
                    found.add(normal(str(self.model_field.verbose_name)))
        return found

    def read(self, cell: Any, notation: Notation, context: Context) -> Any:
        """Return the value of a cell, None for an empty one. Raises CellError."""
        if isinstance(cell, Formula):
            raise CellError(_("This formula was never calculated. Open the file in a spreadsheet and save it again."))
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        value = self.reader(cell, notation, context)
        if self.model_field is not None and not self.model_field.is_relation:
            try:
                value = self.model_field.clean(value, None)
            except ValidationError as error:
                raise CellError(" ".join(error.messages)) from error
        return value


def text(cell: Any, notation: Notation, context: Context) -> str:
    if isinstance(cell, (datetime, date, time)):
        raise CellError(_("A spreadsheet made a date of this. Format the column as text and type it again."))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() else Decimal(f"{cell:.15g}")
    written = str(cell).strip()
    # Our own exports put an apostrophe before what a spreadsheet would run.
    return written[1:] if re.match(r"'[=+\-@]", written) else written


def code(cell: Any, notation: Notation, context: Context) -> str:
    _refuse_scientific(cell)
    return tidy_code(text(cell, notation, context))


def barcode(cell: Any, notation: Notation, context: Context) -> str:
    _refuse_scientific(cell)
    found = tidy_barcode(text(cell, notation, context))
    if expected_check_digit(found) is not None:
        raise CellError(str(barcode_fault(found)))
    return found


def _refuse_scientific(cell: Any) -> None:
    if (isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell.strip())) or (isinstance(cell, float) and cell >= 1e15):
        raise CellError(
            _("A spreadsheet shortened this number and lost digits. Format the column as text and type it again.")
        )


def number(cell: Any, notation: Notation, context: Context) -> Decimal:
    if isinstance(cell, (datetime, date, time)):
        raise CellError(_("A spreadsheet made a date of this. Format the column as a number and type it again."))
    if isinstance(cell, bool):
        raise CellError(_("This is no number."))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        # A spreadsheet itself keeps 15 digits; what lies behind them is binary noise.
        return _shorter(Decimal(f"{cell:.15g}"))
    try:
        return _shorter(parse_number(str(cell).strip(), notation))
    except ValueError as error:
        raise CellError(_("This is no number written like %(example)s.") % {"example": notation.example}) from error


def _shorter(value: Decimal) -> Decimal:
    """Drop zeros behind the last decimal, so that 1,5000 fits where 1,5 does."""
    if value.is_infinite() or value.adjusted() > MOST_DIGITS:
        raise CellError(_("This number is too large."))
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == value else value.normalize()


def whole_number(cell: Any, notation: Notation, context: Context) -> int:
    value = number(cell, notation, context)
    if value != value.to_integral_value():
        raise CellError(_("Enter a whole number."))
    return int(value)


def yes_or_no(cell: Any, notation: Notation, context: Context) -> bool:
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise CellError(_("Write yes or no here."))
