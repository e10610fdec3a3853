import {
  lockedSync,
  projectFolder,
  type UnlockedInstall,
  unlockedInstall,
} from '../../analysis/installs/locked-sync';
import { projectLock } from '../../analysis/installs/uv-lock';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { runsOf } from '../../dockerfile/query';
import { builtStages } from '../../dockerfile/stage-graph';
import type { Finding, Fix } from '../../finding';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { pipInstall } from '../../shell/pip';
import { uvCommand } from '../../shell/uv';
import { replace } from '../../text/edit';

export const uvLockIgnored = dockerfileRule({
  meta: {
    id: 'uv-lock-ignored',
    category: 'reproducibility',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    summary: '`uv pip install` ignores the `uv.lock` of the project',
  },
  *check(file, { workspace }) {
    const targets = workspace.targets.flatMap(({ target }) => (target === undefined ? [] : [target]));
    for (const run of builtStages(file, targets).flatMap(runsOf)) {
      for (const command of run.script.commands) {
        const finding = byUv(file, run, command, workspace) ?? byPip(file, run, command, workspace);
        if (finding) yield finding;
      }
    }
  },
});

function byUv(file: Dockerfile, run: Run, command: Command, workspace: WorkspaceFacts): Finding | undefined {
  const uv = uvCommand(command);
  const install = uv && unlockedInstall(file, run, uv, workspace);
  if (!install) return undefined;
  return {
    at: uv.verbSpan,
    message: `uv ${uv.verb} ignores ${install.lock.lock}: every build resolves the latest versions`,
    fixes: () => syncInstead(file, run, install, workspace),
  };
}

function syncInstead(file: Dockerfile, run: Run, install: UnlockedInstall, workspace: WorkspaceFacts): Fix[] {
  const sync = lockedSync(file, run, install, workspace);
  if (!sync) return [];
  const edits = [replace(install.uv.command.span, sync.text), ...sync.lockCopy];
  return [{ title: `Install from ${install.lock.lock} with uv sync`, safety: 'unsafe', edits }];
}

/** pip cannot read the lock file: somebody has to bring uv into the image first. */
function byPip(file: Dockerfile, run: Run, command: Command, workspace: WorkspaceFacts): Finding | undefined {
  const pip = pipInstall(command);
  if (!pip) return undefined;
  const editable = pip.line.options.find(it => it.name === '-e' || it.name === '--editable')?.value;
  const named = [editable, ...pip.packages.map(word => word.text)];
  const [folder] = named.flatMap(text => projectFolder(text) ?? []);
  const lock = folder && projectLock(file, run, `${folder.path}/pyproject.toml`, workspace);
  if (!lock || pip.line.options.some(it => it.name === '--no-deps')) return undefined;
  return {
    at: pip.verbSpan,
    message: `pip cannot read ${lock.lock}: every build resolves the latest versions, unlike uv sync --frozen`,
    atMost: 'hint',
  };
}
