"""What an import shows on the console: a bar that moves, and the summary at the end."""

import sys
import time
from decimal import Decimal
from typing import TextIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .progress import POSTING
from .summary import Summary

BAR = 30
# A log gets a line now and then, a terminal a bar that moves.
SECONDS_BETWEEN = {True: 0.2, False: 5.0}


def number(value: int | Decimal, places: int = 0) -> str:
    """Write a number as people do in the active language."""
    return str(number_format(value, decimal_pos=places, force_grouping=True))


class ConsoleProgress:
    """Progress bar with rate and time left; on anything but a terminal, a line every few seconds."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self.out = out
        self.is_terminal = out.isatty()
        self._phase, self._from, self._began, self._last = "", 0, 0.0, 0.0

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if phase != self._phase:
            self._end_line()
            self._phase, self._from, self._began, self._last = phase, done, now, 0.0
        if done < total and now - self._last < SECONDS_BETWEEN[self.is_terminal]:
            return
        self._last = now
        text = self._text(done, total, now - self._began)
        self.out.write(f"\r\x1b[K{text}" if self.is_terminal else f"{text}\n")
        self.out.flush()

    def finish(self) -> None:
        self._end_line()

    def _end_line(self) -> None:
        if self._phase and self.is_terminal:
            self.out.write("\n")

    def _text(self, done: int, total: int, seconds: float) -> str:
        part = done / total if total else 1.0
        bar = ("█" * int(BAR * part)).ljust(BAR, "·")
        rate = (done - self._from) / seconds if seconds > 0.05 else 0.0
        words = {
            "phase": _("Posting") if self._phase == POSTING else _("Reading"),
            "bar": bar,
            "percent": int(part * 100),
        }
        words |= {"done": number(done), "total": number(total), "rate": number(int(rate))}
        if not rate or done >= total:
            return _("%(phase)s %(bar)s %(percent)s %% · %(done)s of %(total)s lines · %(rate)s lines/s") % words
        words["left"] = int((total - done) / rate) + 1
        return (
            _("%(phase)s %(bar)s %(percent)s %% · %(done)s of %(total)s lines · %(rate)s lines/s · %(left)s s left")
            % words
        )


def summary_lines(summary: Summary) -> list[str]:
    """Return the summary as lines of text."""
    lines = [_("Nothing was posted: this was a dry run.")] if summary.dry_run else []
    lines += [
        _("Read %(read)s lines (%(encoding)s): %(accepted)s accepted, %(rejected)s rejected.")
        % {
            "read": number(summary.read),
            "encoding": summary.encoding,
            "accepted": number(summary.accepted),
            "rejected": number(summary.rejected_total),
        }
    ]
    lines += [f"  {number(count):>9}  {reason}: {sentence}" for reason, sentence, count in summary.reasons]
    if not summary.dry_run:
        lines += _created(summary)
    lines += ["", f"{_('Month'):<8} {_('Sales'):>16} {_('Returns'):>16} {_('Net'):>16}"]
    months = [*summary.months, summary.total]
    lines += [
        f"{m.month or _('Total'):<8} {number(m.sales, 2):>16} {number(m.returns, 2):>16} {number(m.net, 2):>16}"
        for m in months
    ]
    return [
        *lines,
        "",
        _("%(seconds)s seconds, %(rate)s lines per second, at most %(memory)s MB of memory.")
        % {
            "seconds": f"{summary.seconds:.1f}",
            "rate": number(summary.lines_per_second),
            "memory": summary.peak_mb,
        },
    ]


def _created(summary: Summary) -> list[str]:
    return [
        _("Posted %(sales)s sales and %(returns)s returns with %(lines)s lines; %(there)s were there already.")
        % {
            "sales": number(summary.sales),
            "returns": number(summary.returns),
            "lines": number(summary.lines),
            "there": number(summary.there),
        },
        _("Created %(products)s products and %(customers)s customers; opening stock for %(opening)s products.")
        % {
            "products": number(summary.products),
            "customers": number(summary.customers),
            "opening": number(summary.opening_products),
        },
    ]
