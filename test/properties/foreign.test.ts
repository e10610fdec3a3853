// What holds of our own files holds of Dockerfiles and Compose files that others have published.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { folderOf, foreignPackages } from '../../scripts/machine/foreign-packages';
import { chosenBy } from '../support/by-name';
import {
  type Converted,
  convert,
  differences,
  rewritten,
  variantsOf,
} from '../support/conversion-properties';
import { skipFor } from '../support/engine';
import { loadGrammar } from '../support/grammar';
import { filesBelow, type Project, subjectsOf } from '../support/projects';
import { safelyFixed, unsound } from '../support/safe-fixes';
import type { Variant } from '../support/variants';

describe('files that others have published', () => {
  before(loadGrammar);

  for (const one of foreignPackages) {
    it(`keep their meaning: ${one.name} ${one.version}`, function () {
      const missing = `${one.name} is not there: \`npm run setup -- foreign\` downloads it from ${one.registry}`;
      skipFor(this, existsSync(folderOf(one)) ? undefined : missing);
      const project = {
        origin: one.name,
        title: one.name,
        files: filesBelow(folderOf(one), 'package'),
        images: [],
      };
      const subjects = subjectsOf(project);
      assert.notDeepEqual(subjects, [], 'it contains no Dockerfile and no Compose file');
      const faults = subjects.flatMap(path => faultsOf(project, path).map(fault => `${path}: ${fault}`));
      assert.deepEqual(faults, []);
    }).timeout(60_000);
  }
});

/** The file is also tried in one of the other ways to write it: a run has no time for all. */
function faultsOf(project: Project, path: string): string[] {
  const plain = convert(project, path);
  const fixed = safelyFixed(project, project.files, path);
  const variant = chosenBy(`${project.origin}, ${path}`, variantsOf(path));
  const otherwise = variant ? faultsWritten(project, path, variant, plain) : [];
  return [
    ...plain.flatMap(it => it.faults.map(fault => `${it.name}: ${fault}`)),
    ...unsound(project, project.files, fixed),
    ...otherwise,
  ];
}

function faultsWritten(
  project: Project,
  path: string,
  variant: Variant,
  plain: readonly Converted[],
): string[] {
  const other = rewritten(project, path, variant);
  if (!other) return [];
  const written = convert(other, path);
  const faults = written.flatMap(it => it.faults.map(fault => `${it.name}: ${fault}`));
  return [...faults, ...differences(project, other, variant, [plain, written])].map(
    it => `with ${variant.name}: ${it}`,
  );
}
