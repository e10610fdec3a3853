// Fixes keep what a file means, get on with conversions, and come to rest: on every file that there is.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FixOptions, fixTogether } from '../../server/src/host/fix-together';
import { Sources } from '../../server/src/host/sources';
import { isOneIn } from '../support/by-name';
import { convert, nameOf, type Offered, offersFor } from '../support/conversion-properties';
import type { CaseFiles } from '../support/facts';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';
import { byOrigin, caseProjects, exampleProjects, type Project, subjectsOf } from '../support/projects';
import { changedPaths, filesAfter, lostComments, newProblems, otherLineEnds } from '../support/rewritten';
import { safelyFixed, unsound } from '../support/safe-fixes';

const groups = byOrigin([...caseProjects(), ...exampleProjects()]);

/**
 * Of the cases of each rule, one in so many: one run has no time for all. What is left out is tried with one rule at a
 * time by the tests of the rules, and without conversions.
 */
const ONE_IN = { composing: 4, resting: 5 } as const;

function nameOfProject({ origin, title }: Project): string {
  return `${origin}, ${title}`;
}

describe('safe fixes', () => {
  before(loadGrammar);

  for (const [origin, projects] of groups) {
    it(`of the files of ${origin} change nothing that a container starts with, and get on with conversions`, () => {
      const faults = projects.flatMap(project =>
        subjectsOf(project).flatMap(path => {
          const fixed = safelyFixed(project, project.files, path);
          const faults = unsound(project, project.files, fixed);
          if (isOneIn(ONE_IN.composing, nameOfProject(project)))
            faults.push(...fallingOut(project, path, fixed));
          return faults.map(fault => `${project.title}, ${path}: ${fault}`);
        }),
      );
      assert.deepEqual(faults, []);
    }).timeout(60_000);
  }
});

/** Where safe fixes and conversions spoil each other's work, whichever comes first. */
function fallingOut(project: Project, path: string, fixed: CaseFiles): string[] {
  const plain = offersFor(project, path);
  const fixedAfterwards = plain.flatMap(one => fixedAfter(one, project, path));
  if (fixed === project.files) return fixedAfterwards;
  const converted = convert({ ...project, files: fixed }, path);
  const gone = plain.map(nameOf).filter(name => !converted.some(it => it.name === name));
  return [
    ...fixedAfterwards,
    ...gone.map(name => `${name} is not offered any more`),
    ...converted.flatMap(it => it.faults.map(fault => `then ${it.name}: ${fault}`)),
  ];
}

/** What safe fixes do wrong to what a conversion has made of a file, or has made beside it. */
function fixedAfter(one: Offered, project: Project, path: string): string[] {
  const after = filesAfter(project.files, one.offer.changes());
  return changedPaths(project.files, after)
    .filter(it => it === path || !(it in project.files))
    .flatMap(it => unsound(project, after, safelyFixed(project, after, it)))
    .map(fault => `after ${nameOf(one)}: ${fault}`);
}

describe('plimsoll fix --unsafe', () => {
  before(loadGrammar);
  afterEach(removeFolders);

  for (const [origin, projects] of groups) {
    it(`comes to rest on the files of ${origin}`, async () => {
      for (const project of projects.filter(it => isOneIn(ONE_IN.resting, nameOfProject(it)))) {
        const sources = new Sources(onDisk(project), [], { selection: {} });
        await fixTogether(sources, UNSAFE);
        const once = await sources.changes();
        assert.equal(await fixTogether(sources, UNSAFE), 0, `${project.title}: a second run fixes more`);
        const files = { ...project.files, ...Object.fromEntries(once.map(it => [it.path, it.after])) };
        assert.deepEqual(
          [
            ...newProblems(project.files, files),
            ...otherLineEnds(project.files, files),
            ...lostComments(project.files, files),
          ],
          [],
          project.title,
        );
      }
    }).timeout(60_000);
  }
});

const UNSAFE: FixOptions = {
  safeties: ['safe', 'unsafe'],
  onRuleFailure: (rule, error) => {
    throw new Error(`${rule} threw`, { cause: error });
  },
  onLeftAlone: (path, because) => assert.fail(`${path} is not changed: ${because}`),
  onFailure: (path, error) => {
    throw new Error(`${path} cannot be fixed`, { cause: error });
  },
};

/** The project in a folder of its own. A text `@1.5MB` stands for a file of that size, of which the disk holds nothing. */
function onDisk({ files }: Project): string {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    const size = /^@([\d.]+)(kB|MB|GB)$/.exec(text);
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (!size) writeFileSync(file, text);
    else {
      const descriptor = openSync(file, 'w');
      ftruncateSync(descriptor, Math.round(Number(size[1]) * (UNITS[size[2] ?? ''] ?? 1)));
      closeSync(descriptor);
    }
  }
  return folder;
}

const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };
