// BuildKit's own linter beside our fixes and conversions: what they make is built, and earns no new warning there.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, foreignPackages } from '../../scripts/machine/foreign-packages';
import { languageOf } from '../../server/src/core/project/language';
import {
  buildkitLints,
  newlySaid,
  requireBuildkitLinter,
  saidByOtherRules,
} from '../support/buildkit-linter';
import { offersFor } from '../support/conversion-properties';
import { loadGrammar } from '../support/grammar';
import { caseProjects, exampleProjects, filesBelow, type Project, subjectsOf } from '../support/projects';
import { changedPaths, filesAfter } from '../support/rewritten';
import { safelyFixed } from '../support/safe-fixes';

const corpus = join(__dirname, '../corpus');

function corpusProjects(): Project[] {
  return readdirSync(corpus, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => ({
      origin: `corpus/${name}`,
      title: name,
      files: filesBelow(join(corpus, name), name),
      images: [],
    }));
}

function foreignProjects(): Project[] {
  return foreignPackages
    .filter(one => existsSync(folderOf(one)))
    .map(one => ({
      origin: one.name,
      title: one.version,
      files: filesBelow(folderOf(one), 'package'),
      images: [],
    }));
}

interface Rewriting {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What safe fixes make of every Dockerfile of the projects, where they change it. */
function safeFixes(projects: readonly Project[]): Rewriting[] {
  return projects.flatMap(project =>
    subjectsOf(project).flatMap(path =>
      rewritings(project, safelyFixed(project, project.files, path), `${project.origin}, ${project.title}`),
    ),
  );
}

/** What each conversion makes of every Dockerfile for which it is offered. */
function conversions(projects: readonly Project[]): Rewriting[] {
  return projects.flatMap(project =>
    subjectsOf(project).flatMap(path =>
      offersFor(project, path).flatMap(({ conversion, offer }) =>
        rewritings(
          project,
          filesAfter(project.files, offer.changes()),
          `${project.origin}, ${project.title}, ${conversion.meta.id}`,
        ),
      ),
    ),
  );
}

function rewritings({ files }: Project, after: Project['files'], what: string): Rewriting[] {
  return changedPaths(files, after)
    .filter(path => languageOf(path) === 'dockerfile')
    .map(path => ({ what: `${what}, ${path}`, before: files[path] ?? '', after: after[path] ?? '' }));
}

async function faultsOf(all: readonly Rewriting[], said = newlySaid): Promise<string[]> {
  assert.ok(all.length >= 20, 'files are rewritten');
  const verdicts = await buildkitLints(all.flatMap(({ before, after }) => [before, after]));
  return all.flatMap(({ what }, index) => {
    const [before, after] = verdicts.slice(2 * index, 2 * index + 2);
    assert.ok(before && after, 'the linter says something of each file');
    return said(before, after).map(sentence => `${what}: ${sentence}`);
  });
}

describe("BuildKit's linter", function () {
  this.timeout(5 * 60_000);
  before(function () {
    requireBuildkitLinter.call(this);
    return loadGrammar();
  });

  it('says what it says to docker build --check', async () => {
    const [plain, broken] = await buildkitLints([
      'FROM python:3\nMAINTAINER me\nWORKDIR app\nENV A b\nCMD echo hi\n',
      'FROM python:3 as app\nRUM true\n',
    ]);
    assert.deepEqual(
      plain?.warnings.map(({ rule, line }) => [rule, line]),
      [
        ['MaintainerDeprecated', 2],
        ['WorkdirRelativePath', 3],
        ['LegacyKeyValueFormat', 4],
        ['JSONArgsRecommended', 5],
      ],
    );
    assert.equal(plain?.error, undefined);
    assert.match(broken?.error ?? '', /unknown instruction: RUM/);
  });

  it('says nothing new after safe fixes of our cases', async () => {
    assert.deepEqual(await faultsOf(safeFixes(caseProjects())), []);
  });

  it('says nothing new after safe fixes of the examples, the corpus and what others have published', async () => {
    const projects = [...exampleProjects(), ...corpusProjects(), ...foreignProjects()];
    assert.deepEqual(await faultsOf(safeFixes(projects)), []);
  });

  it('says nothing new after conversions of the examples and the corpus', async () => {
    assert.deepEqual(
      await faultsOf(conversions([...exampleProjects(), ...corpusProjects()]), saidByOtherRules),
      [],
    );
  });
});
