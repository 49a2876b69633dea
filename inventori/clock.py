"""What runs by the clock, without anybody pressing: each step knows by itself whether it is due.

An app registers a step in its `AppConfig.ready`:

    clock.register("reorder_alerts", check_alerts)    # () -> what was done in words, "" for nothing

`manage.py run_due` runs the steps once, for cron; `run_due --forever` stays and runs them every quarter of an hour.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)
SECONDS_BETWEEN = 900

Step = Callable[[], str]
_steps: dict[str, Step] = {}


@dataclass(frozen=True, slots=True)
class Done:
    """One step that did something, or failed."""

    name: str
    said: str
    failed: bool = False


def register(name: str, step: Step) -> None:
    _steps[name] = step


def run_due() -> list[Done]:
    """Run every step; one that fails stands in the log and does not keep the others from running."""
    done = []
    for name, step in _steps.items():
        try:
            said = step()
        # Whatever it stumbles over, the next step must have its turn.
        except Exception as error:
            logger.exception("the step %s failed", name)
            done.append(Done(name, str(error), failed=True))
        else:
            if said:
                done.append(Done(name, said))
    return done
