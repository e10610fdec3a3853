import { type SharedManifest, type SharingImage, sharedManifests } from '../../analysis/requirements/shared';
import { planSplit } from '../../analysis/requirements/split';
import { sizeInWords } from '../../analysis/sizes/evidence';
import { loadOfAll } from '../../analysis/sizes/package-weight';
import { isDeclined } from '../../decline';
import type { Finding } from '../../finding';
import { type Context, dockerfileRule } from '../../rule';
import { listed } from '../../text/sentence';

export const sharedRequirements = dockerfileRule({
  meta: {
    id: 'shared-requirements',
    category: 'size',
    severity: 'info',
    since: '0.2.0',
    fix: 'none',
    summary: 'One requirements file is installed for several services whose code imports different packages',
    why: `Where all services of a project install one file, each image carries what the others need: the gateway has the
numerical libraries of the analysis, the analysis the browser driver of the operator. One team's five small files weighed
three gigabytes in each of nine images for that reason.

Plimsoll follows the imports from the module that each service starts with, and says which packages the code of this
service does not reach while another one's does. Servers, drivers, plug-ins and whatever imports do not tell count as
needed by all.

The conversion \`split-requirements\` writes one file for all and one for each service that needs more, and changes the
Dockerfiles to match.`,
    sources: ['https://pip.pypa.io/en/stable/reference/requirements-file-format/'],
  },
  examples: [
    {
      title: 'The gateway installs what only the analysis imports',
      path: 'gateway/Dockerfile',
      before: `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN «pip install --no-cache-dir -r requirements.txt»
COPY . .
CMD ["uvicorn", "gateway.main:app"]
`,
      files: {
        'requirements.txt': 'fastapi==0.115.12\nuvicorn==0.34.2\nhttpx==0.28.1\nscipy==1.15.3\n',
        'analysis/Dockerfile': `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["uvicorn", "analysis.main:app"]
`,
        'compose.yaml': `services:
  gateway:
    build:
      context: .
      dockerfile: gateway/Dockerfile
  analysis:
    build:
      context: .
      dockerfile: analysis/Dockerfile
`,
        'gateway/main.py': 'import httpx\nfrom fastapi import FastAPI\n',
        'analysis/main.py': 'from fastapi import FastAPI\nfrom scipy.signal import periodogram\n',
      },
    },
    {
      title: 'Both services import the same',
      path: 'api/Dockerfile',
      before: `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "-m", "shop.api"]
`,
      files: {
        'requirements.txt': 'flask\nsqlalchemy\n',
        'admin/Dockerfile': `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "-m", "shop.admin"]
`,
        'compose.yaml': `services:
  api:
    build:
      context: .
      dockerfile: api/Dockerfile
  admin:
    build:
      context: .
      dockerfile: admin/Dockerfile
`,
        'shop/api.py': 'from shop import data\nimport flask\n',
        'shop/admin.py': 'from shop import data\nimport flask\n',
        'shop/data.py': 'import sqlalchemy\n',
      },
    },
  ],
  *check(file, context) {
    const { workspace, engine } = context;
    for (const shared of sharedManifests(file, workspace, engine)) {
      const own = shared.images.filter(image => image.dockerfile.path === file.path);
      for (const image of own) {
        const finding = findingOf(shared, image, context);
        if (finding) yield finding;
      }
    }
  },
});

function findingOf(
  shared: SharedManifest,
  image: SharingImage,
  { workspace, engine }: Context,
): Finding | undefined {
  const { manifest, forSome } = shared;
  const foreign = forSome.filter(it => !image.needs.has(it)).map(it => it.normalized);
  if (foreign.length === 0) return undefined;
  const needed = manifest.requirements.filter(it => image.needs.has(it)).map(it => it.normalized);
  const evidence = loadOfAll(foreign, needed, image.dockerfile.path, engine);
  const size = sizeInWords(evidence);
  const { requirements, path } = manifest;
  const shown = foreign.length > 4 ? [...foreign.slice(0, 3), `${foreign.length - 3} more`] : foreign;
  const are = foreign.length === 1 ? 'is' : 'are';
  const reads = `${path} installs ${requirements.length} packages, of which ${listed(image.services)} uses ${image.imports}`;
  return {
    at: image.installer.install.at,
    message: `${reads}: ${listed(shown)} ${are} for other services${size ? ` and ${foreign.length === 1 ? 'takes' : 'take'} ${size} here` : ''}`,
    ...(evidence && { evidence }),
    ...(isDeclined(planSplit(shared, workspace))
      ? { atMost: 'hint' }
      : { conversions: ['split-requirements'] }),
  };
}
