FROM python:3.13-slim
WORKDIR /srv
# the user who runs it may write no compiled files, so they are part of the image
ENV UV_COMPILE_BYTECODE=1
COPY requirements.lock ./
RUN pip install --no-cache-dir uv==0.13.9 && uv pip install --system --no-cache --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY app app
COPY tasks tasks
COPY connectors connectors
COPY mappings mappings
COPY ledger ledger
COPY sandbox sandbox
RUN uv pip install --system --no-deps --no-build-isolation . \
 && useradd --create-home --uid 1000 cartbooks && mkdir -p /srv/data && chown cartbooks /srv/data
USER cartbooks
