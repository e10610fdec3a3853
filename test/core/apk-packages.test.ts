// Looks every name of the table up in the package indexes of Debian itself.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataFile } from '../../scripts/knowledge/data-file';
import { cacheFolder } from '../../scripts/machine/folders';
import { finish } from '../../scripts/machine/run';
import { apkNames, aptNames } from '../../server/src/core/conversions/alpine-to-slim/apt-names';
import { knownApkPackages } from '../../server/src/core/knowledge/apk-packages';
import type { DebianRelease } from '../../server/src/core/knowledge/debian-releases';
import { skipFor } from '../support/engine';

const { rows } = readDataFile('apk-packages');
const RELEASES = ['bookworm', 'trixie'] as const satisfies readonly DebianRelease[];

describe("The table of Debian's names for packages of Alpine", () => {
  it('holds the usual packages, with the names that differ', () => {
    assert.ok(knownApkPackages().length > 300);
    assert.deepEqual(aptNames('build-base', 'bookworm'), ['build-essential']);
    assert.deepEqual(aptNames('postgresql-dev', 'trixie'), ['libpq-dev']);
    assert.deepEqual(aptNames('alpine-sdk', 'bookworm'), ['build-essential', 'git']);
    assert.deepEqual(aptNames('gcompat', 'bookworm'), []);
    assert.equal(aptNames('acme-agent', 'bookworm'), undefined);
    assert.equal(aptNames('constructor', 'bookworm'), undefined);
  });

  it('tells releases apart where they call a package differently', () => {
    assert.deepEqual(aptNames('libldap', 'bookworm'), ['libldap-2.5-0']);
    assert.deepEqual(aptNames('libldap', 'trixie'), ['libldap2']);
    assert.equal(aptNames('pcre-dev', 'trixie'), undefined);
  });

  it('reads in the other direction too', () => {
    assert.deepEqual(apkNames('libpq-dev', 'bookworm').toSorted(), ['libpq-dev', 'postgresql-dev']);
    assert.deepEqual(apkNames('gosu', 'trixie'), ['su-exec']);
    assert.deepEqual(apkNames('acme-agent', 'trixie'), []);
    for (const release of RELEASES) {
      for (const apk of knownApkPackages()) {
        const names = aptNames(apk, release);
        if (names?.length === 1) assert.ok(apkNames(names[0] ?? '', release).includes(apk), apk);
      }
    }
  });

  it('knows every package whose program has another place', () => {
    for (const apk of Object.keys(rows.movedPrograms ?? {})) assert.ok(aptNames(apk, 'trixie'), apk);
  });

  for (const release of RELEASES) {
    describe(`against the package index of Debian ${release}`, () => {
      let index: ReadonlySet<string>;
      before(async function () {
        this.timeout(3 * 60_000);
        const read = await debianIndex(release);
        if (typeof read === 'string') return skipFor(this, read);
        index = read;
      });

      it('names only packages that are there', () => {
        const names = knownApkPackages().flatMap(apk => aptNames(apk, release) ?? []);
        assert.deepEqual(
          names.filter(name => !index.has(name)),
          [],
        );
      });

      it("finds every package that stands for one of BusyBox's programs", () => {
        const missing = Object.values(rows.busyboxPackages as Readonly<Record<string, string>>).filter(
          name => !index.has(name),
        );
        assert.deepEqual(missing, []);
      });
    });
  }
});

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Every package that a release of Debian has, real or provided by another one, by apt's own download of the index into
 * a folder of ours.
 *
 * @returns a sentence for a person where there is no way to get it
 */
async function debianIndex(release: DebianRelease): Promise<ReadonlySet<string> | string> {
  const folder = join(cacheFolder, `debian-${release}`);
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache'), { recursive: true });
  const sources = join(folder, 'sources.list');
  await writeFile(sources, `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${release} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    `Dir::State::status=/dev/null`,
    'Acquire::Languages=none',
  ].flatMap(option => ['-o', option]);
  const updated = await finish('apt-get', ['update', '--error-on=any', ...options]).catch(() => undefined);
  if (updated?.code !== 0) return `apt cannot get the package index of Debian ${release}`;
  const { output } = await finish('apt-cache', ['dumpavail', ...options]);
  const names = output.split('\n').flatMap(line => {
    const [, field, value = ''] = /^(Package|Provides): (.*)$/.exec(line) ?? [];
    return field ? value.split(',').map(name => name.trim().replace(/[ :(].*$/s, '')) : [];
  });
  return new Set(names);
}
