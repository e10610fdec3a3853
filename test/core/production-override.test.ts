import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../server/src/core/compose/model';
import { parseCompose } from '../../server/src/core/compose/parse';
import { entryAt } from '../../server/src/core/compose/query';
import { productionOverride } from '../../server/src/core/conversions/production-override';
import { reasonText } from '../../server/src/core/decline';
import { conversionCases } from '../support/conversion-cases';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const EXAMPLES = ['agente-hibrido', 'knowligo', 'mikrom', 'vx11'].map(name => {
  const path = 'docker-compose.yml';
  return { title: name, path, files: {}, text: readFileSync(join('examples', name, path), 'utf8') };
});

/** Short keys that Compose refuses beside `deploy.resources` of other values, also beside one without them. */
const SHORT = ['mem_limit', 'mem_reservation', 'cpus', 'pids_limit'];

function merged(base: Service, added: Service) {
  return {
    short: SHORT.some(key => entryAt(base.node, key) ?? entryAt(added.node, key)),
    long: [base, added].some(({ node }) => entryAt(node, 'deploy', 'resources') !== undefined),
  };
}

describe('a production file merged with its base', () => {
  before(loadGrammar);
  const cases = conversionCases(productionOverride);
  for (const { title, path, files, text } of [...EXAMPLES, ...cases]) {
    it(`is one that Compose takes: ${title}`, () => {
      const file = parseCompose(path, text);
      const [decision] = productionOverride.offers(file, contextFor(path, { ...files, [path]: text }));
      assert.ok(decision);
      if (decision.kind === 'not-offered') return assert.match(reasonText(decision), /\w/);
      const [change] = decision.changes();
      assert.ok(change?.kind === 'create');
      const made = parseCompose(change.path, change.text);
      assert.deepEqual(made.problems, []);
      assert.ok(made.services.length > 0);
      for (const service of made.services) {
        const base = file.services.find(it => it.name.text === service.name.text);
        assert.ok(base, `${service.name.text} would be a service without an image`);
        assert.equal(entryAt(service.node, 'ports'), undefined);
        for (const key of ['restart', 'healthcheck', 'shm_size'])
          assert.ok(!entryAt(base.node, key) || !entryAt(service.node, key), `${key} is said twice`);
        const { short, long } = merged(base, service);
        assert.ok(
          !short || !long || !entryAt(service.node, 'deploy'),
          `${service.name.text} mixes two forms`,
        );
      }
    });
  }
});
