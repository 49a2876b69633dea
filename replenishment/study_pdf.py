"""A calculation of the pharmacy study as a PDF: A4 across, its heading on every page."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from inventori.lists import NUMBER_KINDS, Column
from inventori.pdf_text import BOLD, PLAIN, known, load_fonts

from .study_pages import Paper

SIZE = landscape(A4)
MARGIN = 10 * mm
WIDTH = SIZE[0] - 2 * MARGIN
TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=6, leading=7.5)
RIGHT = ParagraphStyle("right", TEXT, alignment=TA_RIGHT)
HEAD = ParagraphStyle("head", TEXT, fontName=BOLD)
HEAD_RIGHT = ParagraphStyle("head-right", HEAD, alignment=TA_RIGHT)
FACTS = ParagraphStyle("facts", TEXT, fontSize=8, leading=11)
TITLE = ParagraphStyle("title", FACTS, fontName=BOLD, fontSize=13, leading=18)
# A name takes three shares of the width, a note four, a figure one.
SHARES = {"name": 3.0, "state": 4.0, "sku": 1.5}


def study_pdf(paper: Paper, *, shop: str) -> bytes:
    """Draw a calculation."""
    load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=SIZE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 4 * mm,
        title=f"{paper.title} · {shop}",
        author=shop,
        invariant=1,
    )

    def foot(canvas: Any, doc: Any) -> None:
        canvas.setFont(PLAIN, 6.5)
        canvas.drawString(MARGIN, 7 * mm, known(f"{shop} · {paper.title}"))
        canvas.drawRightString(SIZE[0] - MARGIN, 7 * mm, _("Page %(n)s") % {"n": doc.page})

    words = " · ".join(f"{label}: {fact}" for label, fact in paper.facts)
    story: list[Flowable] = [
        _text(paper.title, TITLE),
        _text(words, FACTS),
        Spacer(0, 3 * mm),
        _table(paper.columns, paper.rows),
    ]
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(known(text)), style)


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    numeric = [column.kind in NUMBER_KINDS for column in columns]
    heads = [
        _text(str(column.label), HEAD_RIGHT if is_number else HEAD)
        for column, is_number in zip(columns, numeric, strict=True)
    ]
    cells = [
        [_text(text, RIGHT if is_number else TEXT) for text, is_number in zip(row, numeric, strict=True)]
        for row in rows
    ]
    shares = [SHARES.get(column.key, 1.0) for column in columns]
    table = Table([heads, *cells], colWidths=[WIDTH * share / sum(shares) for share in shares], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.2, colors.HexColor("#bbbbbb")),
                ("LEFTPADDING", (0, 0), (-1, -1), 1.5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 1.5),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table
