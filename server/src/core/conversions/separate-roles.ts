import { separations } from '../analysis/roles/separation';
import { decline, isDeclined } from '../decline';
import { composeConversion } from '../rule';
import { join } from '../text/span';

const DOCKERFILE = `FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
EXPOSE 8000 8501
CMD ["uvicorn", "backend.main:app", "--port", "8000"]
`;

export const separateRoles = composeConversion({
  meta: {
    id: 'separate-roles',
    title: 'Give each role its own Dockerfile',
    since: '0.2.0',
    summary:
      'Backend and frontend that run one image get a `Dockerfile.backend` and a `Dockerfile.frontend`, each with only its own packages',
    why: `An image for every role carries what all of them need. Plimsoll follows the imports from the command of each
service and puts services that run much the same code together: a web application with its worker and its scheduler is
one role, the dashboard beside it another.

Each role gets a Dockerfile of its own beside the one of all: the same steps, but with a requirements file of the role,
and with the command, the port and the health check of what its service starts. What imports do not tell (drivers,
plug-ins, packages that nothing imports) stands in \`requirements_base.txt\`, which every role takes in. Where the image
installs the project itself, what its \`pyproject.toml\` depends on is listed in these files, and the project is installed
without dependencies; change the versions in both places then, or take the list out of \`pyproject.toml\`.

In the Compose file only \`build\` changes, and \`image\` where two roles had one name. The old Dockerfile stays and goes on
building the image of all, for whoever builds it elsewhere.

Look at packages that a program loads by a name that it puts together.`,
    safety: 'unsafe',
    sources: [
      'https://docs.docker.com/build/building/best-practices/#decouple-applications',
      'https://docs.docker.com/reference/compose-file/build/#dockerfile',
    ],
  },
  examples: [
    {
      title: 'An API and its dashboard',
      before: `services:
  backend:
    build: .
  # what people look at
  frontend:
    build: .
    command: streamlit run frontend/app.py
`,
      files: {
        Dockerfile: DOCKERFILE,
        'requirements.txt': 'fastapi\nuvicorn\nscikit-learn\nhttpx\nstreamlit\n',
        'backend/main.py': 'import httpx\nimport sklearn\nfrom fastapi import FastAPI\n',
        'frontend/app.py': 'import httpx\nimport streamlit\n',
      },
      after: {
        'requirements_base.txt': 'httpx\n',
        'requirements_backend.txt': '-r requirements_base.txt\n\nfastapi\nuvicorn\nscikit-learn\n',
        'requirements_frontend.txt': '-r requirements_base.txt\n\nstreamlit\n',
        'requirements.txt':
          '-r requirements_base.txt\n-r requirements_backend.txt\n-r requirements_frontend.txt\n',
        Dockerfile: DOCKERFILE.replace(
          'COPY requirements.txt .',
          'COPY requirements.txt requirements_base.txt requirements_backend.txt requirements_frontend.txt ./',
        ),
        'Dockerfile.backend': `FROM python:3.11-slim
WORKDIR /app
COPY requirements_base.txt requirements_backend.txt ./
RUN pip install --no-cache-dir -r requirements_backend.txt
COPY . .
EXPOSE 8000
CMD ["uvicorn", "backend.main:app", "--port", "8000"]
`,
        'Dockerfile.frontend': `FROM python:3.11-slim
WORKDIR /app
COPY requirements_base.txt requirements_frontend.txt ./
RUN pip install --no-cache-dir -r requirements_frontend.txt
COPY . .
EXPOSE 8501
CMD ["streamlit", "run", "frontend/app.py"]
`,
        'compose.yaml': `services:
  backend:
    build:
      context: .
      dockerfile: Dockerfile.backend
  # what people look at
  frontend:
    build:
      context: .
      dockerfile: Dockerfile.frontend
    command: streamlit run frontend/app.py
`,
      },
    },
    {
      title: 'An application and its worker share their code',
      before: `services:
  app:
    build: .
  worker:
    build: .
    command: celery -A backend.tasks worker
`,
      files: {
        Dockerfile: DOCKERFILE,
        'requirements.txt': 'fastapi\nuvicorn\ncelery[redis]\npandas\n',
        'backend/main.py': 'from fastapi import FastAPI\nfrom backend.tasks import report\n',
        'backend/tasks.py': 'from celery import Celery\nimport pandas\n',
      },
      declined: 'app and worker need the same packages as far as imports tell',
    },
  ],
  offers(file, { workspace, engine }) {
    const found = separations(file, workspace, engine);
    if (found.length === 0) return [decline('no-separable-roles')];
    return found.map(one => {
      if (isDeclined(one)) return one;
      const at = one.services.map(it => it.entry.span).reduce(join);
      return {
        kind: 'offer',
        editsElsewhere: true,
        at,
        subject: one.roles.map(it => it.name).join('+'),
        ...(one.gain && { gain: one.gain }),
        changes: one.changes,
      };
    });
  },
});
