import { uvEnvironment, venvAt } from '../../../analysis/installs/uv-environment';
import { repositoryName } from '../../../dockerfile/image-ref';
import type { Dockerfile, Run, Stage } from '../../../dockerfile/model';
import { ofKind, runCommands, type StageCommand } from '../../../dockerfile/query';
import { lineage, rootBase, stagesOn } from '../../../dockerfile/stage-graph';
import { stateBefore } from '../../../dockerfile/stage-state';
import type { Command } from '../../../shell/command';
import { type PipCommand, pipInstall } from '../../../shell/pip';
import { type UvCommand, uvCommand } from '../../../shell/uv';
import { type VenvMade, venvMade, venvOfProgram } from '../../../shell/venv';

/** A virtual environment that Python makes and pip upgrades, before uv fills it. */
export interface MixedVenv {
  readonly made: VenvMade;
  readonly madeIn: Run;
  /** Absolute. */
  readonly folder: string;
  /** What pip does in it: upgrades of itself and of build tools, nothing else. */
  readonly upgrades: readonly PlacedPip[];
  readonly fill: UvCommand;
  readonly filledIn: Run;
}

export interface PlacedPip {
  readonly pip: PipCommand;
  readonly run: Run;
}

/**
 * Finds the environments of a stage that Python makes and uv fills, where uv could have made them: it is there by
 * then, and nothing but the upgrades needs the pip that comes with the environment.
 */
export function mixedVenvs(file: Dockerfile, stage: Stage): MixedVenv[] {
  const all = runCommands([stage]);
  return all.flatMap(({ command, run }, index) => {
    const made = venvMade(command);
    if (!made || made.by === 'uv' || made.special || run.script.broken || command.wrappers.length > 0)
      return [];
    const folder = venvAt(stateBefore(file, run).workdir, made.folder)?.folder;
    if (folder === undefined || !hasUvBefore(file, stage, command)) return [];
    const later = all.slice(index + 1);
    const filled = later.find(it => fills(file, it, folder));
    const fill = filled && uvCommand(filled.command);
    const upgrades = pipUpgrades(file, stage, command);
    if (!fill || !filled || !upgrades) return [];
    return [{ made, madeIn: run, folder, upgrades, fill, filledIn: filled.run }];
  });
}

function fills(file: Dockerfile, { command, run }: StageCommand, folder: string): boolean {
  const uv = uvCommand(command);
  if (!uv || !/^(pip (install|sync)|sync)$/.test(uv.verb) || venvOfProgram(command) !== undefined)
    return false;
  return uvEnvironment(file, run, uv)?.folder === folder;
}

/** What pip does behind `made`, in the stage and those that build on it; undefined where it is more than upgrades. */
function pipUpgrades(file: Dockerfile, stage: Stage, made: Command): PlacedPip[] | undefined {
  const users = stagesOn(file, stage);
  const upgrades: PlacedPip[] = [];
  for (const { command, run, stage: user } of runCommands(users)) {
    if (command.span.start <= made.span.start || !callsPip(command)) continue;
    const pip = pipInstall(command);
    if (!pip || user !== stage || !upgradesTools(pip)) return undefined;
    upgrades.push({ pip, run });
  }
  return upgrades;
}

function callsPip({ name, words }: Command): boolean {
  return /^pip(\d(\.\d+)?)?$/.test(name) || (/^python/.test(name) && words.some(word => word.text === 'pip'));
}

/** Installs nothing but pip itself and what builds packages. */
function upgradesTools({ packages, requirements }: PipCommand): boolean {
  return (
    requirements.length === 0 &&
    packages.length > 0 &&
    packages.every(word => /^(pip|setuptools|wheel)([=<>~!].*)?$/.test(word.text))
  );
}

/** True where uv is in the image for certain when `command` runs. */
function hasUvBefore(file: Dockerfile, stage: Stage, command: Command): boolean {
  const line = lineage(file, stage);
  const base = rootBase(file, stage);
  if (base.kind === 'image' && repositoryName(base.ref) === 'uv') return true;
  const earlier = runCommands(line).filter(it => it.command.span.start < command.span.start);
  const copied = line
    .flatMap(it => ofKind(it.instructions, 'COPY'))
    .some(copy => copy.span.start < command.span.start && copy.sources.some(it => /(^|\/)uv$/.test(it.text)));
  return copied || earlier.some(it => bringsUv(it.command));
}

function bringsUv(command: Command): boolean {
  // What has run before is there.
  if (command.name === 'uv') return true;
  const pip = pipInstall(command);
  return (
    pip !== undefined &&
    venvOfProgram(command) === undefined &&
    pip.packages.some(word => /^uv([=<>~!].*)?$/.test(word.text))
  );
}
