import assert from 'node:assert/strict';
import { isRefusal, sameBuilds, shareBuild } from '../../server/src/core/analysis/services/shared-build';
import { parseCompose } from '../../server/src/core/compose/parse';
import type { BuildTarget } from '../../server/src/core/project/workspace';
import { loadGrammar } from '../../server/src/host/grammar';

describe('the name of an image that services share', () => {
  before(loadGrammar);

  const SERVICES = 'services:\n  app: {build: .}\n  worker: {build: .}\n';

  it('is the project of the folder, which the disk knows where the path does not', () => {
    assert.equal(nameIn(SERVICES, 'Mikrom Py'), 'mikrom-py:latest');
  });

  it('is the name that a variable of the file stands for', () => {
    assert.equal(nameIn(`name: \${STACK:-shop}\n${SERVICES}`, 'shop'), 'shop:latest');
  });

  it('is left to Compose where nobody knows the project', () => {
    assert.equal(nameIn(SERVICES, undefined), '${COMPOSE_PROJECT_NAME}:latest');
    assert.equal(nameIn(SERVICES, '.'), '${COMPOSE_PROJECT_NAME}:latest');
  });

  it('is not that of another Compose file', () => {
    assert.equal(nameIn(SERVICES, 'other', 'other/compose.yaml'), '${COMPOSE_PROJECT_NAME}:latest');
  });
});

function nameIn(text: string, project: string | undefined, composePath = 'compose.yaml'): string {
  const file = parseCompose('compose.yaml', text);
  const [group] = sameBuilds(file);
  assert.ok(group);
  const shared = shareBuild(file, group, 1, project === undefined ? [] : [targetOf(project, composePath)]);
  assert.ok(!isRefusal(shared));
  return shared.image;
}

function targetOf(project: string, composePath: string): BuildTarget {
  const place = { composePath, service: 'app', context: '.', dockerfile: 'Dockerfile' };
  return { ...place, target: undefined, args: new Map(), image: undefined, project };
}
