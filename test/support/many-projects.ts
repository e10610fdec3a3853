import { dockerfileOf } from '../bench/dockerfiles';

/** A file of a workspace, as an editor opens it. */
export interface ProjectFile {
  /** POSIX, relative to the workspace folder. */
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
}

/** Files of one project that an editor opens; the others only lie beside them. */
const OPENED = 5;

/**
 * A folder of many small projects, each with two Dockerfiles, a Compose file and two Python manifests that somebody
 * has open, and with Python code beside them.
 */
export function manyProjects(count: number): {
  readonly opened: readonly ProjectFile[];
  readonly files: Readonly<Record<string, string>>;
} {
  const projects = Array.from({ length: count }, (_, index) => project(index));
  const opened = projects.flatMap(files => files.slice(0, OPENED));
  return { opened, files: Object.fromEntries(projects.flat().map(({ path, text }) => [path, text])) };
}

function project(index: number): ProjectFile[] {
  const folder = `services/project${index}`;
  const file = (path: string, languageId: string, text: string): ProjectFile => ({
    path: `${folder}/${path}`,
    languageId,
    text,
  });
  return [
    file('Dockerfile', 'dockerfile', dockerfileOf(30 + (index % 70))),
    file('worker.Dockerfile', 'dockerfile', workerDockerfile(index)),
    file('compose.yaml', 'dockercompose', composeFile(index)),
    file('requirements.txt', 'pip-requirements', requirements(index)),
    file('pyproject.toml', 'toml', pyproject(index)),
    file('requirements0.txt', 'pip-requirements', 'flask==3.0.0\n'),
    file('app/__init__.py', 'python', ''),
    file('app/main.py', 'python', pythonModule(index)),
    file('app/tasks.py', 'python', pythonModule(index + 1)),
    file('scripts/start.sh', 'shellscript', '#!/bin/sh\nset -e\nexec gunicorn app.main:app\n'),
    file('.dockerignore', 'ignore', '.git\n**/__pycache__\n'),
  ];
}

function workerDockerfile(index: number): string {
  const packages = Array.from({ length: 10 + (index % 5) }, (_, at) => `      library-${index}-${at} \\`);
  return `# The worker of project ${index}
FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 \\
    PROJECT=${index}
WORKDIR /srv/project${index}
RUN apt-get update \\
 && apt-get install -y \\
${packages.join('\n')}
      build-essential \\
 && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN pip install --upgrade pip && pip install -r requirements.txt
COPY app ./app
COPY scripts/start.sh /usr/local/bin/start-${index}
RUN useradd --create-home worker${index} && chown -R worker${index} /srv/project${index}
USER worker${index}
HEALTHCHECK --interval=10s CMD celery -A app.tasks inspect ping || exit 1
CMD celery -A app.tasks worker --concurrency ${1 + (index % 4)}
`;
}

function composeFile(index: number): string {
  const service = (name: string, dockerfile: string) => `  ${name}:
    build:
      context: .
      dockerfile: ${dockerfile}
      args:
        STAGE: "${index}"
    image: project${index}-${name}
    restart: unless-stopped
    environment:
      DATABASE_URL: postgres://app:app@db:5432/project${index}
      REDIS_URL: redis://cache:6379/0
    depends_on:
      - db
      - cache
    ports:
      - "${8000 + index}:8000"
`;
  return `name: project${index}
services:
${service('web', 'Dockerfile')}${service('worker', 'worker.Dockerfile')}  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: app
      POSTGRES_DB: project${index}
    volumes:
      - data:/var/lib/postgresql/data
  cache:
    image: redis:7
volumes:
  data:
`;
}

function requirements(index: number): string {
  const known = ['flask', 'celery[redis]', 'sqlalchemy', 'psycopg2-binary', 'numpy', 'pandas', 'gunicorn'];
  const own = Array.from({ length: 25 + (index % 20) }, (_, at) => `internal-${index}-${at}==1.${at}.0`);
  return [
    `# What project ${index} installs`,
    ...known.map(name => `${name}>=${1 + (index % 3)}`),
    ...own,
    '',
  ].join('\n');
}

function pyproject(index: number): string {
  const dependencies = Array.from({ length: 20 }, (_, at) => `  "dependency-${index}-${at}>=${at}",`);
  return `[project]
name = "project${index}"
version = "1.${index}.0"
requires-python = ">=3.11"
dependencies = [
  "flask>=3",
${dependencies.join('\n')}
]

[project.optional-dependencies]
dev = ["pytest", "ruff"]

[build-system]
requires = ["setuptools>=68"]
build-backend = "setuptools.build_meta"
`;
}

function pythonModule(index: number): string {
  const functions = Array.from(
    { length: 20 },
    (_, at) => `
def task_${at}(value):
    """Does the work of step ${at}."""
    path = "data/project${index}/${at}.csv"
    return pandas.read_csv(path).groupby("key").sum().to_dict().get(value)
`,
  );
  return `import os\nimport pandas\nfrom flask import Flask\nfrom celery import Celery\n\napp = Flask("project${index}")\n${functions.join('')}`;
}
