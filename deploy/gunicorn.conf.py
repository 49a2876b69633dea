"""How gunicorn serves the shop, by ./run and in the container alike."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
# Loaded once and then forked: a quicker start and less memory. Nothing talks to the database while loading.
preload_app = True
timeout = 60
graceful_timeout = 20
# Memory that creeps up is given back; the jitter keeps the workers from leaving together.
max_requests = 5000
max_requests_jitter = 500
# A heartbeat file on a disk can stall a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
errorlog = "-"
accesslog = os.environ.get("ACCESS_LOG") or None
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()


def when_ready(server: Any) -> None:
    """Leave what was loaded before the fork out of every later garbage collection, in all workers."""
    gc.collect()
    gc.freeze()
