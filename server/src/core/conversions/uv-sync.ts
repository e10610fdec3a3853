import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

const PROJECT = {
  'pyproject.toml': '[project]\nname = "mikrom"\nversion = "0.4.0"\ndependencies = ["fastapi>=0.115.6"]\n',
  'uv.lock': 'version = 1\n',
  'mikrom/main.py': 'print()\n',
};

export const uvSync = dockerfileConversion({
  meta: {
    id: 'uv-sync',
    title: 'Run uv sync in a stage of its own',
    since: '0.1.0',
    summary:
      'A builder stage runs a locked `uv sync` with a cache mount; the stage that ships copies the environment, without uv',
    safety: 'unsafe',
    why: `\`uv sync\` makes an environment of its own, \`.venv\`, which a second stage can copy: what ships gets the packages
without uv, its cache, and the compilers and headers that they were built with. In the builder the lock file decides
(\`--frozen\`), tools for development stay out (\`--no-dev\`), the dependencies come before the code
(\`--no-install-project\`), and a cache mount keeps uv's downloads between builds.

Headers become the libraries that they stood for (\`libpq-dev\` becomes \`libpq5\`), and a full base image becomes its
slim twin; one of uv's own images becomes the slim image of Python that it is made of. All else of the file stays as it
is: order, comments, settings, user, command.

It declines, and says which line, where uv is called in what ships (\`uv run\`), where no \`uv.lock\` is at hand, and where
uv would bring a Python of its own. Look in the preview for tools of development that the application needs while it runs.`,
    sources: [
      'https://docs.astral.sh/uv/guides/integration/docker/#non-editable-installs',
      'https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers',
    ],
  },
  examples: [
    {
      before: `FROM python:3.14-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev curl && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv
RUN useradd --create-home appuser
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY --chown=appuser:appuser . .
USER appuser
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "uvicorn", "mikrom.main:app"]
`,
      files: PROJECT,
      after: {
        Dockerfile: `FROM python:3.14-slim-trixie AS builder
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \\
    uv sync --link-mode=copy --frozen --no-dev --no-install-project

FROM python:3.14-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home appuser
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY --from=builder --chown=appuser /app/.venv /app/.venv
COPY --chown=appuser:appuser . .
USER appuser
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python", "-m", "uvicorn", "mikrom.main:app"]
`,
      },
    },
    {
      title: 'The code comes first, and the project is a package',
      before: `FROM python:3.12-slim
COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/
WORKDIR /app
# everything
COPY . .
RUN uv sync --locked --no-cache
CMD ["/app/.venv/bin/shop"]
`,
      files: {
        ...PROJECT,
        'pyproject.toml':
          '[project]\nname = "shop"\nrequires-python = ">=3.11"\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
      },
      after: {
        Dockerfile: `FROM python:3.12-slim AS builder
COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \\
    uv sync --no-dev --no-install-project --link-mode=copy --locked
COPY . .
RUN --mount=type=cache,target=/root/.cache/uv \\
    uv sync --no-dev --link-mode=copy --locked

FROM python:3.12-slim
WORKDIR /app
COPY --from=builder /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH
# everything
COPY . .
CMD ["/app/.venv/bin/shop"]
`,
      },
    },
    {
      title: 'uv starts the program',
      before:
        'FROM python:3.12-slim\nRUN pip install uv\nWORKDIR /app\nCOPY . .\nRUN uv sync --frozen\nCMD ["uv", "run", "mikrom"]\n',
      files: PROJECT,
      declined: 'line 6 calls uv, which stays in the builder: start the program itself',
    },
  ],
  offers: offersToSplit('uv-sync'),
});
