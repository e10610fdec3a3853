import assert from 'node:assert/strict';
import { isDeclined, type Outcome } from '../../server/src/core/decline';
import type { Dockerfile } from '../../server/src/core/dockerfile/model';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import type { WorkspaceFacts } from '../../server/src/core/project/workspace';
import { type Ecosystem, planStages } from '../../server/src/core/stages/ecosystem';
import { NODE } from '../../server/src/core/stages/node';
import type { PythonEcosystem } from '../../server/src/core/stages/python/packages-plan';
import { splitPackages } from '../../server/src/core/stages/python/split-packages';
import { BY_ENVIRONMENT, BY_WHEELS } from '../../server/src/core/stages/python/ways';
import type { SplitPlan } from '../../server/src/core/stages/render';
import { RUBY } from '../../server/src/core/stages/ruby';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

type Files = Readonly<Record<string, string>>;
type Planner = (file: Dockerfile, workspace: WorkspaceFacts) => Outcome<SplitPlan>;

const cut =
  (ecosystem: Ecosystem): Planner =>
  (file, workspace) =>
    planStages(ecosystem, file, workspace);

const packages =
  (ecosystem: PythonEcosystem): Planner =>
  (file, workspace) =>
    splitPackages(ecosystem, file, workspace);

function placesOf(planner: Planner, text: string, files: Files = {}) {
  const { workspace } = contextFor('Dockerfile', { ...files, Dockerfile: text });
  const plan = planner(parseDockerfile('Dockerfile', text), workspace);
  assert.ok(!isDeclined(plan));
  const { placed } = plan.split();
  for (const { why } of placed) assert.match(why, /^[A-Za-z].*[^.]$/);
  return placed.map(({ instruction, goes }) => `${instruction.kind} ${goes}`);
}

describe('A split says of each instruction where it goes', () => {
  before(loadGrammar);

  it('cut behind the last build step', () => {
    const text = `FROM ruby:3.3
LABEL team=shop
WORKDIR /app
ENV RAILS_ENV=production
COPY . .
RUN bundle install
USER 1000
CMD ["bundle", "exec", "puma"]
`;
    const files = { 'Gemfile.lock': 'GEM\n  specs:\n    puma (6.5.0)\n' };
    assert.deepEqual(placesOf(cut(RUBY), text, files), [
      ...['FROM rewritten', 'LABEL final', 'WORKDIR builder', 'ENV both', 'COPY builder', 'RUN builder'],
      ...['USER final', 'CMD final'],
    ]);
  });

  it('with the steps that install what the container calls in both', () => {
    const text = `FROM node:22
RUN npm install -g pnpm@9
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile && pnpm run build
HEALTHCHECK CMD pnpm --version
CMD ["node", "dist/main.js"]
`;
    const files = {
      'package.json': '{"scripts": {"build": "tsc"}}\n',
      'pnpm-lock.yaml': 'lockfileVersion: 9\n',
    };
    assert.deepEqual(placesOf(cut(NODE), text, files), [
      ...['FROM rewritten', 'RUN both', 'WORKDIR builder', 'COPY builder', 'RUN builder'],
      ...['HEALTHCHECK final', 'CMD final'],
    ]);
  });

  it('with the installs of Python packages moved above it', () => {
    const text = `FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
RUN apt-get update && apt-get install -y gcc libpq-dev
COPY requirements.txt ./
RUN pip install -r requirements.txt
RUN apt-get update && apt-get install -y gcc
COPY . .
CMD ["python", "app.py"]
`;
    const files = { 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'import flask\n' };
    const places = [
      ...['FROM rewritten', 'ENV final', 'WORKDIR both', 'RUN rewritten', 'COPY both', 'RUN rewritten'],
      ...['RUN dropped', 'COPY final', 'CMD final'],
    ];
    assert.deepEqual(placesOf(packages(BY_WHEELS), text, files), places);
    assert.deepEqual(placesOf(packages(BY_ENVIRONMENT), text, files), places);
  });
});
