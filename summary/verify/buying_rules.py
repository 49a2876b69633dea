"""What must hold of what came from suppliers and went back to them."""

from .rules import NEAR, Rule, moves_equal_items, moves_have_items, same_day


def _batches_of_lines(number: str, document: str, items: str, link: str, ref_type: str, moved: str) -> str:
    """Per document, product and batch: Σ lines = Σ moves; a line without the batch its goods moved in shows too."""
    # No batch counts as batch 0: two empty columns are never equal.
    return f"""
        SELECT CONCAT({number}, ', product ', u.product_id, ', batch ', u.batch), SUM(u.wanted), SUM(u.moved)
        FROM (SELECT {link} AS doc, product_id, COALESCE(batch_id, 0) AS batch, qty AS wanted, 0 AS moved FROM {items}
              UNION ALL
              SELECT ref_id, product_id, COALESCE(batch_id, 0), 0, {moved}
              FROM inventory_stockmove WHERE ref_type = '{ref_type}') u
        JOIN {document} d ON d.id = u.doc
        GROUP BY u.doc, u.product_id, u.batch, {number}
        HAVING ABS(SUM(u.wanted) - SUM(u.moved)) > {NEAR}"""  # noqa: S608  names are this module's


def _batch_of_product(items: str) -> str:
    return f"""
        SELECT CONCAT('line ', i.id, ', product ', i.product_id), 'a batch of its product', b.number
        FROM {items} i JOIN inventory_batch b ON b.id = i.batch_id WHERE b.product_id <> i.product_id"""  # noqa: S608


_RECEIPT = ("d.grn_number", "purchases_goodsreceipt", "purchases_goodsreceiptitem", "receipt_id", "GRN")
_RETURN = ("d.number", "purchases_supplierreturn", "purchases_supplierreturnitem", "supplier_return_id", "SUPRET")

BUYING_RULES = [
    Rule(
        "no more is received than was ordered and tolerated",
        f"""SELECT CONCAT(o.po_number, ', product ', i.product_id), i.qty, i.received_qty
            FROM purchases_poitem i JOIN purchases_purchaseorder o ON o.id = i.po_id
            LEFT JOIN (SELECT l.po_item_id, MAX(d.over_percent) AS most FROM purchases_goodsreceiptitem l
                       JOIN purchases_goodsreceipt d ON d.id = l.receipt_id
                       WHERE l.po_item_id IS NOT NULL GROUP BY l.po_item_id) t ON t.po_item_id = i.id
            WHERE i.received_qty > i.qty * (1 + COALESCE(t.most, 0) / 100.0) + {NEAR}""",  # noqa: S608
    ),
    Rule("receipt lines name the batch their goods came into", _batches_of_lines(*_RECEIPT, "qty_in - qty_out")),
    Rule("a receipt line's batch is one of its product", _batch_of_product(_RECEIPT[2])),
    Rule(
        "goods sent back to a supplier left",
        moves_equal_items(_RETURN[1], _RETURN[0], _RETURN[4], _RETURN[2], _RETURN[3], "-1"),
    ),
    Rule("a supplier return's moves have their line", moves_have_items("SUPRET", _RETURN[2], _RETURN[3])),
    Rule("a supplier return's goods left on its day", same_day(_RETURN[1], _RETURN[0], "SUPRET")),
    Rule("lines sent back name the batch their goods left", _batches_of_lines(*_RETURN, "qty_out - qty_in")),
    Rule("the batch of a line sent back is one of its product", _batch_of_product(_RETURN[2])),
    Rule(
        "no more goes back to a supplier than came",
        f"""SELECT CONCAT('receipt line ', i.id), i.qty, b.qty
            FROM (SELECT receipt_item_id, SUM(qty) AS qty FROM purchases_supplierreturnitem
                  WHERE receipt_item_id IS NOT NULL GROUP BY receipt_item_id) b
            JOIN purchases_goodsreceiptitem i ON i.id = b.receipt_item_id WHERE b.qty > i.qty + {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a supplier return is worth what its lines come to (I4)",
        """SELECT d.number, COALESCE(i.amount, 0), d.total_amount FROM purchases_supplierreturn d
           LEFT JOIN (SELECT supplier_return_id, SUM(ROUND(qty * unit_cost + 0.0000001, 2)) AS amount
                      FROM purchases_supplierreturnitem GROUP BY supplier_return_id) i ON i.supplier_return_id = d.id
           WHERE ABS(COALESCE(i.amount, 0) - d.total_amount) > 0.005""",
    ),
]
