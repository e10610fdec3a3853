import { sharedManifests } from '../analysis/requirements/shared';
import { planSplit } from '../analysis/requirements/split';
import { decline, isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';

const image = (module: string) => `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["uvicorn", "${module}.main:app"]
`;

const COMPOSE = `services:
  gateway:
    build:
      context: .
      dockerfile: gateway/Dockerfile
  analysis:
    build:
      context: .
      dockerfile: analysis/Dockerfile
`;

export const splitRequirements = dockerfileConversion({
  meta: {
    id: 'split-requirements',
    title: 'Give each service its own requirements file',
    since: '0.2.0',
    summary:
      'A requirements file that several services install becomes one for all and one for each that needs more',
    why: `The new \`requirements_base.txt\` holds what the code of all services imports, and everything that imports do not
tell: servers, drivers, plug-ins, packages that nothing imports. \`requirements_SERVICE.txt\` begins with it and adds what
only that service imports; a service that needs no more installs the base alone. The Dockerfiles copy and install the
new files. The old file stays and takes in all of them, so that whoever reads it still gets everything.

Look at packages that a program loads by a name that it puts together, and at versions that a file pinned for what
another package brings along.`,
    safety: 'unsafe',
    sources: ['https://pip.pypa.io/en/stable/reference/requirements-file-format/'],
  },
  examples: [
    {
      path: 'gateway/Dockerfile',
      before: image('gateway'),
      files: {
        'analysis/Dockerfile': image('analysis'),
        'requirements.txt':
          '# everything\nfastapi==0.115.12\nuvicorn==0.34.2\nhttpx==0.28.1\nscipy==1.15.3  # spectra\n',
        'compose.yaml': COMPOSE,
        'gateway/main.py': 'import httpx\nfrom fastapi import FastAPI\n',
        'analysis/main.py': 'from fastapi import FastAPI\nfrom scipy.signal import periodogram\n',
      },
      after: {
        'requirements_base.txt': '# everything\nfastapi==0.115.12\nuvicorn==0.34.2\n',
        'requirements_gateway.txt': '-r requirements_base.txt\n\nhttpx==0.28.1\n',
        'requirements_analysis.txt': '-r requirements_base.txt\n\nscipy==1.15.3  # spectra\n',
        'requirements.txt':
          '# everything\n-r requirements_base.txt\n-r requirements_analysis.txt\n-r requirements_gateway.txt\n',
        'gateway/Dockerfile': image('gateway')
          .replace('COPY requirements.txt .', 'COPY requirements_base.txt requirements_gateway.txt ./')
          .replace('-r requirements.txt', '-r requirements_gateway.txt'),
        'analysis/Dockerfile': image('analysis')
          .replace('COPY requirements.txt .', 'COPY requirements_base.txt requirements_analysis.txt ./')
          .replace('-r requirements.txt', '-r requirements_analysis.txt'),
      },
    },
    {
      title: 'One service alone installs it',
      before: image('gateway'),
      files: { 'requirements.txt': 'fastapi\nuvicorn\n', 'gateway/main.py': 'import fastapi\n' },
      declined: 'no requirements file is shared by services whose imports can be told apart',
    },
  ],
  offers(file, { workspace, engine }) {
    const shared = sharedManifests(file, workspace, engine);
    if (shared.length === 0) return [decline('no-shared-requirements')];
    return shared.map(one => {
      const split = planSplit(one, workspace);
      const at =
        one.images.find(it => it.dockerfile.path === file.path)?.installer.run.span ?? file.stages[0]?.span;
      if (isDeclined(split) || !at) return isDeclined(split) ? split : decline('nothing-installs');
      return { kind: 'offer', at, subject: one.manifest.path, editsElsewhere: true, changes: split.changes };
    });
  },
});
