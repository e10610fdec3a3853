import { declineAt, type PlainReasonCode } from '../decline';
import type { Dockerfile, Run } from '../dockerfile/model';
import type { Command } from '../shell/command';
import type { HandoverKind } from './handover';
import type { OwnEnvironment } from './own-environment';
import { otherInstaller, roleOf } from './run-roles';

/** What a stage is read for. */
export interface Reading {
  readonly handover: HandoverKind;
  readonly environment: OwnEnvironment | undefined;
}

export const EXPECTED_INSTALLER: Readonly<Record<HandoverKind, string>> = {
  wheels: 'pip',
  venv: 'pip, Poetry, Pipenv or uv pip',
  'user-site': 'pip',
  'uv-sync': 'uv sync',
};

/** What stands in the way of reading a RUN as one that installs, or that has nothing to do with it. */
export function objectionToRun(file: Dockerfile, run: Run, { handover, environment }: Reading) {
  for (const command of run.script.commands) {
    if (!environment && isOfEnvironment(run, command, handover))
      return declineAt(file, run, OF_ENVIRONMENT[handover]);
    const installer = otherInstaller(command);
    if (installer && !takes(handover, installer, command))
      return declineAt(file, run, 'installs-with-other', {
        installer,
        expected: EXPECTED_INSTALLER[handover],
      });
    if (command.name === 'apk' || command.name === 'dnf' || command.name === 'yum')
      return declineAt(file, run, 'installs-without-apt', { program: command.name });
  }
  if (run.script.broken && /\bpip|apt-get\b/.test(file.text.slice(run.span.start, run.span.end)))
    return declineAt(file, run, 'unreadable-script');
  return undefined;
}

/** True where an installer is called for what is handed over in this way. */
function takes(handover: HandoverKind, installer: string, command: Command): boolean {
  const { kind } = roleOf(command);
  if (kind === 'installer-setup' && installer === 'uv') return handover === 'venv' || handover === 'uv-sync';
  if (kind === 'project-install' && installer === 'uv') return handover === 'uv-sync';
  return /^(project-install|installer-setup|pip-install)$/.test(kind) && handover === 'venv';
}

const OF_ENVIRONMENT: Readonly<Record<HandoverKind, PlainReasonCode>> = {
  wheels: 'installs-into-environment',
  venv: 'installs-into-environment-of-others',
  'user-site': 'installs-into-environment',
  'uv-sync': 'environment-beside-uv',
};

function isOfEnvironment(run: Run, command: Command, handover: HandoverKind): boolean {
  const { kind } = roleOf(command);
  if (kind === 'environment-made') return true;
  if (kind !== 'environment-active') return handover !== 'uv-sync' && inVirtualEnvironment(command);
  const later = run.script.commands.filter(it => it.span.start > command.span.start).map(roleOf);
  return later.some(it => it.kind === 'pip-install' || it.kind === 'project-install');
}

function inVirtualEnvironment(command: Command): boolean {
  const program = command.words[0]?.text ?? '';
  return (
    /^(pip|python)[\d.]*$/.test(command.name) &&
    program.includes('/') &&
    !/^\/usr\/(local\/)?bin\//.test(program)
  );
}
