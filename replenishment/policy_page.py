"""One policy as its page shows it: the number in words, the methods side by side, and its days of demand."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from inventory.demand import demand_table
from inventory.models import ReorderPolicy
from inventory.selectors import business_today

from .calendar import DayMarks, day_marks
from .demand_chart import DemandChart, demand_chart
from .measuring import Measured, default_range, measured, open_share
from .policy_choices import Choice, choices
from .policy_words import working
from .selectors import replenishment_settings
from .suggesting import Proposal, proposals

# More bars than a screen has room for say nothing.
CHART_DAYS = 365


@dataclass(frozen=True)
class PolicyPageData:
    """working: sentences, the one with the number first. chart: None where the product never moved there."""

    proposal: Proposal | None
    working: list[str]
    choices: list[Choice]
    chart: DemandChart | None


def policy_page(policy: ReorderPolicy) -> PolicyPageData:
    """Read what the page of a policy shows, of the days that the policy was computed from."""
    settings = replenishment_settings()
    start, end = default_range(business_today(policy.warehouse), settings)
    start, end = policy.history_from or start, policy.history_to or end
    marks = day_marks(warehouse=policy.warehouse, start=start, end=end)
    table = demand_table(warehouse=policy.warehouse, start=start, end=end, product_ids=[policy.product_id])
    proposal = next(iter(proposals(warehouse=policy.warehouse, product_ids=[policy.product_id])), None)
    share = open_share(marks)
    is_known = policy.avg_daily_demand > 0 or bool(policy.typed)
    days = measured(table, marks, leave_out_outliers=settings.leave_out_outliers) if len(table.product_ids) else None
    return PolicyPageData(
        proposal=proposal,
        working=working(policy, Decimal(repr(share))) if is_known and policy.computed_at else [],
        choices=choices(policy, proposal.situation, days, share) if days and proposal and is_known else [],
        chart=_chart(policy, start, marks, table.stocked[0].tolist(), days) if days else None,
    )


def _chart(policy: ReorderPolicy, start: date, marks: DayMarks, stocked: list[bool], days: Measured) -> DemandChart:
    skipped = max(len(stocked) - CHART_DAYS, 0)
    is_open = marks.open.tolist()
    return demand_chart(
        start + timedelta(days=skipped),
        days.demand[0].tolist()[skipped:],
        empty=[opened and not there for opened, there in zip(is_open, stocked, strict=True)][skipped:],
        event=marks.event.tolist()[skipped:],
        closed=[not opened for opened in is_open][skipped:],
        outlier=days.stats.outliers[0].tolist()[skipped:],
        mean=float(policy.avg_daily_demand),
    )
