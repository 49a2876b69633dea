"""What must hold of goods sent between warehouses and of stock counts."""

from .rules import NEAR, Rule, moves_have_items

# A reserved word in MySQL, quoted in the one way that both databases read.
KEY = "`key`"


def _side(place: str, moved: str, wanted: str) -> str:
    """Per transfer, product and batch: what its lines say = what moved in one of its warehouses."""
    # No batch counts as batch 0: two empty columns are never equal.
    return f"""
        SELECT CONCAT(d.number, ', product ', u.product_id, ', batch ', u.batch), SUM(u.wanted), SUM(u.moved)
        FROM (SELECT i.transfer_id AS doc, i.product_id, COALESCE(i.batch_id, 0) AS batch, {wanted} AS wanted,
                     0 AS moved
              FROM inventory_transferitem i JOIN inventory_transfer e ON e.id = i.transfer_id
              UNION ALL
              SELECT m.ref_id, m.product_id, COALESCE(m.batch_id, 0), 0, {moved}
              FROM inventory_stockmove m JOIN inventory_transfer e ON e.id = m.ref_id
              WHERE m.ref_type = 'TRANSFER' AND m.warehouse_id = e.{place}) u
        JOIN inventory_transfer d ON d.id = u.doc
        GROUP BY u.doc, u.product_id, u.batch, d.number
        HAVING ABS(SUM(u.wanted) - SUM(u.moved)) > {NEAR}"""  # noqa: S608  names are this module's


MOVING_RULES = [
    Rule("what a transfer sent left its source", _side("source_id", "m.qty_out - m.qty_in", "i.qty")),
    Rule(
        "what was sent came to the target once it was received",
        _side("target_id", "m.qty_in - m.qty_out", "CASE e.status WHEN 'RECEIVED' THEN i.qty ELSE 0 END"),
    ),
    Rule("a transfer's moves have their line", moves_have_items("TRANSFER", "inventory_transferitem", "transfer_id")),
    Rule(
        "a transfer moves goods in its two warehouses only",
        """SELECT CONCAT(d.number, ', move ', m.id), 'its source or target', m.warehouse_id
           FROM inventory_stockmove m JOIN inventory_transfer d ON d.id = m.ref_id
           WHERE m.ref_type = 'TRANSFER' AND m.warehouse_id NOT IN (d.source_id, d.target_id)""",
    ),
    Rule(
        "the difference of a received transfer is booked",
        f"""SELECT CONCAT(d.number, ', product ', u.product_id), SUM(u.wanted), SUM(u.moved)
            FROM (SELECT i.transfer_id AS doc, i.product_id, i.received_qty - i.qty AS wanted, 0 AS moved
                  FROM inventory_transferitem i WHERE i.received_qty IS NOT NULL
                  UNION ALL
                  SELECT e.id, m.product_id, 0, m.qty_in - m.qty_out
                  FROM inventory_transfer e
                  JOIN inventory_stockadjustment a
                    ON a.{KEY} IN (CONCAT('transfer:', e.id, ':LOST'), CONCAT('transfer:', e.id, ':FOUND'))
                  JOIN inventory_stockmove m ON m.ref_type = 'ADJUST' AND m.ref_id = a.id) u
            JOIN inventory_transfer d ON d.id = u.doc
            GROUP BY u.doc, u.product_id, d.number
            HAVING ABS(SUM(u.wanted) - SUM(u.moved)) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a posted count changed the stock by its differences",
        f"""SELECT CONCAT(d.number, ', product ', u.product_id), SUM(u.wanted), SUM(u.moved)
            FROM (SELECT l.count_id AS doc, l.product_id, l.counted_qty - l.expected_qty AS wanted, 0 AS moved
                  FROM inventory_stockcountline l JOIN inventory_stockcount e ON e.id = l.count_id
                  WHERE e.status = 'POSTED' AND l.counted_qty IS NOT NULL
                  UNION ALL
                  SELECT e.id, m.product_id, 0, m.qty_in - m.qty_out
                  FROM inventory_stockcount e
                  JOIN inventory_stockmove m ON m.ref_type = 'ADJUST' AND m.ref_id = e.adjustment_id) u
            JOIN inventory_stockcount d ON d.id = u.doc
            GROUP BY u.doc, u.product_id, d.number
            HAVING ABS(SUM(u.wanted) - SUM(u.moved)) > {NEAR}""",  # noqa: S608
    ),
]
