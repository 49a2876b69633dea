"""What must hold of batches: they add up to the stock they are a part of, and to their own moves."""

from .rules import NEAR, Rule

_WHERE = "CONCAT(p.sku, ' batch ', b.number, ' in ', w.code)"
_NAMES = """JOIN inventory_batch b ON b.id = s.batch_id JOIN master_product p ON p.id = b.product_id
            JOIN inventory_warehouse w ON w.id = s.warehouse_id"""

BATCH_RULES = [
    Rule(
        "batches add up to the stock of their product",
        f"""SELECT CONCAT(p.sku, ' in ', w.code), s.qty, COALESCE(b.qty, 0)
            FROM inventory_stock s
            JOIN master_product p ON p.id = s.product_id JOIN inventory_warehouse w ON w.id = s.warehouse_id
            LEFT JOIN (SELECT t.product_id, r.warehouse_id, SUM(r.qty) AS qty
                       FROM inventory_batchstock r JOIN inventory_batch t ON t.id = r.batch_id
                       GROUP BY t.product_id, r.warehouse_id) b
              ON b.product_id = s.product_id AND b.warehouse_id = s.warehouse_id
            WHERE s.tracks_batches = 1 AND ABS(s.qty - COALESCE(b.qty, 0)) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a batch's stock equals its moves",
        f"""SELECT {_WHERE}, COALESCE(m.qty, 0), s.qty
            FROM inventory_batchstock s {_NAMES}
            LEFT JOIN (SELECT batch_id, warehouse_id, SUM(qty_in - qty_out) AS qty FROM inventory_stockmove
                       WHERE batch_id IS NOT NULL GROUP BY batch_id, warehouse_id) m
              ON m.batch_id = s.batch_id AND m.warehouse_id = s.warehouse_id
            WHERE ABS(COALESCE(m.qty, 0) - s.qty) > {NEAR}""",  # noqa: S608
    ),
    Rule(
        "a move's batch is one of its product, and lies where it moved",
        """SELECT CONCAT('move ', m.id), 'a batch of its product and warehouse', b.number
           FROM inventory_stockmove m JOIN inventory_batch b ON b.id = m.batch_id
           LEFT JOIN inventory_batchstock s ON s.batch_id = m.batch_id AND s.warehouse_id = m.warehouse_id
           WHERE b.product_id <> m.product_id OR s.id IS NULL""",
    ),
    Rule(
        "stock rows carry their product's batch switch",
        """SELECT CONCAT(p.sku, ', stock ', s.id), p.tracks_batches, s.tracks_batches
           FROM inventory_stock s JOIN master_product p ON p.id = s.product_id
           WHERE s.tracks_batches <> p.tracks_batches""",
    ),
]
