import { uvEnvironment, venvAt } from '../../../analysis/installs/uv-environment';
import type { Dockerfile, Run, Stage } from '../../../dockerfile/model';
import { ofKind } from '../../../dockerfile/query';
import { stateBefore } from '../../../dockerfile/stage-state';
import { imagePath } from '../../../project/copied-files';
import type { Command } from '../../../shell/command';
import { dependencyInstall } from '../../../shell/dependency-install';
import { isSwitchedOn, uvCommand } from '../../../shell/uv';
import { venvMade } from '../../../shell/venv';

/** The folders of the image that installs of some RUNs fill, where a copy of the code may reach. Absolute. */
export function filledFolders(file: Dockerfile, stage: Stage, runs: readonly Run[]): string[] {
  const filled = runs.flatMap(run => run.script.commands.flatMap(command => filledBy(file, run, command)));
  return [...filled, ...environmentsOf(file, stage)];
}

/** Virtual environments that the stage makes: whatever installs may install into one. */
function environmentsOf(file: Dockerfile, stage: Stage): string[] {
  return ofKind(stage.instructions, 'RUN').flatMap(run =>
    run.script.commands.flatMap(command => {
      const made = venvMade(command);
      const folder = made && venvAt(stateBefore(file, run).workdir, made.folder)?.folder;
      return folder === undefined ? [] : [imagePath('/', folder)];
    }),
  );
}

function filledBy(file: Dockerfile, run: Run, command: Command): string[] {
  const install = dependencyInstall(command);
  const { workdir = '/', env } = stateBefore(file, run);
  switch (install?.program) {
    case 'npm':
    case 'yarn':
    case 'pnpm':
    case 'bun':
      return [imagePath(workdir, 'node_modules')];
    case 'uv': {
      const uv = uvCommand(command);
      const environment = uv && uvEnvironment(file, run, uv);
      return environment?.kind === 'venv' ? [environment.folder] : [];
    }
    case 'poetry':
      return isSwitchedOn(env.get('POETRY_VIRTUALENVS_IN_PROJECT')) ||
        mentions(run, /virtualenvs\.in-project/)
        ? [imagePath(workdir, '.venv')]
        : [];
    case 'pipenv':
      return isSwitchedOn(env.get('PIPENV_VENV_IN_PROJECT')) ? [imagePath(workdir, '.venv')] : [];
    case 'bundle':
      return /vendor/.test(env.get('BUNDLE_PATH') ?? '') ||
        env.has('BUNDLE_DEPLOYMENT') ||
        mentions(run, /vendor\/bundle|deployment/)
        ? [imagePath(workdir, 'vendor/bundle')]
        : [];
    default:
      return [];
  }
}

function mentions({ script }: Run, what: RegExp): boolean {
  return script.commands.some(({ words }) => words.some(word => what.test(word.text)));
}
