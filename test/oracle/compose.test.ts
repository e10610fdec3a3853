// Docker Compose itself beside our fixes and conversions: what it accepts it still accepts.
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { languageOf } from '../../server/src/core/project/language';
import { composeConfig, requireCompose } from '../support/compose';
import { offersFor } from '../support/conversion-properties';
import type { CaseFiles } from '../support/facts';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';
import { caseProjects, exampleProjects, type Project, subjectsOf } from '../support/projects';
import { changedPaths, filesAfter } from '../support/rewritten';
import { safelyFixed } from '../support/safe-fixes';

interface Rewriting {
  readonly what: string;
  readonly path: string;
  readonly before: CaseFiles;
  readonly after: CaseFiles;
}

function composeFilesOf(project: Project): string[] {
  return subjectsOf(project).filter(path => languageOf(path) === 'compose');
}

function safeFixes(projects: readonly Project[]): Rewriting[] {
  return projects.flatMap(project =>
    composeFilesOf(project).map(path => ({
      what: `${project.origin}, ${project.title}, ${path}`,
      path,
      before: project.files,
      after: safelyFixed(project, project.files, path),
    })),
  );
}

function conversions(projects: readonly Project[]): Rewriting[] {
  return projects.flatMap(project =>
    composeFilesOf(project).flatMap(path =>
      offersFor(project, path).map(({ conversion, offer }) => ({
        what: `${project.origin}, ${project.title}, ${conversion.meta.id}, ${path}`,
        path,
        before: project.files,
        after: filesAfter(project.files, offer.changes()),
      })),
    ),
  );
}

/** Why Compose does not accept the file, beside what overrides it; undefined where it does. */
async function refusal(files: CaseFiles, paths: readonly string[]): Promise<string | undefined> {
  const [path = ''] = paths;
  const folder = posix.dirname(path);
  const names = paths.map(it => posix.relative(folder, it));
  const { code, output } = await composeConfig(posix.join(makeFolder(files), folder), names);
  return code === 0 ? undefined : output.trim();
}

/** Compose starts for each file, so only those are shown to it that a rewriting has changed. */
async function faultsOf(all: readonly Rewriting[]): Promise<string[]> {
  const faults: string[] = [];
  const changed = all.filter(({ before, after }) => changedPaths(before, after).some(isCompose));
  assert.ok(changed.length >= 3, 'Compose files are rewritten');
  for (const { what, path, before, after } of changed) {
    if ((await refusal(before, [path])) !== undefined) continue;
    const overrides = changedPaths(before, after).filter(it => isCompose(it) && !(it in before));
    const because = await refusal(after, [path, ...overrides]);
    if (because !== undefined) faults.push(`${what}: ${because}`);
  }
  return faults;
}

function isCompose(path: string): boolean {
  return languageOf(path) === 'compose';
}

describe('Docker Compose', function () {
  this.timeout(5 * 60_000);
  before(function () {
    requireCompose.call(this);
    return loadGrammar();
  });
  afterEach(removeFolders);

  it('is one of today', async () => {
    const folder = makeFolder({
      'compose.yaml': 'services:\n  web:\n    image: a\n    models: [m]\nmodels:\n  m:\n    model: ai/b\n',
    });
    const { code, output } = await composeConfig(folder, ['compose.yaml']);
    assert.equal(code, 0, output);
    assert.deepEqual(Object.keys(JSON.parse(output).services.web.models), ['m']);
  });

  it('accepts what safe fixes make of our cases', async () => {
    assert.deepEqual(await faultsOf(safeFixes(caseProjects())), []);
  });

  it('accepts what safe fixes and conversions make of the examples', async () => {
    const projects = exampleProjects();
    assert.deepEqual(await faultsOf([...safeFixes(projects), ...conversions(projects)]), []);
  });
});
