"""An order as a PDF on A4, over as many pages as it needs."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from inventori.pdf_text import BOLD, PLAIN, known, load_fonts
from inventori.templatetags.inventori import money

from .order_paper import OrderPaper

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
LOGO_MAX = (40 * mm, 22 * mm)
PALE = colors.HexColor("#555555")
RULE = colors.HexColor("#bbbbbb")
TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=9, leading=12)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=10, textColor=PALE)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
TITLE = ParagraphStyle("title", STRONG, fontSize=15, leading=20, alignment=TA_RIGHT)
SHOP = ParagraphStyle("shop", STRONG, fontSize=12, leading=16)
RIGHT = ParagraphStyle("right", TEXT, alignment=TA_RIGHT)
TOTAL = ParagraphStyle("total", STRONG, fontSize=11, leading=14, alignment=TA_RIGHT)
COLUMNS = [0.05 * WIDTH, 0.39 * WIDTH, 0.17 * WIDTH, 0.14 * WIDTH, 0.11 * WIDTH, 0.14 * WIDTH]


def order_pdf(paper: OrderPaper) -> bytes:
    """Draw `paper`."""
    load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{paper.number} · {paper.shop}",
        author=paper.shop,
        invariant=1,
    )

    def foot(canvas: Any, doc: Any) -> None:
        canvas.setFont(PLAIN, 7.5)
        canvas.setFillColor(PALE)
        canvas.drawString(MARGIN, 9 * mm, known(paper.number))
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, _("Page %(n)s") % {"n": doc.page})

    story = [_head(paper), Spacer(0, 6 * mm), _parties(paper), Spacer(0, 6 * mm), _lines(paper)]
    document.build([*story, Spacer(0, 3 * mm), _sums(paper), *_notes(paper)], onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _text(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(escape(known(text)), style)


def _head(paper: OrderPaper) -> Table:
    shop: list[Flowable] = [*_logo(paper.logo), _text(paper.shop, SHOP)]
    shop += [_text(text, SMALL) for text in paper.head]
    title: list[Flowable] = [_text(paper.title, TITLE), _text(paper.number, TOTAL)]
    title += [_text(mark, TOTAL) for mark in paper.marks]
    return _plain([[shop, title]], [0.6 * WIDTH, 0.4 * WIDTH])


def _parties(paper: OrderPaper) -> Table:
    supplier: list[Flowable] = [_text(pgettext("letter", "To"), SMALL), _text(paper.supplier[0], STRONG)]
    supplier += [_text(text) for text in paper.supplier[1:]]
    facts = _plain([[_text(label, SMALL), _text(fact)] for label, fact in paper.facts], [0.14 * WIDTH, 0.26 * WIDTH])
    return _plain([[supplier, facts]], [0.6 * WIDTH, 0.4 * WIDTH])


def _lines(paper: OrderPaper) -> Table:
    right = ParagraphStyle("head", SMALL, alignment=TA_RIGHT)
    head = [_text("#", SMALL), _text(_("Product"), SMALL)]
    head += [_text(name, right) for name in (_("Quantity"), _("Price of the unit"), _("Discount"), _("Amount"))]
    rows: list[Sequence[Any]] = [head]
    for n, line in enumerate(paper.lines, 1):
        name = [_text(line.name), _text(line.sku, SMALL)]
        count = [_text(line.qty, RIGHT)] + ([_text(f"= {line.conversion}", right)] if line.conversion else [])
        discount = money(line.discount) if line.discount else "–"
        figures = [_text(text, RIGHT) for text in (money(line.price), discount, money(line.amount))]
        rows.append([_text(str(n), SMALL), name, count, *figures])
    table = Table(rows, colWidths=COLUMNS, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _sums(paper: OrderPaper) -> Table:
    rows = [["", _text(label, RIGHT), _text(money(amount), RIGHT)] for label, amount in paper.sums]
    rows.append(["", _text(f"{_('Total')} {paper.currency}", TOTAL), _text(money(paper.total), TOTAL)])
    return _plain(rows, [0.45 * WIDTH, 0.3 * WIDTH, 0.25 * WIDTH])


def _notes(paper: OrderPaper) -> list[Flowable]:
    rows: list[Sequence[Any]] = [[_text(text)] for text in (paper.note, paper.terms) if text]
    if paper.address:
        link = Paragraph(f'<link href="{escape(paper.address)}">{escape(paper.address)}</link>', SMALL)
        rows.append([[_text(_("Please confirm quantities and date here:"), SMALL), link]])
    return [Spacer(0, 6 * mm), _plain(rows, [WIDTH])]


def _plain(rows: Sequence[Sequence[Any]], widths: list[float]) -> Table:
    table = Table(rows, colWidths=widths)
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    table.setStyle(TableStyle([*style, ("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 1)]))
    return table


def _logo(logo: Any) -> list[Flowable]:
    if not logo:
        return []
    try:
        with logo.open("rb") as file:
            picture = BytesIO(file.read())
    except OSError:
        # The file is gone from the data folder: an order without its picture is still one.
        return []
    width, height = ImageReader(picture).getSize()
    scale = min(LOGO_MAX[0] / width, LOGO_MAX[1] / height)
    picture.seek(0)
    return [Image(picture, width * scale, height * scale, hAlign="LEFT"), Spacer(0, 2 * mm)]
