"""The verifier: proves that ledger, documents and money agree, and names each difference."""

from .cards import stock_card_differences
from .report import Difference, differences
from .rules import RULES

__all__ = ["RULES", "Difference", "differences", "stock_card_differences"]
