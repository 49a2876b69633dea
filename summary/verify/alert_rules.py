"""What must hold of reorder alerts, and of the units that baskets put aside hold."""

from .rules import NEAR, Rule

_WHERE = "CONCAT(p.sku, ' in ', w.code)"
_NAMES = """JOIN master_product p ON p.id = s.product_id JOIN inventory_warehouse w ON w.id = s.warehouse_id"""

ALERT_RULES = [
    Rule(
        "an alert is open where the stock says so, and nowhere else",
        f"""SELECT {_WHERE}, s.is_low, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END
            FROM inventory_stock s {_NAMES}
            LEFT JOIN inventory_reorderalert a
              ON a.product_id = s.product_id AND a.warehouse_id = s.warehouse_id AND a.is_open = 1
            WHERE s.is_low <> CASE WHEN a.id IS NULL THEN 0 ELSE 1 END""",  # noqa: S608
    ),
    Rule(
        # What a product with batches has available changes over night, so only the others are judged here.
        "what is at or below its reorder point has an alert",
        f"""SELECT {_WHERE}, CASE WHEN ROUND(s.qty - s.held, 3) <= ROUND(s.rop, 3) THEN 1 ELSE 0 END, s.is_low
            FROM inventory_stock s {_NAMES}
            WHERE s.tracks_batches = 0 AND s.is_low <>
                  CASE WHEN s.rop IS NOT NULL AND ROUND(s.qty - s.held, 3) <= ROUND(s.rop, 3) THEN 1 ELSE 0 END""",  # noqa: S608
    ),
    Rule(
        "units held are those of the baskets put aside",
        f"""SELECT {_WHERE}, COALESCE(h.units, 0), s.held
            FROM inventory_stock s {_NAMES}
            LEFT JOIN (SELECT i.product_id, d.warehouse_id, SUM(i.qty * i.factor) AS units
                       FROM sales_saleitem i JOIN sales_sale d ON d.id = i.sale_id
                       WHERE d.status = 'DRAFT' AND d.held_at IS NOT NULL
                       GROUP BY i.product_id, d.warehouse_id) h
              ON h.product_id = s.product_id AND h.warehouse_id = s.warehouse_id
            WHERE ABS(COALESCE(h.units, 0) - s.held) > {NEAR}""",  # noqa: S608
    ),
]
