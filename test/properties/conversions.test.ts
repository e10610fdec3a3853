// A conversion that is offered, for whatever file, keeps what the file means. The cases of one rule are files for the
// conversions too, and each file is also tried as others would write it.
import assert from 'node:assert/strict';
import { conversions } from '../../server/src/core/conversions/catalog';
import { chosenBy } from '../support/by-name';
import {
  type Converted,
  convert,
  differences,
  rewritten,
  variantsOf,
} from '../support/conversion-properties';
import { loadGrammar } from '../support/grammar';
import { byOrigin, caseProjects, exampleProjects, type Project, subjectsOf } from '../support/projects';

const groups = byOrigin([...caseProjects(), ...exampleProjects()]);

/** What every conversion that is offered makes of the files of an origin, worked out once. */
const outcomes = new Map<string, readonly Outcome[]>();

interface Outcome {
  readonly project: Project;
  readonly path: string;
  readonly converted: readonly Converted[];
}

function outcomesOf(origin: string): readonly Outcome[] {
  const known = outcomes.get(origin);
  if (known) return known;
  const found = (groups.get(origin) ?? []).flatMap(project =>
    subjectsOf(project).map(path => ({ project, path, converted: convert(project, path) })),
  );
  outcomes.set(origin, found);
  return found;
}

describe('a conversion that is offered', () => {
  before(loadGrammar);

  for (const origin of groups.keys()) {
    it(`keeps what the files of ${origin} mean, however they are written`, () => {
      const faults = outcomesOf(origin).flatMap(outcome => [
        ...faultsOf(placeOf(outcome), outcome.converted),
        ...otherwise(outcome),
      ]);
      assert.deepEqual(faults, []);
    }).timeout(300_000);
  }

  it('is each of them, somewhere', () => {
    const offered = [...groups.keys()].flatMap(origin =>
      outcomesOf(origin).flatMap(({ converted }) => converted.map(it => it.conversion.meta.id)),
    );
    assert.deepEqual(
      conversions.map(it => it.meta.id).filter(id => !offered.includes(id)),
      [],
    );
  }).timeout(300_000);
});

function placeOf({ project, path }: Outcome): string {
  return `${project.title}, ${path}`;
}

/** The same file written in one of the other ways: one run has no time for all. */
function otherwise(outcome: Outcome): string[] {
  const { project, path, converted } = outcome;
  const ways = variantsOf(path).flatMap(variant => {
    const other = rewritten(project, path, variant);
    return other ? [{ variant, other }] : [];
  });
  const way = chosenBy(`${project.origin}, ${placeOf(outcome)}`, ways);
  if (!way) return [];
  const written = convert(way.other, path);
  const place = `${placeOf(outcome)}, with ${way.variant.name}`;
  const different = differences(project, way.other, way.variant, [converted, written]);
  return [...faultsOf(place, written), ...different.map(it => `${place}: ${it}`)];
}

function faultsOf(where: string, converted: readonly Converted[]): string[] {
  return converted.flatMap(({ name, faults }) => faults.map(fault => `${where}: ${name}: ${fault}`));
}
