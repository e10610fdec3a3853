import { alpinePython } from '../analysis/base-images/slim-base';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { planSlim } from './alpine-to-slim/plan';

export const alpineToSlim = dockerfileConversion({
  meta: {
    id: 'alpine-to-slim',
    title: 'Build on slim Debian in place of Alpine',
    since: '0.2.0',
    summary:
      'Python on Alpine becomes the slim Debian image of the same Python: the packages of apk in the names of apt, compilers dropped where every wheel exists',
    safety: 'unsafe',
    rewrites: ['HEALTHCHECK'],
    why: `The wheels of the package index are made for glibc, the C library of Debian. On Alpine's musl many of them do not
fit, so that pip compiles: minutes in every build, and compilers in the image. The slim image of the same Python is as
large as the Alpine image with those, and needs none of them.

Every stage on Alpine's Python is converted together: the base image, \`apk add\` and \`apk del\` with each package under
the name that Debian has for it, BusyBox's \`adduser\` and \`addgroup\`, and what the file takes for granted of BusyBox
(\`wget\` in a health check becomes the same request through Python; elsewhere the package is installed). Compilers and
headers go where all Python packages come as wheels on Debian. Programs that Alpine has in another place get a link.

It declines where it cannot be sure, and says which line: a package that nobody here knows on Debian, a repository of
its own, a script in BusyBox's shell that Debian's would read otherwise, binaries from another Alpine image. Look in the
preview at pinned versions of packages, which are Alpine's own and go, and at the project's shell scripts: they run in
dash from now on, without the programs of BusyBox that nothing in the Dockerfile calls.`,
    sources: [
      'https://hub.docker.com/_/python',
      'https://pkgs.alpinelinux.org/packages',
      'https://packages.debian.org/',
    ],
  },
  examples: [
    {
      title: 'Compilers go, for every package comes as a wheel',
      before: `FROM python:3.14-alpine

# cryptography, gevent and psycopg2 are compiled here
RUN apk add --no-cache \\
    cargo \\
    rust \\
    gcc \\
    musl-dev \\
    postgresql-dev \\
    libffi-dev \\
    openssl-dev

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .

RUN adduser -D appuser
USER appuser

HEALTHCHECK --interval=30s --timeout=5s --retries=3 \\
    CMD wget -qO- http://localhost:8000/api/v1/health || exit 1

CMD ["python", "-m", "uvicorn", "mikrom.main:app", "--host", "0.0.0.0", "--port", "8000"]
`,
      files: {
        'requirements.txt':
          'cryptography>=44.0.0\ngevent>=24.11.1\npsycopg2-binary>=2.9.10\nuvicorn>=0.34.0\n',
      },
      after: {
        Dockerfile: `FROM python:3.14-slim

# cryptography, gevent and psycopg2 are compiled here

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .

RUN useradd --create-home appuser
USER appuser

HEALTHCHECK --interval=30s --timeout=5s --retries=3 \\
    CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=3)" || exit 1

CMD ["python", "-m", "uvicorn", "mikrom.main:app", "--host", "0.0.0.0", "--port", "8000"]
`,
      },
    },
    {
      title: 'What must be compiled keeps its compilers, under the names that Debian has for them',
      before: `FROM python:3.12-alpine
RUN apk add --no-cache --virtual .build-deps build-base postgresql-dev \\
    && pip install --no-cache-dir psycopg2==2.9.10 \\
    && apk del .build-deps
RUN apk add --no-cache libpq su-exec
CMD ["python", "main.py"]
`,
      after: {
        Dockerfile: `FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev \\
    && pip install --no-cache-dir psycopg2==2.9.10 \\
    && apt-get purge -y --auto-remove build-essential libpq-dev \\
    && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 gosu && ln -s /usr/sbin/gosu /sbin/su-exec && rm -rf /var/lib/apt/lists/*
CMD ["python", "main.py"]
`,
      },
    },
    {
      title: 'A package that nobody here knows on Debian',
      before: 'FROM python:3.12-alpine\nRUN apk add --no-cache bash acme-agent\nCMD ["python", "main.py"]\n',
      declined: 'line 2 installs acme-agent, and nothing tells what Debian calls it',
    },
  ],
  offers(file, { workspace }) {
    const plan = planSlim(file, workspace);
    if (isDeclined(plan)) return [plan];
    const at = file.stages.find(stage => alpinePython(stage))?.from.span;
    if (!at) return [];
    return [{ kind: 'offer', at, changes: () => [{ kind: 'edit', path: file.path, edits: plan }] }];
  },
});
