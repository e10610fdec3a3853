import { heavyRoles, type RolePair, WORTH_PARTING } from '../../analysis/roles/roles';
import { offeredSeparations, parts } from '../../analysis/roles/separation';
import { sizeInWords } from '../../analysis/sizes/evidence';
import type { Evidence, Finding } from '../../finding';
import { composeRule } from '../../rule';
import { listed } from '../../text/sentence';

const DOCKERFILE = `FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["uvicorn", "backend.main:app"]
`;

export const oneImageForAllRoles = composeRule({
  meta: {
    id: 'one-image-for-all-roles',
    category: 'size',
    severity: 'hint',
    since: '0.2.0',
    fix: 'none',
    summary: 'Backend and frontend run one image, and each carries the packages of the other',
    why: `An image that serves an API and a dashboard has the packages of both: the API starts with the dashboard's data
frames and charts on its disk, the dashboard with the language models of the API. Both are pulled, stored and scanned
twice, and a change of either rebuilds both. One team had 4.2 GB in each of two services; with an image for each role
1.5 GB was the goal.

Plimsoll follows the imports from the command of each service. A web application, its worker and its scheduler, which
share most of their code, are one role. Services are reported where each carries packages that only the other imports,
and these weigh something.

The conversion \`separate-roles\` writes a \`Dockerfile.backend\` and a \`Dockerfile.frontend\`, each with requirements of
its own, and makes the services build them.`,
    sources: ['https://docs.docker.com/build/building/best-practices/#decouple-applications'],
  },
  options: {
    megabytes: {
      default: WORTH_PARTING / 1e6,
      description: 'Report services that carry at least this much for each other, in MB',
    },
  },
  examples: [
    {
      title: 'An API and its dashboard',
      before: `services:
  backend:
    build: .
  «frontend»:
    build: .
    command: streamlit run frontend/app.py
`,
      files: {
        Dockerfile: DOCKERFILE,
        'requirements.txt': 'fastapi\nuvicorn\nscikit-learn\nhttpx\nstreamlit\n',
        'backend/main.py': 'import sklearn\nfrom fastapi import FastAPI\n',
        'frontend/app.py': 'import httpx\nimport streamlit\n',
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
    },
  ],
  *check(file, { workspace, engine }, { megabytes }) {
    const heavy = heavyRoles(file, workspace, engine, megabytes * 1e6);
    if (heavy.length === 0) return;
    const offered = offeredSeparations(file, workspace, engine);
    for (const pair of heavy) {
      const { one, other } = pair;
      const isOffered = offered.some(it => parts(it, one.service, other.service));
      yield { ...findingOf(pair), ...(isOffered && { conversions: ['separate-roles'] }) };
    }
  },
});

function findingOf({ one, other, forOther, forOne, atOne, atOther }: RolePair): Finding {
  const evidence = (atOne?.bytes ?? 0) >= (atOther?.bytes ?? 0) ? atOne : atOther;
  const how = one.target === other.target ? 'run one image' : 'are built on one stage';
  const carried = [
    `${one.name} never imports ${shown(forOther)}${sized(atOne)}`,
    `${other.name} never imports ${shown(forOne)}${sized(atOther)}`,
  ];
  return {
    at: other.service.name.span,
    message: `${one.name} and ${other.name} ${how}: ${listed(carried)}`,
    ...(evidence && { evidence }),
  };
}

function shown(names: readonly string[]): string {
  return listed(names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names);
}

function sized(evidence: Evidence | undefined): string {
  const size = sizeInWords(evidence);
  return size === undefined ? '' : `, ${size}`;
}
