"""The miners, each by its quickest way: baskets → itemsets, itemsets → rules, baskets → rules."""

import warnings
from itertools import chain
from typing import Any

import numpy as np

from benchmarks.mining_sets import Set
from mining.apriori import frequent_itemsets
from mining.bounds import Limits, least_count
from mining.encoding import baskets_from_arrays
from mining.rules import association_rules

MIN_CONFIDENCE = 0.3
NO_LIMITS = Limits(max_itemsets=10**8, max_rules=10**8, max_bytes=10**10, max_seconds=3600)


class Miner:
    """One way to mine; `mine`, `rules` and `both` are timed, `count` and `rule_count` are not."""

    name = ""
    takes_arrays = False
    gives_rules = True
    cell_limit: float = float("inf")  # the most baskets × items it can be asked for
    line_limit: float = float("inf")

    def mine(self, given: Set, support: float) -> Any:
        raise NotImplementedError

    def rules(self, itemsets: Any, given: Set) -> Any:
        raise NotImplementedError

    def both(self, given: Set, support: float) -> Any:
        return self.rules(self.mine(given, support), given)

    def count(self, itemsets: Any) -> int:
        return len(itemsets)

    def rule_count(self, rules: Any) -> int:
        return int((rules["lift"] >= 1 - 1e-9).sum())


class Ours(Miner):
    name = "ours, lists"

    def mine(self, given: Set, support: float) -> Any:
        return frequent_itemsets(given.lists, min_support=support, limits=NO_LIMITS)

    def rules(self, itemsets: Any, given: Set) -> Any:
        return association_rules(itemsets, min_confidence=MIN_CONFIDENCE, limits=NO_LIMITS)

    def rule_count(self, rules: Any) -> int:
        return len(rules)


class OursArrays(Ours):
    name = "ours, arrays"
    takes_arrays = True

    def mine(self, given: Set, support: float) -> Any:
        baskets = baskets_from_arrays(given.basket_ids, given.item_ids)
        return frequent_itemsets(baskets, min_support=support, limits=NO_LIMITS)


class Borgelt(Miner):
    """Borgelt's C library. It takes lists only, and gives rules with single consequents only.

    mode "o" keeps an item that is in every basket, which it would drop otherwise.
    """

    gives_rules = False

    def __init__(self, algorithm: str) -> None:
        self.name = f"pyfim {algorithm}"
        self.algorithm = algorithm

    def mine(self, given: Set, support: float) -> Any:
        import fim

        least = least_count(support, len(given.lists))
        return getattr(fim, self.algorithm)(given.lists, target="s", supp=-least, mode="o")


class Rusket(Miner):
    """rusket on lists that we turn into a sparse matrix, four times quicker than by its own way."""

    name = "rusket, lists"

    def mine(self, given: Set, support: float) -> Any:
        import rusket
        from scipy import sparse

        flat = list(chain.from_iterable(given.lists))
        place = dict(zip(dict.fromkeys(flat), range(len(flat)), strict=False))
        columns = np.array(list(map(place.__getitem__, flat)), np.int32)
        ends = np.cumsum([0, *map(len, given.lists)])
        held = sparse.csr_matrix((np.ones(len(flat), np.int8), columns, ends), (len(given.lists), len(place)))
        held.sum_duplicates()
        held.data[:] = 1
        names = list(map(str, place))
        return rusket.fpgrowth(held, min_support=support, use_colnames=True, column_names=names)

    def rules(self, itemsets: Any, given: Set) -> Any:
        import rusket

        return rusket.association_rules(
            itemsets, num_itemsets=len(given.lists), metric="confidence", min_threshold=MIN_CONFIDENCE
        )


class RusketArrays(Rusket):
    name = "rusket, arrays"
    takes_arrays = True

    def mine(self, given: Set, support: float) -> Any:
        import pandas
        import rusket

        lines = pandas.DataFrame({"basket": given.basket_ids, "item": given.item_ids})
        held, names = rusket.from_transactions_csr(lines)
        return rusket.fpgrowth(held, min_support=support, use_colnames=True, column_names=names)


class Mlxtend(Miner):
    """mlxtend's fpgrowth; its matrix has a byte for each item of each basket."""

    name = "mlxtend"
    cell_limit = 3e9

    def mine(self, given: Set, support: float) -> Any:
        import pandas
        from mlxtend.frequent_patterns import fpgrowth
        from mlxtend.preprocessing import TransactionEncoder

        encoder = TransactionEncoder()
        held = pandas.DataFrame(encoder.fit(given.lists).transform(given.lists), columns=encoder.columns_)
        return fpgrowth(held, min_support=support, use_colnames=True)

    def rules(self, itemsets: Any, given: Set) -> Any:
        from mlxtend.frequent_patterns import association_rules as rules_of

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return rules_of(itemsets, metric="confidence", min_threshold=MIN_CONFIDENCE)


class EfficientApriori(Miner):
    name = "efficient-apriori"
    line_limit = 2e6

    def mine(self, given: Set, support: float) -> Any:
        from efficient_apriori import itemsets_from_transactions

        baskets = [tuple(basket) for basket in given.lists]
        return itemsets_from_transactions(baskets, min_support=support, max_length=99)

    def rules(self, itemsets: Any, given: Set) -> Any:
        from efficient_apriori.rules import generate_rules_apriori

        found, basket_count = itemsets
        return list(generate_rules_apriori(found, MIN_CONFIDENCE, basket_count))

    def count(self, itemsets: Any) -> int:
        return sum(map(len, itemsets[0].values()))

    def rule_count(self, rules: Any) -> int:
        return sum(1 for rule in rules if rule.lift >= 1 - 1e-9)


MINERS: list[Miner] = [
    OursArrays(),
    Ours(),
    *map(Borgelt, ("apriori", "eclat", "fpgrowth")),
    RusketArrays(),
    Rusket(),
    Mlxtend(),
    EfficientApriori(),
]
