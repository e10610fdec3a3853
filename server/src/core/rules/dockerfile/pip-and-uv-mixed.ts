import { lockedSync, unlockedInstall } from '../../analysis/installs/locked-sync';
import { venvAt } from '../../analysis/installs/uv-environment';
import type { Dockerfile } from '../../dockerfile/model';
import { isAlternative, isJoint, removeCommands } from '../../dockerfile/remove-command';
import { builtStages } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { activatedVenv } from '../../shell/venv';
import { replace } from '../../text/edit';
import { groupBy } from '../../text/group';
import { span, textAt } from '../../text/span';
import { type MixedVenv, mixedVenvs } from './pip-and-uv-mixed/mixed-venv';

export const pipAndUvMixed = dockerfileRule({
  meta: {
    id: 'pip-and-uv-mixed',
    category: 'speed',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'A virtual environment is created and upgraded with pip, then filled by uv',
  },
  *check(file, { workspace }) {
    const targets = workspace.targets.flatMap(({ target }) => (target === undefined ? [] : [target]));
    for (const mixed of builtStages(file, targets).flatMap(stage => mixedVenvs(file, stage))) {
      const upgraded =
        mixed.upgrades.length > 0 ? 'created and upgraded with pip' : 'created with its own pip';
      yield {
        at: mixed.made.command.span,
        message: `this environment is ${upgraded}, then filled by uv, which could create it faster itself`,
        related: [{ at: mixed.fill.verbSpan, message: 'uv fills it here' }],
        fixes: () => [...inOneStep(file, mixed, workspace), ...madeByUv(file, mixed)],
      };
    }
  },
});

/** `uv sync` instead of all from the making of the environment to its filling. */
function inOneStep(file: Dockerfile, mixed: MixedVenv, workspace: WorkspaceFacts): Fix[] {
  const { made, madeIn, fill, filledIn } = mixed;
  if (madeIn !== filledIn || !isOneStep(file, mixed)) return [];
  const install = unlockedInstall(file, filledIn, fill, workspace);
  const sync = install && lockedSync(file, filledIn, install, workspace);
  const text = fill.verb === 'sync' ? textAt(file.text, fill.command.span) : sync?.text;
  if (text === undefined) return [];
  const edits = [
    replace(span(made.command.span.start, fill.command.span.end), text),
    ...(sync?.lockCopy ?? []),
  ];
  return [{ title: 'Let uv sync create and fill it', safety: 'unsafe', edits }];
}

/** True where nothing else stands between, and nothing behind it in the RUN may need the active environment. */
function isOneStep(file: Dockerfile, { made, madeIn, fill, upgrades, folder }: MixedVenv): boolean {
  const { commands } = madeIn.script;
  const from = commands.indexOf(made.command);
  const to = commands.indexOf(fill.command);
  const steps = commands.slice(from, to + 1);
  const between = steps.slice(1, -1);
  const { workdir } = stateBefore(file, madeIn);
  const known = (command: Command) => {
    const active = activatedVenv(command);
    if (active !== undefined) return venvAt(workdir, active)?.folder === folder;
    return upgrades.some(({ pip }) => pip.command === command);
  };
  const activated = between.some(command => activatedVenv(command) !== undefined);
  return (
    madeIn.form !== 'exec' &&
    steps.every(command => command.scope === 'script' && !isAlternative(madeIn, command)) &&
    between.every(known) &&
    !(activated && to < commands.length - 1) &&
    steps.slice(1).every((command, index) => isJoint(file, steps[index], command))
  );
}

/** `uv venv` instead of `python -m venv`, without the upgrades of a pip that is not there. */
function madeByUv(file: Dockerfile, { made, madeIn, upgrades }: MixedVenv): Fix[] {
  if (madeIn.form === 'exec' || !made.folderWord) return [];
  const version = /python(\d\.\d+)$/.exec(made.python ?? '')?.[1];
  const python = version === undefined ? '' : `--python ${version} `;
  const text = `uv venv ${python}${textAt(file.text, made.folderWord.span)}`;
  const removed = [...groupBy(upgrades, it => it.run)].map(([run, upgrades]) =>
    removeCommands(
      file,
      run,
      upgrades.map(it => it.pip.command),
    ),
  );
  if (removed.includes(undefined)) return [];
  const edits = [replace(made.command.span, text), ...removed.flatMap(edit => edit ?? [])];
  return [{ title: 'Create it with uv venv', safety: 'unsafe', edits }];
}
