"""The rules that SQL can see, each a query that returns (subject, expected, found) of what breaks it."""

from dataclasses import dataclass

# SQLite keeps decimals as floats: a thousandth of the smallest unit is no difference.
NEAR = "0.0005"
# A reserved word in MySQL, quoted in the one way that both databases read.
CHANGE = "`change`"


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    sql: str


# What a line of a sale or return moves: a box of ten sold twice is twenty.
IN_UNITS = "i.qty * i.factor"


def moves_equal_items(
    document: str, number: str, ref_type: str, items: str, link: str, sign: str, units: str = "i.qty"
) -> str:
    """Per document and product: Σ moves = ± Σ items; a document without its moves shows too."""
    # One pass over both sides: joining two grouped halves takes MariaDB minutes on a year of sales. Grouped by numbers
    # alone and by sorting (the hint, a comment to SQLite): kept in a table by key it outgrows the memory and crawls.
    return f"""
        SELECT CONCAT({number}, ', product ', s.product_id), s.wanted, s.moved
        FROM (SELECT /*! SQL_BIG_RESULT */ u.doc, u.product_id, SUM(u.wanted) AS wanted, SUM(u.moved) AS moved
              FROM (SELECT i.{link} AS doc, i.product_id, e.warehouse_id, {sign} * {units} AS wanted,
                           0 AS moved, 1 AS item
                    FROM {items} i JOIN {document} e ON e.id = i.{link}
                    UNION ALL
                    SELECT ref_id, product_id, warehouse_id, 0, qty_in - qty_out, 0
                    FROM inventory_stockmove WHERE ref_type = '{ref_type}') u
              GROUP BY u.doc, u.product_id, u.warehouse_id
              HAVING SUM(u.item) > 0 AND ABS(SUM(u.wanted) - SUM(u.moved)) > {NEAR}) s
        JOIN {document} d ON d.id = s.doc"""  # noqa: S608  names are this module's


def moves_have_items(ref_type: str, items: str, link: str) -> str:
    """Moves that name a document which does not exist, or does not hold their product."""
    return f"""
        SELECT DISTINCT CONCAT('{ref_type} ', m.ref_id, ', product ', m.product_id), 'a document line', 'none'
        FROM inventory_stockmove m
        WHERE m.ref_type = '{ref_type}' AND NOT EXISTS (
            SELECT 1 FROM {items} i WHERE i.{link} = m.ref_id AND i.product_id = m.product_id)"""  # noqa: S608


def same_day(document: str, number: str, ref_type: str, only: str = "") -> str:
    return f"""
        SELECT {number}, MIN(d.business_date), MIN(m.business_date)
        FROM inventory_stockmove m JOIN {document} d ON d.id = m.ref_id
        WHERE m.ref_type = '{ref_type}' AND m.business_date <> d.business_date {only}
        GROUP BY d.id, {number}"""  # noqa: S608


_LINES = "SUM(ROUND(qty * price + 0.0000001, {decimals}) - discount)"
# Tills round each line to the currency's step, imports to the cent: one of the two must fit.
_SALE_LINES = f"""(SELECT sale_id, {_LINES.format(decimals=0)} AS whole, {_LINES.format(decimals=2)} AS cents
                   FROM sales_saleitem GROUP BY sale_id)"""  # noqa: S608

# A returned line is rounded to the currency's step, to the cent where its price has cents; imports round to the cent.
_RETURN_LINES = """(SELECT sale_return_id, SUM(ROUND(qty * price + 0.0000001, 2) - discount) AS cents,
                           SUM(CASE WHEN price = ROUND(price, 0) THEN ROUND(qty * price + 0.0000001, 0)
                                    ELSE ROUND(qty * price + 0.0000001, 2) END - discount) AS steps
                    FROM sales_salereturnitem GROUP BY sale_return_id)"""

RULES = [
    Rule(
        "stock is not below zero (I2)",
        """SELECT CONCAT(p.sku, ' in ', w.code), 'zero or more', s.qty
           FROM inventory_stock s JOIN master_product p ON p.id = s.product_id
           JOIN inventory_warehouse w ON w.id = s.warehouse_id
           WHERE s.qty < 0 AND w.allow_negative = 0""",
    ),
    Rule(
        "stock rows carry their warehouse's below-zero switch",
        """SELECT CONCAT('stock ', s.id), w.allow_negative, s.allow_negative
           FROM inventory_stock s JOIN inventory_warehouse w ON w.id = s.warehouse_id
           WHERE s.allow_negative <> w.allow_negative""",
    ),
    Rule(
        "a paid sale took its goods",
        moves_equal_items(
            "(SELECT * FROM sales_sale WHERE status = 'PAID')",
            "d.invoice_number",
            "SALE",
            "sales_saleitem",
            "sale_id",
            "-1",
            IN_UNITS,
        ),
    ),
    Rule(
        "a cancelled sale or a basket moved nothing in the end",
        """SELECT CONCAT('sale ', d.id, ' ', d.status, ', product ', m.product_id), 0, m.qty
           FROM (SELECT ref_id, product_id, SUM(qty_in - qty_out) AS qty FROM inventory_stockmove
                 WHERE ref_type = 'SALE' GROUP BY ref_id, product_id) m
           JOIN sales_sale d ON d.id = m.ref_id
           WHERE d.status <> 'PAID' AND ABS(m.qty) > 0.0005""",
    ),
    Rule("a sale's moves have their sale line", moves_have_items("SALE", "sales_saleitem", "sale_id")),
    Rule(
        "a sale line keeps the cost its goods left with",
        """SELECT d.invoice_number, m.cost, i.cost
           FROM (SELECT sale_id, SUM(qty * factor * cost) AS cost FROM sales_saleitem GROUP BY sale_id) i
           JOIN sales_sale d ON d.id = i.sale_id AND d.status <> 'DRAFT'
           JOIN (SELECT ref_id, SUM(qty_out * unit_cost) AS cost FROM inventory_stockmove
                 WHERE ref_type = 'SALE' GROUP BY ref_id) m ON m.ref_id = d.id
           WHERE ABS(m.cost - i.cost) > 0.005""",
    ),
    Rule(
        "a sale's total adds up (I4)",
        f"""SELECT COALESCE(invoice_number, CONCAT('basket ', id)), subtotal - discount + tax + rounding, total_amount
            FROM sales_sale WHERE ABS(subtotal - discount + tax + rounding - total_amount) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a sale's subtotal is the sum of its lines (I4)",
        f"""SELECT COALESCE(d.invoice_number, CONCAT('basket ', d.id)), COALESCE(i.cents, 0), d.subtotal
            FROM sales_sale d LEFT JOIN {_SALE_LINES} i ON i.sale_id = d.id
            WHERE ABS(COALESCE(i.cents, 0) - d.subtotal) > 0.005
              AND ABS(COALESCE(i.whole, 0) - d.subtotal) > 0.005""",  # noqa: S608
    ),
    Rule(
        "payments settle the sale (I4)",
        f"""SELECT COALESCE(d.invoice_number, CONCAT('basket ', d.id)),
                   CASE WHEN d.status = 'PAID' THEN d.total_amount ELSE 0 END, COALESCE(p.amount, 0)
            FROM sales_sale d
            LEFT JOIN (SELECT sale_id, SUM(amount) AS amount FROM sales_payment GROUP BY sale_id) p
              ON p.sale_id = d.id
            WHERE ABS(CASE WHEN d.status = 'PAID' THEN d.total_amount ELSE 0 END - COALESCE(p.amount, 0)) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a payment is what was tendered less change (I4)",
        f"""SELECT CONCAT('payment ', p.id), p.tendered - p.{CHANGE}, p.amount FROM sales_payment p
            WHERE ABS(p.tendered - p.{CHANGE} - p.amount) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "returned goods came back",
        moves_equal_items(
            "sales_salereturn", "d.return_number", "RETURN", "sales_salereturnitem", "sale_return_id", "1", IN_UNITS
        ),
    ),
    Rule(
        "a return's moves have their line",
        moves_have_items("RETURN", "sales_salereturnitem", "sale_return_id"),
    ),
    Rule(
        "a refund is the sum of its lines, tax and rounding (I4)",
        f"""SELECT d.return_number, COALESCE(i.steps, 0) + d.tax + d.rounding, d.total_amount
            FROM sales_salereturn d LEFT JOIN {_RETURN_LINES} i ON i.sale_return_id = d.id
            WHERE ABS(COALESCE(i.steps, 0) + d.tax + d.rounding - d.total_amount) > 0.005
              AND ABS(COALESCE(i.cents, 0) + d.tax + d.rounding - d.total_amount) > 0.005""",  # noqa: S608
    ),
    Rule(
        "no more is given back than was paid",
        f"""SELECT s.invoice_number, s.total_amount, r.amount
            FROM (SELECT sale_id, SUM(total_amount) AS amount FROM sales_salereturn
                  WHERE sale_id IS NOT NULL GROUP BY sale_id) r
            JOIN sales_sale s ON s.id = r.sale_id WHERE r.amount > s.total_amount + {NEAR}""",  # noqa: S608
    ),
    Rule(
        "when everything has come back, all that was paid is given back",
        f"""SELECT s.invoice_number, s.total_amount, m.amount
            FROM (SELECT sale_id, SUM(total_amount) AS amount FROM sales_salereturn
                  WHERE sale_id IS NOT NULL GROUP BY sale_id) m
            JOIN (SELECT sale_id, SUM(qty) AS qty FROM sales_saleitem GROUP BY sale_id) i ON i.sale_id = m.sale_id
            JOIN (SELECT d.sale_id, SUM(r.qty) AS qty FROM sales_salereturnitem r
                  JOIN sales_salereturn d ON d.id = r.sale_return_id GROUP BY d.sale_id) b ON b.sale_id = m.sale_id
            JOIN sales_sale s ON s.id = m.sale_id
            WHERE ABS(i.qty - b.qty) <= {NEAR} AND ABS(m.amount - s.total_amount) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "goods come back of paid sales only",
        """SELECT d.return_number, 'a paid sale', s.status
           FROM sales_salereturn d JOIN sales_sale s ON s.id = d.sale_id WHERE s.status <> 'PAID'""",
    ),
    Rule(
        "no more comes back than was sold",
        """SELECT CONCAT('sale line ', s.id), s.qty, r.qty
           FROM (SELECT sale_item_id, SUM(qty) AS qty FROM sales_salereturnitem
                 WHERE sale_item_id IS NOT NULL GROUP BY sale_item_id) r
           JOIN sales_saleitem s ON s.id = r.sale_item_id WHERE r.qty > s.qty + 0.0005""",
    ),
    Rule(
        "received goods came in",
        moves_equal_items(
            "purchases_goodsreceipt", "d.grn_number", "GRN", "purchases_goodsreceiptitem", "receipt_id", "1"
        ),
    ),
    Rule(
        "a receipt's moves have their line",
        moves_have_items("GRN", "purchases_goodsreceiptitem", "receipt_id"),
    ),
    Rule(
        "an order line counts its receipts",
        f"""SELECT CONCAT(o.po_number, ', product ', i.product_id), COALESCE(r.qty, 0), i.received_qty
            FROM purchases_poitem i JOIN purchases_purchaseorder o ON o.id = i.po_id
            LEFT JOIN (SELECT po_item_id, SUM(qty) AS qty FROM purchases_goodsreceiptitem GROUP BY po_item_id) r
              ON r.po_item_id = i.id
            WHERE ABS(COALESCE(r.qty, 0) - i.received_qty) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "an order is received when each line is full",
        """SELECT o.po_number, CASE WHEN l.open_lines = 0 THEN 'RECEIVED' ELSE 'an open order' END, o.status
           FROM purchases_purchaseorder o
           JOIN (SELECT po_id, SUM(CASE WHEN received_qty < qty THEN 1 ELSE 0 END) AS open_lines
                 FROM purchases_poitem GROUP BY po_id) l ON l.po_id = o.id
           WHERE (o.status = 'RECEIVED' AND l.open_lines > 0)
              OR (o.status IN ('DRAFT', 'SENT') AND l.open_lines = 0)""",
    ),
    Rule(
        "an adjustment has its moves",
        """SELECT COALESCE(a.number, CONCAT('adjustment ', a.id)), 'moves', 'none' FROM inventory_stockadjustment a
           LEFT JOIN inventory_stockmove m ON m.ref_type = 'ADJUST' AND m.ref_id = a.id WHERE m.id IS NULL""",
    ),
    Rule(
        "an adjustment's moves have their document",
        """SELECT CONCAT('move ', m.id), 'an adjustment of its warehouse', 'none' FROM inventory_stockmove m
           LEFT JOIN inventory_stockadjustment a ON a.id = m.ref_id AND a.warehouse_id = m.warehouse_id
           WHERE m.ref_type = 'ADJUST' AND a.id IS NULL""",
    ),
    Rule(
        "a sale's goods left on its day",
        same_day("sales_sale", "d.invoice_number", "SALE", "AND m.qty_out > 0"),
    ),
    Rule("a return's goods came on its day", same_day("sales_salereturn", "d.return_number", "RETURN")),
    Rule("a receipt's goods came on its day", same_day("purchases_goodsreceipt", "d.grn_number", "GRN")),
    Rule("an adjustment's moves are of its day", same_day("inventory_stockadjustment", "d.number", "ADJUST")),
    Rule(
        "a sale belongs to its shift's cashier and warehouse",
        """SELECT d.invoice_number, CONCAT('cashier ', s.cashier_id, ', warehouse ', s.warehouse_id),
                  CONCAT('cashier ', d.cashier_id, ', warehouse ', d.warehouse_id)
           FROM sales_sale d JOIN sales_shift s ON s.id = d.shift_id
           WHERE d.status <> 'DRAFT' AND (d.cashier_id <> s.cashier_id OR d.warehouse_id <> s.warehouse_id)""",
    ),
    Rule(
        "a closed shift expects what its sales, refunds and cash moves come to",
        f"""SELECT s.number, s.opening_float + SUM(m.amount), s.expected_cash
            FROM (SELECT id AS shift_id, 0 AS amount FROM sales_shift
                  UNION ALL
                  SELECT d.shift_id, p.amount FROM sales_payment p JOIN sales_sale d ON d.id = p.sale_id
                  WHERE p.method = 'CASH' AND d.shift_id IS NOT NULL
                  UNION ALL
                  SELECT shift_id, -total_amount FROM sales_salereturn
                  WHERE method = 'CASH' AND shift_id IS NOT NULL
                  UNION ALL
                  SELECT shift_id, CASE kind WHEN 'IN' THEN amount WHEN 'OUT' THEN -amount ELSE 0 END
                  FROM sales_cashmove) m
            JOIN sales_shift s ON s.id = m.shift_id
            WHERE s.closed_at IS NOT NULL
            GROUP BY s.id, s.number, s.opening_float, s.expected_cash
            HAVING ABS(s.opening_float + SUM(m.amount) - s.expected_cash) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a closed shift counted what its notes and coins come to",
        f"""SELECT s.number, COALESCE(c.amount, 0), s.counted_cash FROM sales_shift s
            LEFT JOIN (SELECT shift_id, SUM(value * pieces) AS amount FROM sales_shiftcount GROUP BY shift_id) c
              ON c.shift_id = s.id
            WHERE s.closed_at IS NOT NULL AND ABS(COALESCE(c.amount, 0) - s.counted_cash) > {NEAR}""",  # noqa: S608
    ),
]
