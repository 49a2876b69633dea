"""ABC classes: the few products that make most of the turnover are counted most often. Pure arithmetic.

Products are taken by falling value. A product is in A while those before it make less than 80 % of all value,
in B while they make less than 95 %, else in C; one without value is always in C.
Source: E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 2.3.

>>> classes({1: Decimal(700), 2: Decimal(150), 3: Decimal(100), 4: Decimal(50), 5: Decimal(0)})
{1: 'A', 2: 'A', 3: 'B', 4: 'C', 5: 'C'}
"""

from collections.abc import Mapping
from decimal import Decimal

A, B, C = "A", "B", "C"
SHARE_A = Decimal("0.80")
SHARE_B = Decimal("0.95")  # A and B together

# Days from one count of a product to the next.
DAYS_BETWEEN_COUNTS = {A: 30, B: 90, C: 180}

# The turnover that is looked at.
SALES_DAYS = 90


def classes(values: Mapping[int, Decimal]) -> dict[int, str]:
    """Return the class of each product by the value it sold, ties in the order of their ids."""
    total = sum((value for value in values.values() if value > 0), Decimal(0))
    before = Decimal(0)
    found: dict[int, str] = {}
    for product_id, value in sorted(values.items(), key=lambda item: (-item[1], item[0])):
        if value <= 0 or before >= SHARE_B * total:
            found[product_id] = C
        else:
            found[product_id] = A if before < SHARE_A * total else B
        before += max(value, Decimal(0))
    return found
