import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageVenv = dockerfileConversion({
  meta: {
    id: 'multi-stage-venv',
    title: 'Fill a virtual environment in a stage of its own',
    since: '0.1.0',
    summary:
      'Compilers and headers stay in a builder stage that fills a virtual environment; the stage that ships copies it',
    safety: 'unsafe',
    why: `Compilers and headers serve to build packages and nothing else, yet an image that installs them ships them:
\`build-essential\` alone is some 300 MB. A builder stage installs everything into a virtual environment, \`/opt/venv\`;
the stage that ships copies that folder and puts its programs first on the PATH. It gets the libraries that the headers
stood for (\`libpq-dev\` becomes \`libpq5\`), and a full base image becomes its slim twin. All else of the file stays as
it is: order, comments, settings, user, command.

Unlike with wheels, whatever can be installed can be handed over so: the project itself (\`pip install .\`), packages from
several indexes, from a repository or with hashes, and what Poetry, Pipenv and \`uv pip\` install. Those stay in the
builder too.

An environment that the file makes itself (\`python -m venv\`, \`virtualenv\`, \`uv venv\`) stays where it is made: the
builder makes and fills it, and what ships copies it to the same folder, for the same user. There Python may come from
apt as well, on \`debian\` or \`ubuntu\`.

An environment's programs know its folder, so that it has to be at the same place in both stages. What calls programs by
their old path, or starts with a PATH of its own (cron, sudo, a login shell), would not find it: there the conversion
declines, and says which line. Look in the preview for programs that the application calls while it runs and that only
came along with what is gone.`,
    sources: [
      'https://docs.docker.com/build/building/multi-stage/',
      'https://docs.python.org/3/library/venv.html',
      'https://python-poetry.org/docs/configuration/#virtualenvscreate',
      'https://pipenv.pypa.io/en/latest/docker.html',
    ],
  },
  examples: [
    {
      before: `FROM python:3.12-slim
WORKDIR /app

RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev curl \\
    && rm -rf /var/lib/apt/lists/*

# the project and all that it needs
COPY . .
RUN pip install --no-cache-dir .

USER 1000
CMD ["python", "-m", "shop"]
`,
      files: {
        'pyproject.toml':
          '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "shop"\nversion = "1.0"\ndependencies = ["flask==3.1.0", "psycopg2==2.9.10"]\n',
      },
      after: {
        Dockerfile: `FROM python:3.12-slim AS builder
WORKDIR /app

RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev \\
    && rm -rf /var/lib/apt/lists/*

COPY . .
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
RUN pip install --no-cache-dir .

FROM python:3.12-slim
WORKDIR /app

RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl \\
    && rm -rf /var/lib/apt/lists/*

COPY --from=builder /opt/venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH

# the project and all that it needs
COPY . .

USER 1000
CMD ["python", "-m", "shop"]
`,
      },
    },
    {
      title: 'Poetry stays in the builder',
      before: `FROM python:3.12-slim
WORKDIR /app
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
RUN pip install poetry==1.8.5
COPY pyproject.toml poetry.lock ./
RUN poetry config virtualenvs.create false && poetry install --only main --no-root
COPY . .
CMD ["python", "main.py"]
`,
      files: {
        'pyproject.toml':
          '[tool.poetry]\nname = "shop"\nversion = "1.0"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3.1"\n',
        'poetry.lock': '\n',
      },
      after: {
        Dockerfile: `FROM python:3.12-slim AS builder
WORKDIR /app
RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
RUN pip install poetry==1.8.5
COPY pyproject.toml poetry.lock ./
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
RUN poetry config virtualenvs.create false && poetry install --only main --no-root

FROM python:3.12-slim
WORKDIR /app
COPY pyproject.toml poetry.lock ./
COPY --from=builder /opt/venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
COPY . .
CMD ["python", "main.py"]
`,
      },
    },
    {
      title: 'The image makes the environment itself',
      before: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3-pip python3-venv gcc libpq-dev && rm -rf /var/lib/apt/lists/*
ENV VIRTUAL_ENV=/opt/venv
RUN python3 -m venv $VIRTUAL_ENV
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["gunicorn", "main:app"]
`,
      files: { 'requirements.txt': 'gunicorn==23.0.0\npsycopg2==2.9.10\n' },
      after: {
        Dockerfile: `FROM debian:bookworm-slim AS builder
RUN apt-get update && apt-get install -y python3-pip python3-venv gcc libpq-dev && rm -rf /var/lib/apt/lists/*
ENV VIRTUAL_ENV=/opt/venv
RUN python3 -m venv $VIRTUAL_ENV
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ca-certificates python3-venv libpq5 && rm -rf /var/lib/apt/lists/*
ENV VIRTUAL_ENV=/opt/venv
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
WORKDIR /app
COPY requirements.txt .
COPY --from=builder /opt/venv /opt/venv
COPY . .
CMD ["gunicorn", "main:app"]
`,
      },
    },
    {
      title: 'A program is called where it is today',
      before:
        'FROM python:3.12-slim\nRUN apt-get update && apt-get install -y gcc\nRUN pip install gunicorn\nCMD ["/usr/local/bin/gunicorn", "app:app"]\n',
      declined:
        'line 4 calls /usr/local/bin/gunicorn by its path, which knows nothing of packages in a folder of their own',
    },
  ],
  offers: offersToSplit('venv'),
});
