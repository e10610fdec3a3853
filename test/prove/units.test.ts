import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadGrammar } from '../../server/src/host/grammar';
import { unitsOf } from '../../server/src/prove/units';
import { makeFolder, removeFolders } from '../support/folders';

const COMPOSE = `services:
  api:
    build:
      context: .
      args:
        VERSION: 2
    image: \${COMPOSE_PROJECT_NAME}:\${RELEASE}
    ports: ["8080:8000"]
    environment:
      LEVEL: \${LEVEL:-debug}
    volumes:
      - data:/data
      - ./config:/config:ro
  worker:
    image: \${COMPOSE_PROJECT_NAME}:\${RELEASE}
    command: python -m shop.worker --quiet
  db:
    image: postgres:17
volumes:
  data:
`;

const FILES = {
  'compose.yaml': COMPOSE,
  Dockerfile:
    'FROM python:3.12-slim\nCOPY . .\nEXPOSE 8000\nHEALTHCHECK CMD python -c "import urllib.request as r; r.urlopen(\'http://localhost:8000/health\')"\nCMD ["uvicorn", "shop.main:app"]\n',
  '.env': 'COMPOSE_PROJECT_NAME=shop\nRELEASE=1\n',
  'shop/__init__.py': '',
  'shop/main.py': '',
  'shop/worker.py': '',
  'jobs/Dockerfile': 'FROM python:3.12-slim\nCOPY run.py .\nCMD ["python", "run.py"]\n',
  'jobs/run.py': '',
};

describe('what a proof builds and starts', () => {
  before(loadGrammar);
  after(removeFolders);

  async function unit(name: string) {
    const folder = makeFolder(FILES);
    const found = (await unitsOf(folder)).find(it => it.name === name);
    assert.ok(found, `there is no unit ${name}`);
    return { folder, ...found };
  }

  it('is every service and every Dockerfile that no service builds', async () => {
    const names = (await unitsOf(makeFolder(FILES))).map(it => it.name);
    assert.deepEqual(names, ['api', 'worker', 'db', 'jobs/Dockerfile']);
  });

  it('runs a service with its environment and mounts, without touching volumes that are there', async () => {
    const { run, folder } = await unit('api');
    const mount = `${join(folder, 'config')}:/config:ro`;
    assert.deepEqual(run.options.slice(0, 6), [
      ...['--volume', '/data', '--volume', mount],
      ...['--env', 'LEVEL=debug'],
    ]);
  });

  it('knows the names of the other services, at which nothing answers', async () => {
    const { run } = await unit('api');
    const hosts = run.options.filter((_, index, all) => all[index - 1] === '--add-host');
    assert.deepEqual(hosts, ['worker:127.0.0.1', 'db:127.0.0.1']);
  });

  it('builds with the arguments of the service', async () => {
    assert.deepEqual((await unit('api')).build?.args, ['VERSION=2']);
  });

  it('asks where the health check of the image asks', async () => {
    assert.deepEqual((await unit('api')).endpoint, { port: 8000, path: '/health', isHealthPath: true });
  });

  it('changes the module that the service starts', async () => {
    assert.equal((await unit('api')).source, 'shop/main.py');
    assert.equal((await unit('worker')).source, 'shop/worker.py');
    assert.equal((await unit('jobs/Dockerfile')).source, 'jobs/run.py');
  });

  it('names images as Compose does, which fills in the variables of .env and the name of the project', async () => {
    assert.equal((await unit('worker')).run.image, 'shop:1');
  });

  it('takes the image of another service where a service only names it', async () => {
    const { build, folder } = await unit('worker');
    assert.equal(build?.dockerfile, join(folder, 'Dockerfile'));
    assert.equal((await unit('db')).build, undefined);
  });
});
