import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './folders';
import { output } from './run';

/** A published package that holds Dockerfiles or Compose files which nobody here wrote. Nothing of it is committed. */
export interface ForeignPackage {
  readonly registry: 'npm' | 'PyPI';
  readonly name: string;
  readonly version: string;
  /** Of the archive, in hexadecimal. */
  readonly sha256: string;
}

export const foreignPackages: readonly ForeignPackage[] = [
  npm('@backstage/create-app', '0.9.2', 'ff3948a68a27e6c35ea734f7b21ff099ce6d1bfc63b5f8abe3bb4e1e2e39cc26'),
  npm('@redwoodjs/cli', '8.9.0', '2c19fb92a78851ef0b27015ffa5fe904298242add3486f10258346e70815055a'),
  npm('@soketi/soketi', '1.6.1', 'dbee79a6eb62f6034f9c621e945390b3b678fef518119f75760f15cb30d29a54'),
  npm('mongo-express', '1.0.2', '7f9e2a6aeecc61b520b3f790263df2a3e38018bb9659f278ddeedba3c15a2941'),
  npm('redis-commander', '0.9.0', '456f45901358c93ffdee5acdcbbc3c8b19aea2ef43a2b9b5c43aacdea155d660'),
  npm('statsd', '0.9.0', 'd3d35411ee42057ddc4071511590254c14e19f5a7952c6bb3761e83623bda8ae'),
  pypi('embedchain', '0.1.128', '380e848c053a335b06d535efcbfdc6b98a5d0b2a6a1f553aae94cb1c85676183'),
  pypi('fastapi-template', '6.1.2', 'e1c135c5a8550c765c485f328940e56dd6af71a6909517e2663f7ca04997ca4d'),
  pypi('hybrid-django-react', '0.2.2', '209e1e399f647087aa2288d7c15ee244d0265ea9d49a14f75b83b33bf260a86e'),
  pypi('kedro-docker', '0.6.2', '9dd0d7e99a16698ea4cde0994fa67fb2f924e65d5062c51359bc45a71ddacce5'),
  pypi('project-initializer', '0.4.1', 'c0a47cd6adae8c33ed2250426c097cfd2e39a37695dc56bbaa210efc561e0c4e'),
  pypi('truss', '0.18.36', 'ba144a62037e875b804089eb575f178a6caccbfacc01256392b799d982dc59ae'),
];

function npm(name: string, version: string, sha256: string): ForeignPackage {
  return { registry: 'npm', name, version, sha256 };
}

function pypi(name: string, version: string, sha256: string): ForeignPackage {
  return { registry: 'PyPI', name, version, sha256 };
}

/** Where a package is unpacked, absolute, whether or not it is there. */
export function folderOf({ name, version }: ForeignPackage): string {
  return join(cacheFolder, 'foreign', `${name.replace(/^@/, '').replaceAll('/', '-')}-${version}`);
}

/** Downloads and unpacks what is not there yet, one after the other. Rejects where an archive is not the known one. */
export async function fetchForeignPackages(): Promise<void> {
  for (const one of foreignPackages) if (!existsSync(folderOf(one))) await fetchPackage(one);
}

/** Nothing of a package is run: npm and pip only download, and wheels need no building. */
async function fetchPackage(one: ForeignPackage): Promise<void> {
  const { registry, name, version, sha256 } = one;
  const unfinished = `${folderOf(one)}.${process.pid}`;
  const contents = join(unfinished, 'contents');
  await mkdir(contents, { recursive: true });
  try {
    if (registry === 'npm')
      await output('npm', ['pack', '--silent', '--pack-destination', unfinished, `${name}@${version}`]);
    else
      await output('python3', [
        ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'],
        ...['--only-binary=:all:', '--dest', unfinished, `${name}==${version}`],
      ]);
    const archive = join(unfinished, (await readdir(unfinished)).find(it => it !== 'contents') ?? '');
    const found = createHash('sha256')
      .update(await readFile(archive))
      .digest('hex');
    if (found !== sha256)
      throw new Error(`${name} ${version} is another archive than the known one: ${found}`);
    if (registry === 'npm') await output('tar', ['-xzf', archive, '-C', contents, '--strip-components=1']);
    else await output('python3', ['-m', 'zipfile', '-e', archive, contents]);
    await rename(contents, folderOf(one));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
