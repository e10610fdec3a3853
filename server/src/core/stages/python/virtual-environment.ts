import { declineAt, isDeclined, type Outcome } from '../../decline';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { stateBefore } from '../../dockerfile/stage-state';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Command } from '../../shell/command';
import { folderAt } from './copied-files';
import { objectionToEnvironment } from './environment-objections';
import type { Handover } from './handover';
import { installUser, lateAccount } from './install-user';
import { isOnPath } from './moved-packages';
import type { OwnEnvironment } from './own-environment';
import { joinPath } from './paths';
import { type InstallingStage, isProjectInstall } from './stage-reading';

const FOLDER = '/opt/venv';

/** How a virtual environment gets from the builder into what ships. */
export function environmentHandover(
  whole: InstallingStage,
  builder: string,
  facts: WorkspaceFacts,
): Outcome<Handover> {
  if (whole.environment) return ownHandover(whole, whole.environment, builder, facts);
  const own = projectEnvironment(whole);
  if (isDeclined(own)) return own;
  const folder = own ?? FOLDER;
  const settings: [string, string][] = isOnPath(whole.stage, folder)
    ? []
    : [['ENV', `VIRTUAL_ENV=${folder} PATH=${folder}/bin:$PATH`]];
  return {
    makesEnvironment: true,
    folder,
    prepare: own ? [] : [['RUN', `python -m venv ${folder}`], ...settings],
    takeOver: [['COPY', `--from=${builder} ${folder} ${folder}`], ...settings],
    builderDoes: `installs every package into the virtual environment ${folder}`,
    because: `Copies the finished virtual environment from the builder stage: nothing is downloaded or compiled here, and its programs come first on the PATH`,
  };
}

/** The environment is made where it was made before, and the file says already how its programs are found. */
function ownHandover(
  whole: InstallingStage,
  environment: OwnEnvironment,
  builder: string,
  facts: WorkspaceFacts,
): Outcome<Handover> {
  const objection = objectionToEnvironment(whole, environment, facts);
  if (objection) return objection;
  const { folder, madeIn } = environment;
  const owner = installUser(whole.file, madeIn);
  const account = lateAccount(whole, owner);
  return {
    makesEnvironment: false,
    folder,
    prepare: [],
    takeOver: [['COPY', `--from=${builder} ${owner ? `--chown=${owner} ` : ''}${folder} ${folder}`]],
    ...(account ? { behind: account } : {}),
    builderDoes: `creates and fills the virtual environment ${folder}`,
    because: `Copies the finished virtual environment from the builder stage, to the same folder: nothing is downloaded or compiled here`,
  };
}

/** The folder in which Poetry or Pipenv make an environment; undefined where they fill the one around them. */
function projectEnvironment({ file, pipRuns }: InstallingStage): Outcome<string | undefined> {
  for (const { run, parts } of pipRuns) {
    const install = parts.find(isProjectInstall);
    if (!install) continue;
    const { program } = install.role.install;
    const place =
      program === 'poetry' ? poetryPlace(file, run) : pipenvPlace(file, run, install.link.command);
    if (place === 'around') return undefined;
    const workdir = folderAt(file, run);
    if (place === 'own' || workdir === undefined) {
      const tool = program === 'poetry' ? 'Poetry' : 'Pipenv';
      return declineAt(file, run, 'environment-of-tool', { tool });
    }
    return joinPath(workdir, '.venv');
  }
  return undefined;
}

/** Around: into the environment, or the Python, that the installer is called in. */
type Place = 'around' | 'in-project' | 'own';

function poetryPlace(file: Dockerfile, run: Run): Place {
  const { env } = stateBefore(file, run);
  const settings = new Map<string, string>();
  for (const name of ['CREATE', 'IN_PROJECT']) {
    const value = env.get(`POETRY_VIRTUALENVS_${name}`);
    if (value !== undefined) settings.set(name, value);
  }
  const stage = file.stages[run.stage];
  for (const other of stage?.instructions ?? []) {
    if (other.kind !== 'RUN' || other.span.start > run.span.start) continue;
    for (const command of other.script.commands) readPoetrySetting(command, settings);
  }
  if (isOff(settings.get('CREATE'))) return 'around';
  return isOn(settings.get('IN_PROJECT')) ? 'in-project' : 'own';
}

function readPoetrySetting({ name, words }: Command, settings: Map<string, string>): void {
  if (name !== 'poetry' || words[1]?.text !== 'config') return;
  const [key, value] = words.slice(2).filter(word => !word.text.startsWith('-'));
  if (key?.text === 'virtualenvs.create') settings.set('CREATE', value?.text ?? '');
  if (key?.text === 'virtualenvs.in-project') settings.set('IN_PROJECT', value?.text ?? '');
}

function pipenvPlace(file: Dockerfile, run: Run, command: Command): Place {
  const { env } = stateBefore(file, run);
  const setting = (name: string) => command.assignments.find(it => it.name === name)?.value ?? env.get(name);
  if (command.words.some(word => word.text === '--system') || isOn(setting('PIPENV_SYSTEM'))) return 'around';
  return isOn(setting('PIPENV_VENV_IN_PROJECT')) ? 'in-project' : 'own';
}

function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value ?? '');
}

function isOff(value: string | undefined): boolean {
  return /^(0|false|no|off)$/i.test(value ?? '');
}
