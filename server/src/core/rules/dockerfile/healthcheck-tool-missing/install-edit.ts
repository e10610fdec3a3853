import { insertBelow, instructionText } from '../../../dockerfile/edit';
import type { Dockerfile, Run, Stage } from '../../../dockerfile/model';
import { ofKind } from '../../../dockerfile/query';
import { lineage } from '../../../dockerfile/stage-graph';
import { stateBefore } from '../../../dockerfile/stage-state';
import type { BaseImage, Program } from '../../../knowledge/base-images';
import { type PackageCommand, packageCommand } from '../../../shell/packages';
import { type Edit, insert } from '../../../text/edit';
import { linesOf } from '../../../text/lines';

/** The package that brings a program, under apt and apk alike. */
const PACKAGES: Readonly<Partial<Record<Program, string>>> = {
  bash: 'bash',
  curl: 'curl',
  nc: 'netcat-openbsd',
  ps: 'procps',
  wget: 'wget',
};

/** An edit that brings a package into a stage, and the package's name. */
export interface InstallEdit {
  readonly edit: Edit;
  readonly name: string;
}

/**
 * Installs a program: in the last install of the stage or of one that it builds on, else in a RUN of its own.
 *
 * @returns undefined where the base has no package manager that is known here, or the stage does not run as root
 */
export function installEdit(
  file: Dockerfile,
  stage: Stage,
  base: BaseImage,
  program: Program,
): InstallEdit | undefined {
  const manager = base.packageManager;
  const name = PACKAGES[program];
  if (!name || (manager !== 'apt' && manager !== 'apk')) return undefined;
  const edit = intoExistingInstall(file, stage, manager, name) ?? asOwnRun(file, stage, manager, name);
  return edit && { edit, name };
}

function intoExistingInstall(
  file: Dockerfile,
  stage: Stage,
  manager: 'apt' | 'apk',
  name: string,
): Edit | undefined {
  for (const ancestor of lineage(file, stage)) {
    for (const run of ofKind(ancestor.instructions, 'RUN').reverse()) {
      const install = run.form === 'exec' ? undefined : lastInstall(run, manager);
      if (install) return addPackage(file, run, install, name);
    }
  }
  return undefined;
}

function lastInstall(run: Run, manager: 'apt' | 'apk'): PackageCommand | undefined {
  return run.script.commands
    .filter(command => command.scope === 'script')
    .flatMap(command => packageCommand(command) ?? [])
    .findLast(
      it => it.action === 'install' && it.manager === manager && !it.virtual && it.packages.length > 0,
    );
}

function addPackage(file: Dockerfile, run: Run, install: PackageCommand, name: string): Edit | undefined {
  const last = install.packages.at(-1);
  const before = install.command.words.findLast(word => last && word.span.end <= last.span.start);
  if (!last || !before) return undefined;
  const lines = linesOf(file.text);
  const onOwnLine = lines.lineOf(before.span.end) < lines.lineOf(last.span.start);
  const continuation = run.form === 'heredoc' ? '\\' : file.escape;
  const separator = onOwnLine ? ` ${continuation}${lines.eol}${lines.indentAt(last.span.start)}` : ' ';
  return insert(last.span.end, separator + name);
}

function asOwnRun(file: Dockerfile, stage: Stage, manager: 'apt' | 'apk', name: string): Edit | undefined {
  const user = stateBefore(file, stage.from).user?.user?.text ?? 'root';
  if (!/^(root|0)(:.*)?$/.test(user)) return undefined;
  const command =
    manager === 'apk'
      ? `apk add --no-cache ${name}`
      : `apt-get update && apt-get install -y --no-install-recommends ${name} && rm -rf /var/lib/apt/lists/*`;
  return insertBelow(file, stage.from, [instructionText(file, 'RUN', command)]);
}
