import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageWheels = dockerfileConversion({
  meta: {
    id: 'multi-stage-wheels',
    title: 'Build wheels in a stage of their own',
    since: '0.1.0',
    summary:
      'Compilers and headers stay in a builder stage that turns every package into a wheel; the stage that ships installs those wheels',
    safety: 'unsafe',
    why: `Compilers and headers serve to build packages and nothing else, yet an image that installs them ships them:
\`build-essential\` alone is some 300 MB, with tools that an intruder likes too. A builder stage turns every package
into a wheel; the stage that ships installs those wheels, with the libraries that the headers stood for
(\`libpq-dev\` becomes \`libpq5\`), and a full base image becomes its slim twin. All else of the file stays as it is:
order, comments, settings, user, command.

The wheels reach the install through a bind mount from the builder, so that they are in no layer: \`COPY\` would
store them for good, and a later \`rm\` would only hide them. Bind mounts need BuildKit, which has built by default since Docker 23 and takes
them since 18.09.

It declines where it cannot be sure, and says which line: code of the project itself, several indexes, steps before the install that may shape it, headers whose library is
not known. Look in the preview for programs that the application calls while it runs and that only came along with what is gone.`,
    sources: [
      'https://pip.pypa.io/en/stable/cli/pip_wheel/',
      'https://docs.docker.com/reference/dockerfile/#run---mounttypebind',
    ],
  },
  examples: [
    {
      before: `FROM python:3.12-slim
WORKDIR /app

# for psycopg2
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev curl \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
USER 1000
CMD ["python", "main.py"]
`,
      files: { 'requirements.txt': 'flask==3.1.0\npsycopg2==2.9.10\n' },
      after: {
        Dockerfile: `FROM python:3.12-slim AS builder
WORKDIR /app

RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt

FROM python:3.12-slim
WORKDIR /app

# for psycopg2
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 curl \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \\
    pip install --no-cache-dir --no-index --find-links=/wheels -r requirements.txt

COPY . .
USER 1000
CMD ["python", "main.py"]
`,
      },
    },
    {
      title: 'A full base image becomes its slim twin',
      before: `FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1
CMD ["python", "main.py"]
`,
      files: { 'requirements.txt': 'flask==3.1.0\n' },
      after: {
        Dockerfile: `FROM python:3.12 AS builder
WORKDIR /app
COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt

FROM python:3.12-slim
WORKDIR /app
RUN apt-get update \\
    && apt-get install -y --no-install-recommends curl \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \\
    pip install --no-cache-dir --no-index --find-links=/wheels -r requirements.txt
COPY . .
HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1
CMD ["python", "main.py"]
`,
      },
    },
    {
      title: 'Headers whose library is not known',
      before:
        'FROM python:3.12-slim\nRUN apt-get update && apt-get install -y libacme-dev\nRUN pip install acme\n',
      declined:
        'line 2 installs libacme-dev, and nothing tells which library a program built with it needs when it runs',
    },
    {
      title: 'Code of the project itself',
      before: 'FROM python:3.12-slim\nCOPY . .\nRUN pip install .\n',
      declined: 'line 3 installs code of this project, not packages alone',
    },
  ],
  offers: offersToSplit('wheels'),
});
