"""The start script's keeper: web server and worker live and die together."""

import signal
import subprocess
import sys
import time

from tools.serve import dead, stop_all, wait_until_ready, watch


def sleeper():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)


def stubborn():
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_nothing_is_dead_while_both_live():
    parts = {"web server": sleeper(), "worker": sleeper()}

    named = dead(parts)
    stop_all(list(parts.values()))

    assert named == ""
    assert [part.returncode for part in parts.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_the_part_that_dies_is_named_and_the_other_is_stopped():
    parts = {"web server": sleeper(), "worker": sleeper()}
    parts["worker"].kill()

    sentence = watch(parts)
    stop_all(list(parts.values()))

    assert sentence == "The worker stopped with code -9, so the shop closes."
    assert parts["web server"].returncode == -signal.SIGTERM


def test_a_part_that_dies_while_starting_is_told_at_once():
    parts = {"web server": subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])}
    parts["web server"].wait()
    started = time.monotonic()

    sentence = wait_until_ready(parts)

    assert sentence == "The web server stopped while starting; its messages stand above."
    assert time.monotonic() - started < 5


def test_a_part_that_will_not_stop_is_ended(monkeypatch):
    monkeypatch.setattr("tools.serve.STOP_TIMEOUT_SECONDS", 0.2)
    process = stubborn()

    stop_all([process])
    process.wait(timeout=5)

    assert process.returncode == -signal.SIGKILL
