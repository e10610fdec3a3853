import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What CHANGELOG.md says of releases. */
export interface Releases {
  /** Versions, the newest first. */
  readonly released: readonly string[];
  /** What the next one is called: the last one with a higher minor version. */
  readonly next: string;
  /** What is written of the next one. */
  readonly unreleased: string;
}

export function releasesOf(root: string): Releases {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const released = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)$/gm)].map(match => match[1] ?? '');
  const [major, minor] = (released[0] ?? '0.0.0').split('.').map(Number);
  const unreleased = /^## Unreleased$([\s\S]*?)(?=^## )/m.exec(changelog)?.[1] ?? '';
  return { released, next: `${major}.${(minor ?? 0) + 1}.0`, unreleased };
}
