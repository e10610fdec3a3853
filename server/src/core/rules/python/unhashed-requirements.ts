import { isInstalled } from '../../analysis/installs/installers';
import type { PythonManifest, PythonRequirement } from '../../manifests/model';
import { pythonManifestRule } from '../../rule';

export const unhashedRequirements = pythonManifestRule({
  meta: {
    id: 'unhashed-requirements',
    category: 'reproducibility',
    severity: 'hint',
    since: '0.2.0',
    fix: 'none',
    summary: 'A requirements file that pins every version, but no hash',
  },
  *check(file, { workspace }) {
    const [first] = file.requirements;
    if (!first || !isPinnedWithoutHashes(file) || !isInstalled(file.path, workspace)) return;
    const { length } = file.requirements;
    const [packages, versions] =
      length === 1 ? ['the package is', 'this version'] : [`the ${length} packages are`, 'these versions'];
    yield {
      at: first.span,
      message: `${packages} pinned without hashes: an index can serve other files under ${versions} (pip-compile --generate-hashes adds them)`,
    };
  },
});

/** Addresses and folders cannot be hashed together with the rest, so files with them are left alone. */
function isPinnedWithoutHashes({ format, path, requirements, unnamed, problems }: PythonManifest): boolean {
  return (
    format === 'requirements' &&
    path.endsWith('.txt') &&
    problems.length === 0 &&
    unnamed.length === 0 &&
    requirements.every(isPinned) &&
    requirements.every(it => it.hashes.length === 0)
  );
}

function isPinned({ specifier, from }: PythonRequirement): boolean {
  return from === 'index' && /^===?[^*,]+$/.test(specifier);
}
