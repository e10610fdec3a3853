import { sizeInWords } from '../../analysis/sizes/evidence';
import { packageLoad } from '../../analysis/sizes/package-weight';
import type { Finding } from '../../finding';
import type { PythonManifest } from '../../manifests/model';
import { type Context, pythonManifestRule } from '../../rule';
import { removeRequirement } from './unused-dependency/requirement-edit';
import { type UnusedRequirement, unusedRequirements } from './unused-dependency/unused';

export const unusedDependency = pythonManifestRule({
  meta: {
    id: 'unused-dependency',
    category: 'size',
    severity: 'info',
    since: '0.2.0',
    fix: 'unsafe',
    summary: 'A requirement that no Python file of the image imports',
  },
  *check(file, { workspace, engine }) {
    for (const unused of unusedRequirements(file, workspace, engine)) {
      yield findingOf(file, unused, { workspace, engine });
    }
  },
});

function findingOf(file: PythonManifest, unused: UnusedRequirement, { engine, workspace }: Context): Finding {
  const { requirement, broughtBy, installers } = unused;
  const at = requirement.nameSpan;
  if (broughtBy !== undefined) {
    const message = `no Python file of the image imports ${requirement.name}, and ${broughtBy} installs it anyway: this line only chooses its version`;
    return { at, message, atMost: 'hint' };
  }
  const dockerfiles = [...new Set(installers.map(it => it.dockerfile.path))];
  const evidence = packageLoad(requirement.normalized, dockerfiles, engine)?.evidence;
  const size = sizeInWords(evidence);
  const edit = isLocked(file, workspace) ? undefined : removeRequirement(file, requirement);
  return {
    at,
    message: `no Python file of the image imports ${requirement.name}${size ? `, which takes ${size}` : ''}`,
    ...(evidence && { evidence }),
    fixes: () => (edit ? [{ title: `Remove ${requirement.name}`, safety: 'unsafe', edits: [edit] }] : []),
  };
}

const LOCK_FILES = ['uv.lock', 'poetry.lock', 'Pipfile.lock', 'pdm.lock'];

/** With a lock file beside it, an install may refuse a manifest that says something else. */
function isLocked({ path }: PythonManifest, { texts }: Context['workspace']): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return LOCK_FILES.some(name => texts.has(folder + name));
}
