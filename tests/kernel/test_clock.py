"""What runs by the clock: every step gets its turn, and a failed one is told."""

import pytest
from django.core.management import CommandError, call_command

from inventori import clock


@pytest.fixture
def steps(monkeypatch):
    """A clock of its own: `tea` does something, `broken` fails, `idle` has nothing to do."""
    monkeypatch.setattr(clock, "_steps", {})

    def broken():
        raise OSError("no water")

    clock.register("broken", broken)
    clock.register("idle", lambda: "")
    clock.register("tea", lambda: "one cup")


def test_a_step_that_fails_does_not_keep_the_next_from_running(steps):
    done = clock.run_due()

    assert [(step.name, step.said, step.failed) for step in done] == [
        ("broken", "no water", True),
        ("tea", "one cup", False),
    ]


def test_the_command_tells_what_was_done_and_fails_with_it(steps, capsys):
    with pytest.raises(CommandError):
        call_command("run_due")

    assert capsys.readouterr().out.splitlines() == ["broken: failed: no water", "tea: one cup"]
