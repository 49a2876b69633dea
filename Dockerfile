# --- Browser files, from the lock file -----------------------------------------------
FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

# --- Python packages, built once ------------------------------------------------------
FROM python:3.11-slim-bookworm AS packages
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libmariadb-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements/uv.txt requirements/base.txt requirements/mysql.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r uv.txt \
    && /opt/venv/bin/uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r base.txt -r mysql.txt

# --- The shop ----------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmariadb3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home shop

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    INVENTORI_DATA=/data \
    STATIC_ROOT=/app/staticfiles \
    HOST=0.0.0.0 \
    PORT=8000

WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/node_modules ./node_modules
# The secret is for this step alone: nothing it makes holds it, and a start without its own is refused.
RUN for po in locale/*/LC_MESSAGES/django.po; do \
        pybabel --quiet compile --locale "$(basename "$(dirname "$(dirname "$po")")")" \
            --input-file "$po" --output-file "${po%.po}.mo" || exit 1; \
    done \
    && DJANGO_SECRET_KEY=only-for-building python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf node_modules \
    && chown shop /data

USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "-m", "tools.healthy"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "inventori.wsgi"]
