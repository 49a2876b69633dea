"""Finds the nominal service level at which the past reaches a wanted fill rate. Pure.

The normal model promises; the replay shows what the promise is worth in this shop. Levels are tried as they can be
set, in hundredths of a per cent: on a fixed ladder first, then by halving the step around the wanted rate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scipy.special import ndtr, ndtri

# Per cent; the least and the greatest that can be set.
LADDER = (50.0, 75.0, 85.0, 90.0, 95.0, 98.0, 99.5, 99.99)
HALVINGS = 6
# A point of fill rate.
WITHIN = 1.0

Rates = Mapping[str, float | None]
Reach = Callable[[Mapping[str, float]], Rates]


@dataclass(frozen=True)
class Calibrated:
    """The level found for a group of products, and what it reached; all in per cent.

    is_reached: within a point of what was wanted. is_least: already the least level reaches more than that.
    tried: level and rate of every trial, by level. level is None where the group sold nothing.
    """

    level: float | None
    rate: float | None
    is_reached: bool
    is_least: bool
    tried: Sequence[tuple[float, float]]


def calibrate(reach: Reach, groups: Sequence[str], wanted: float) -> dict[str, Calibrated]:
    """Return for each group the least level whose rate is at least `wanted`, else the one that comes nearest.

    reach: given a level for each group, returns the rate that each reaches, None where nothing was asked for. wanted:
    per cent. The groups are tried together: one call is one replay.

    >>> found = calibrate(lambda levels: {name: level / 2 + 49 for name, level in levels.items()}, ["A"], 97.0)["A"]
    >>> found.level, found.rate, found.is_reached
    (96.78, 97.39, True)
    """
    tried: dict[str, dict[float, float]] = {name: {} for name in groups}

    def attempt(levels: Mapping[str, float]) -> None:
        for name, rate in reach(levels).items():
            if rate is not None and name in levels:
                tried[name][levels[name]] = rate

    for level in LADDER:
        attempt(dict.fromkeys(groups, level))
    for _ in range(HALVINGS):
        if not (levels := {name: middle for name in groups if (middle := _between(tried[name], wanted))}):
            break
        attempt(levels)
    return {name: _chosen(tried[name], wanted) for name in groups}


def _between(tried: Mapping[float, float], wanted: float) -> float | None:
    """Return a level between the highest that misses and the lowest that reaches; None where that is near enough."""
    reaching = [level for level, rate in tried.items() if rate >= wanted]
    if not reaching or tried[min(reaching)] <= wanted + WITHIN / 2:
        return None
    high = min(reaching)
    below = [level for level in tried if level < high]
    if not below:
        return None
    middle = round(100 * float(ndtr((ndtri(max(below) / 100) + ndtri(high / 100)) / 2)), 2)
    return middle if middle not in tried else None


def _chosen(tried: Mapping[float, float], wanted: float) -> Calibrated:
    if not tried:
        return Calibrated(None, None, is_reached=False, is_least=False, tried=[])
    reaching = [level for level, rate in tried.items() if rate >= wanted]
    # Of levels that reach the same, the least: more would only be kept.
    level = min(reaching) if reaching else min(tried, key=lambda one: (wanted - tried[one], one))
    rate = tried[level]
    return Calibrated(
        level=level,
        rate=rate,
        is_reached=abs(rate - wanted) <= WITHIN,
        is_least=level == LADDER[0] and rate > wanted + WITHIN,
        tried=sorted(tried.items()),
    )
