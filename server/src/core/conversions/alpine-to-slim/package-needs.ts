import { installingLocked, lockOf } from '../../analysis/installs/locked-wheels';
import { pythonInstalls } from '../../analysis/installs/python-installs';
import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { buildPackage } from '../../knowledge/build-packages';
import { runtimeLibraries } from '../../knowledge/debian-headers';
import type { DebianRelease } from '../../knowledge/debian-releases';
import type { PythonTag } from '../../knowledge/python-wheels';
import { normalizedName } from '../../manifests/requirements';
import type { WorkspaceFacts } from '../../project/workspace';
import { type ApkCommand, apkCommand } from '../../shell/apk';
import type { Command } from '../../shell/command';
import { packageName } from '../../shell/packages';
import { mayCompile } from '../../stages/python/may-compile';
import { compilerLibraries, compilesAtRunTime, systemNeeds } from '../../stages/python/system-needs';
import type { Word } from '../../text/word';
import { aptNames } from './apt-names';

/** A call of apk with the RUN that it is in. */
export interface ApkCall {
  readonly run: Run;
  readonly apk: ApkCommand;
}

export function apkCalls(stages: readonly Stage[]): ApkCall[] {
  return stages.flatMap(stage =>
    ofKind(stage.instructions, 'RUN').flatMap(run =>
      run.script.commands.flatMap((command: Command) => {
        const apk = apkCommand(command);
        return apk ? [{ run, apk }] : [];
      }),
    ),
  );
}

/** What compilers and headers are for on Debian, where every Python package of the file comes as a wheel. */
export interface Wheels {
  /** The libraries that the wheels look for in the system. */
  readonly libraries: readonly string[];
}

/**
 * Whether all that the stages install with pip or uv comes as wheels on Debian, so that nothing compiles.
 *
 * @returns undefined where something compiles, may compile, or is not known
 */
export function wheelsOnly(
  file: Dockerfile,
  stages: readonly Stage[],
  python: PythonTag | undefined,
  release: DebianRelease,
  workspace: WorkspaceFacts,
): Wheels | undefined {
  if (stages.some(stage => mayCompile(file, stage))) return undefined;
  const all = stages.map(stage => ({
    installs: pythonInstalls(file, stage, workspace),
    lock: lockOf(file, stage, workspace),
  }));
  const requirements = all.flatMap(it => it.installs.requirements);
  if (requirements.length === 0 || !all.every(it => it.installs.complete)) return undefined;
  const comes = all.every(({ installs, lock }) =>
    installs.requirements.every(
      it => installingLocked(it, python, 'glibc', lock).kind === 'wheels' && !compilesAtRunTime(it.name),
    ),
  );
  const needs = requirements.map(it => systemNeeds(it, [release]));
  if (!comes || !needs.every(it => it !== undefined)) return undefined;
  return { libraries: [...new Set([...needs.flat(), ...requirements.flatMap(compilerLibraries)])] };
}

/**
 * Packages that ask pkg-config for the headers that they are built with. Sources: https://github.com/PyMySQL/mysqlclient#linux,
 * the `setup.py` or `meson.build` of the others, 2026-11.
 */
const ASKS_PKG_CONFIG = new Set([
  ...[
    'mysqlclient',
    'pycairo',
    'pygobject',
    'xmlsec',
    'dbus-python',
    'systemd-python',
    'av',
    'libvirt-python',
  ],
  ...['python-xmlsec', 'pygraphviz', 'h5py', 'gssapi', 'manimpango'],
]);

/** True where something that the stages install with pip or uv asks pkg-config when it is built. */
export function needsPkgConfig(
  file: Dockerfile,
  stages: readonly Stage[],
  workspace: WorkspaceFacts,
): boolean {
  const installs = stages.map(stage => pythonInstalls(file, stage, workspace));
  return installs.some(({ requirements }) =>
    requirements.some(({ name }) => ASKS_PKG_CONFIG.has(normalizedName(name))),
  );
}

/** What an `apk add` becomes, word by word. */
export interface TranslatedPackages {
  /** Debian's packages in the place of each word, none where it goes. */
  readonly names: ReadonlyMap<Word, readonly string[]>;
  /** A word without a known Debian counterpart. */
  readonly unknown: Word | undefined;
}

/** @param wheels where compilers and headers serve nothing on Debian */
export function translated(
  words: readonly Word[],
  release: DebianRelease,
  wheels: Wheels | undefined,
): TranslatedPackages {
  const names = new Map<Word, readonly string[]>();
  const taken = new Set<string>();
  for (const word of words) {
    const apk = packageName(word);
    const apt = word.literal ? aptNames(apk, release) : undefined;
    if (!apt) return { names, unknown: word };
    const serves = wheels && buildPackage('apk', apk) ? librariesOf(apt, release, wheels) : apt;
    names.set(
      word,
      serves.filter(name => !taken.has(name)),
    );
    for (const name of serves) taken.add(name);
  }
  return { names, unknown: undefined };
}

/** Of the libraries that headers stand for, those that a wheel loads. */
function librariesOf(headers: readonly string[], release: DebianRelease, { libraries }: Wheels): string[] {
  return headers
    .flatMap(name => runtimeLibraries(name, [release]) ?? [])
    .filter(name => libraries.includes(name));
}
