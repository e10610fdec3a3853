// A conversion that is offered, for whatever file, keeps what the file means. The cases of one rule are files for the
// conversions too, and each file is also tried as others would write it.
import assert from 'node:assert/strict';
import { conversions } from '../../server/src/core/conversions/catalog';
import {
  type Converted,
  convert,
  differences,
  rewritten,
  variantsOf,
} from '../support/conversion-properties';
import { loadGrammar } from '../support/grammar';
import { byOrigin, caseProjects, exampleProjects, type Project, subjectsOf } from '../support/projects';

/** Every file is tried in this many of the ways to write it; which ones goes round from file to file. */
const WAYS_FOR_EACH = 1;

describe('a conversion that is offered', () => {
  const offered = new Set<string>();
  let turn = 0;

  before(loadGrammar);

  for (const [origin, projects] of byOrigin([...caseProjects(), ...exampleProjects()])) {
    it(`keeps what the files of ${origin} mean, however they are written`, () => {
      const faults = projects.flatMap(project =>
        subjectsOf(project).flatMap(path => {
          const plain = convert(project, path);
          for (const { conversion } of plain) offered.add(conversion.meta.id);
          const where = `${project.title}, ${path}`;
          return [...faultsOf(where, plain), ...otherwise(where, project, path, plain)];
        }),
      );
      assert.deepEqual(faults, []);
    }).timeout(60_000);
  }

  it('was each of them, somewhere', () => {
    assert.deepEqual(
      conversions.map(it => it.meta.id).filter(id => !offered.has(id)),
      [],
    );
  });

  /** The same file written otherwise, in as many ways as one run has time for. */
  function otherwise(where: string, project: Project, path: string, plain: readonly Converted[]): string[] {
    const ways = variantsOf(path).flatMap(variant => {
      const other = rewritten(project, path, variant);
      return other ? [{ variant, other }] : [];
    });
    const first = turn;
    turn += WAYS_FOR_EACH;
    return ways
      .filter((_, index) => (index - first + ways.length * turn) % ways.length < WAYS_FOR_EACH)
      .flatMap(({ variant, other }) => {
        const written = convert(other, path);
        const place = `${where}, with ${variant.name}`;
        const different = differences(project, other, variant, [plain, written]);
        return [...faultsOf(place, written), ...different.map(it => `${place}: ${it}`)];
      });
  }
});

function faultsOf(where: string, converted: readonly Converted[]): string[] {
  return converted.flatMap(({ name, faults }) => faults.map(fault => `${where}: ${name}: ${fault}`));
}
