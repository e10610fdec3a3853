import { at, itemsOf, parseToml, stringOf } from '../../manifests/toml';
import type { WorkspaceFacts } from '../../project/workspace';

/**
 * What builds a project without a compiler. All else in `[build-system] requires` (Cython, maturin, pybind11, …) may be
 * there to compile an extension of its own.
 */
const PURE_BUILDS =
  /^(setuptools|setuptools[-_]scm|wheel|hatchling|hatch-[\w-]+|flit[-_]core|poetry-core|poetry-dynamic-versioning|pdm-backend|pdm-pep517|uv[-_]build|versioningit|pip)\b/i;

/** How `setup.py` names extensions of its own. */
const EXTENSION = /\bext_modules\b|\bExtension\(|\bcythonize\(|\bcffi_modules\b|\brust_extensions\b/;

/** Whether a project of the workspace may hold code that a compiler turns into a module when it is installed. */
export function mayCompileItself({ texts }: WorkspaceFacts): boolean {
  return [...texts].some(([path, text]) => {
    if (/(^|\/)setup\.(py|cfg)$/.test(path)) return EXTENSION.test(text);
    if (!/(^|\/)pyproject\.toml$/.test(path)) return false;
    const requires = itemsOf(at(parseToml(text).root, 'build-system', 'requires')).map(stringOf);
    return requires.some(it => it === undefined || !PURE_BUILDS.test(it.trim()));
  });
}
