// Writes `end-of-life.json` from the repository of endoflife.date, which its readers keep current and which names the
// makers' own pages; it clones that repository into a temporary folder.
//   npm run renew -- end-of-life
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Rows } from './data-file';

const REPOSITORY = 'https://github.com/endoflife-date/endoflife.date';

/** No image is older than Docker itself, which was first published on this day. */
const FIRST_IMAGES = '2013-03-20';

interface Release {
  readonly releaseCycle: string | number;
  readonly codename?: string;
  /** The end of what everybody gets; `false` where it is not announced. */
  readonly eol: Date | string | boolean;
  /** The end of extended support: for Debian that of LTS, which is free and in the official images. */
  readonly eoes?: Date | string | boolean;
}

/** Tags by the day on which their release ends. */
type Ends = Record<string, string>;

const DOTNET = ['sdk', 'aspnet', 'runtime', 'runtime-deps'].map(name => `mcr.microsoft.com/dotnet/${name}`);

export function endOfLife(): Rows {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-end-of-life-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--depth', '1', REPOSITORY, folder], { stdio: 'pipe' });
    return rowsOf(product => releasesOf(readFileSync(join(folder, 'products', `${product}.md`), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function releasesOf(page: string): readonly Release[] {
  const [, settings = ''] = page.split(/^---$/m);
  return (parse(settings) as { releases: readonly Release[] }).releases;
}

function rowsOf(read: (product: string) => readonly Release[]): Rows {
  const debian = read('debian');
  const ubuntu = read('ubuntu');
  const cycles = (product: string) => ends(read(product), cycleOf);
  const versions = (product: string) => withMajors(read(product), cycles(product));
  return {
    asOf: new Date().toISOString().slice(0, 10),
    debian: ends(debian, codenameOf, 'eoes'),
    ubuntu: ends(
      // The names of other releases are words that tags have for other reasons: groovy, disco, precise.
      ubuntu.filter(it =>
        ['Trusty', 'Xenial', 'Bionic', 'Focal', 'Jammy', 'Noble'].some(name => it.codename?.startsWith(name)),
      ),
      codenameOf,
    ),
    alpine: cycles('alpine-linux'),
    images: [
      { names: ['debian'], releases: ends(debian, cycleOf, 'eoes') },
      { names: ['ubuntu'], releases: { ...ends(ubuntu, cycleOf), ...ends(ubuntu, codenameOf) } },
      { names: ['centos'], releases: withTag(cycles('centos'), 'latest', '8') },
      { names: ['fedora'], releases: cycles('fedora') },
      { names: ['python'], releases: versions('python') },
      { names: ['node'], releases: cycles('nodejs') },
      { names: ['php'], releases: versions('php') },
      { names: ['ruby'], releases: versions('ruby') },
      { names: ['golang'], releases: { ...OLDER_GO, ...cycles('go') } },
      { names: ['openjdk'], releases: OPENJDK },
      { names: DOTNET, releases: withMinors(cycles('dotnet')) },
      { names: ['postgres'], releases: versions('postgresql') },
      { names: ['mysql'], releases: versions('mysql') },
      { names: ['mongo'], releases: versions('mongodb') },
    ],
  };
}

/** Go ends a release when the second one after it is published: <https://go.dev/doc/devel/release>. */
const OLDER_GO: Ends = { '1.8': '2018-02-16', '1.9': '2018-08-24' };

/** Only early access builds are updated since: <https://github.com/docker-library/docs/blob/master/openjdk/deprecated.md>. */
const OPENJDK: Ends = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [String(i + 7), '2022-07-31']));

function ends(
  releases: readonly Release[],
  nameOf: (release: Release) => string,
  field: 'eol' | 'eoes' = 'eol',
): Ends {
  const rows = releases.flatMap(release => {
    const day = dayOf(release[field] ?? release.eol);
    return day !== undefined && day >= FIRST_IMAGES ? [[nameOf(release), day] as const] : [];
  });
  return Object.fromEntries(rows.reverse());
}

function cycleOf({ releaseCycle }: Release): string {
  return String(releaseCycle);
}

/** `focal` of Focal Fossa. */
function codenameOf({ codename = '' }: Release): string {
  return codename.toLowerCase().split(' ')[0] ?? '';
}

function dayOf(value: Date | string | boolean): string | undefined {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'string' ? value : undefined;
}

/** With the tags of majors whose minors all have an end: the last of them is what the tag `7` of 7.0 to 7.4 holds. */
function withMajors(releases: readonly Release[], known: Ends): Ends {
  const all = { ...known };
  for (const major of new Set(releases.map(it => cycleOf(it).split('.')[0] ?? ''))) {
    const minors = releases.filter(it => cycleOf(it).startsWith(`${major}.`));
    const days = minors.flatMap(it => dayOf(it.eol) ?? []);
    const last = days.sort().at(-1);
    if (last !== undefined && days.length === minors.length && last >= FIRST_IMAGES) all[major] ??= last;
  }
  return all;
}

/** The tags of .NET are `8.0` where its cycle is 8. */
function withMinors(known: Ends): Ends {
  return Object.fromEntries(
    Object.entries(known).map(([cycle, day]) => [cycle.includes('.') ? cycle : `${cycle}.0`, day]),
  );
}

function withTag(known: Ends, tag: string, cycle: string): Ends {
  const day = known[cycle];
  return day === undefined ? known : { ...known, [tag]: day };
}
