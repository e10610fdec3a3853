import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageUserSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-user-site',
    title: "Install packages into a builder's home folder and copy it",
    since: '0.1.0',
    summary:
      'A builder stage runs `pip install --user`; the stage that ships copies `.local` and sets the PATH',
    safety: 'unsafe',
    why: `\`pip install --user\` puts packages and their programs into one folder, \`/root/.local\`, which a second stage can
copy: what ships gets the packages without the compilers, the headers and the caches that made them. Where the image runs
as another user than root, the folder becomes part of that user's home, belongs to that user, and \`PYTHONUSERBASE\` lets
the remaining steps of the build find it too.

Headers become the libraries that they stood for (\`libpq-dev\` becomes \`libpq5\`), and a full base image becomes its
slim twin. All else of the file stays as it is: order, comments, settings, user, command.

It declines, and says which line, where the home folder of the user is not known, and where programs are called by the
path that they have today. Look in the preview for programs that the application calls while it runs and that only came
along with what is gone.`,
    sources: [
      'https://pip.pypa.io/en/stable/user_guide/#user-installs',
      'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUSERBASE',
    ],
  },
  examples: [
    {
      before: `FROM python:3.10-slim
WORKDIR /app
RUN apt-get update && apt-get install -y build-essential curl
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . /app
CMD ["python", "-m", "uvicorn", "main:app"]
`,
      files: { 'requirements.txt': 'fastapi==0.115.12\nuvicorn==0.34.2\n' },
      after: {
        Dockerfile: `FROM python:3.10-slim AS builder
WORKDIR /app
RUN apt-get update && apt-get install -y build-essential
COPY requirements.txt .
RUN pip install --user --no-cache-dir -r requirements.txt

FROM python:3.10-slim
WORKDIR /app
RUN apt-get update && apt-get install -y curl
COPY requirements.txt .
COPY --from=builder /root/.local /root/.local
ENV PATH=/root/.local/bin:$PATH
COPY . /app
CMD ["python", "-m", "uvicorn", "main:app"]
`,
      },
    },
    {
      title: 'The image runs as another user',
      before: `FROM python:3.12-slim
RUN useradd --create-home app
WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=app:app . .
USER app
CMD ["gunicorn", "main:app"]
`,
      files: { 'requirements.txt': 'gunicorn==23.0.0\n' },
      after: {
        Dockerfile: `FROM python:3.12-slim AS builder
WORKDIR /srv
COPY requirements.txt .
RUN pip install --user -r requirements.txt

FROM python:3.12-slim
RUN useradd --create-home app
WORKDIR /srv
COPY requirements.txt .
COPY --from=builder --chown=app /root/.local /home/app/.local
ENV PYTHONUSERBASE=/home/app/.local PATH=/home/app/.local/bin:$PATH
COPY --chown=app:app . .
USER app
CMD ["gunicorn", "main:app"]
`,
      },
    },
    {
      title: 'Nobody knows the home of the user',
      before: 'FROM python:3.12-slim\nRUN pip install gunicorn\nUSER 1000\nCMD ["gunicorn", "main:app"]\n',
      declined: 'line 3 switches to 1000, whose home folder nothing here tells',
    },
  ],
  offers: offersToSplit('user-site'),
});
