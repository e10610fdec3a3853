import type { Evidence } from '../../finding';
import { buildPackage, PACKAGE_SIZE_SOURCE } from '../../knowledge/build-packages';

/**
 * About how many bytes some packages of apt that serve to compile add to a slim image; undefined where none of them has
 * a known size. Compilers and their programs share most of what they depend on, so the largest of them counts, and all
 * headers.
 */
export function aptBuildWeight(names: readonly string[]): Evidence | undefined {
  const known = names.flatMap(name => {
    const found = buildPackage('apt', name);
    return found?.bytes === undefined ? [] : [{ kind: found.kind, bytes: found.bytes }];
  });
  if (known.length === 0) return undefined;
  const tools = known.filter(it => it.kind !== 'headers').map(it => it.bytes);
  const headers = known.filter(it => it.kind === 'headers').map(it => it.bytes);
  const bytes = Math.max(0, ...tools) + headers.reduce((sum, one) => sum + one, 0);
  return { bytes, how: 'estimated', source: PACKAGE_SIZE_SOURCE };
}
