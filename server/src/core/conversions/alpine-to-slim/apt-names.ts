import { debianNames, knownApkPackages } from '../../knowledge/apk-packages';
import type { DebianRelease } from '../../knowledge/debian-releases';

/**
 * Debian's packages for one of Alpine, in one release.
 *
 * @param apk without its version
 * @returns none where Debian needs nothing for it; undefined where it is not known, or the release has none
 */
export function aptNames(apk: string, release: DebianRelease): readonly string[] | undefined {
  const known = debianNames(apk);
  const names = typeof known === 'string' ? known : known?.[release];
  return names?.split(' ').filter(name => name !== '');
}

/** The packages of Alpine that stand for one of Debian and nothing else. */
export function apkNames(apt: string, release: DebianRelease): readonly string[] {
  return knownApkPackages().filter(apk => {
    const names = aptNames(apk, release);
    return names?.length === 1 && names[0] === apt;
  });
}
