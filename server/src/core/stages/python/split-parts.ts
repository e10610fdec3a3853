import type { Copy, Env, Instruction, Run } from '../../dockerfile/model';
import type { KeptLink } from '../../dockerfile/run-chain';
import { setsInstallsUp } from './install-setup';
import { pathBelow } from './paths';
import { type InstallingStage, type InstallRun, isInstallerCall } from './stage-reading';

export const WRITES_FILES: readonly Instruction['kind'][] = ['RUN', 'COPY', 'ADD'];

export const MANIFEST = /(^|\/)(Pipfile|README[^/]*|[^/]*\.(txt|in|toml|cfg|lock))$/;

/** Variables that only a running program reads. */
const ONLY_AT_RUN_TIME = /^(PYTHON(UNBUFFERED|DONTWRITEBYTECODE|FAULTHANDLER|PATH|HASHSEED)|TZ|PORT)$/;

export function mattersToBuilding(env: Env): boolean {
  return !env.properties.every(({ name }) => ONLY_AT_RUN_TIME.test(name.text));
}

export function flagTexts(run: Run, text: string): string[] {
  return run.flags.map(flag => text.slice(flag.span.start, flag.span.end));
}

export function roleCalls(install: InstallRun, { link }: KeptLink): boolean {
  const kind = install.parts.find(part => part.link === link)?.role.kind;
  return kind === 'other' || kind === 'harmless';
}

export function destinationOf(folder: string, workdir: string): string {
  const below = pathBelow(workdir, folder);
  if (below === '.') return './';
  const path = below === undefined || workdir === '/' ? folder : `./${below}`;
  return path.endsWith('/') ? path : `${path}/`;
}

export function matchCase(keyword: string, like: string): string {
  return like === like.toLowerCase() ? keyword : keyword.toUpperCase();
}

/** The copies of more than manifests above the last install. */
export function codeCopies(whole: InstallingStage): Copy[] {
  const { stage, pipRuns } = whole;
  const last = pipRuns.at(-1) ?? pipRuns[0];
  return stage.instructions.filter(
    (it): it is Copy =>
      (it.kind === 'COPY' || it.kind === 'ADD') &&
      it.span.start < last.run.span.start &&
      it.from === undefined &&
      !it.sources.every(source => MANIFEST.test(source.text)) &&
      !setsInstallsUp(whole, it),
  );
}

/** True for what brings uv into an image whose packages it installs: only the builder needs it. */
export function bringsUv({ pipRuns }: InstallingStage, { from }: Copy): boolean {
  const parts = pipRuns.flatMap(install => install.parts);
  const byUv = parts.some(part => isInstallerCall(part) && part.link.command.name === 'uv');
  return byUv && /(^|\/)uv(:|@|$)/.test(from ?? '');
}
