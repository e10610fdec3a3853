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

const PROJECT = {
  'pyproject.toml': '[project]\nname = "mikrom"\nversion = "0.4.0"\ndependencies = ["fastapi>=0.115.6"]\n',
  'uv.lock': 'version = 1\n',
};

export const uvLockIgnored = dockerfileRule({
  meta: {
    id: 'uv-lock-ignored',
    category: 'reproducibility',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk:
      'the versions of `uv.lock` are installed, which may be older than those that a build takes today; where nobody has kept the lock file up to date, run `uv lock` first',
    summary: '`uv pip install` of a project whose `uv.lock` lies beside it, unread',
    why: `\`uv.lock\` holds the exact version and the hash of every package, also of those that the dependencies depend on.
\`uv pip install -r pyproject.toml\` does not read it: it takes whatever the index has on the day of the build. Two builds
of one commit can differ, a release somewhere can break the image overnight, and what was tested is not what ships. It
also has to resolve all versions again, which the lock file has done.

\`uv sync --frozen --no-dev --no-install-project\` installs just what the lock file says, and checks the hashes. \`--frozen\`
takes the file as it is and never writes it (\`--locked\` would also stop the build where it is out of date), \`--no-dev\`
leaves out what only developers need, \`--no-install-project\` installs the dependencies alone, as \`-r\` did, so that the
layer does not depend on the code.

\`uv sync\` keeps its environment in \`.venv\` beside the project. The fix keeps it where it was instead, by
\`UV_PROJECT_ENVIRONMENT\`, so that PATH and everything else still hold; \`--inexact\` leaves alone what else was
installed there. It is not offered with options that \`uv sync\` has not (other indexes, \`--upgrade\`, \`--target\`), for
workspaces, or where the Dockerfile does not tell which environment uv finds.

Where the lock file is no part of the build on purpose (a library that tests against the newest releases), switch the rule
off or leave \`uv.lock\` out of the build context.`,
    sources: [
      'https://docs.astral.sh/uv/guides/integration/docker/#installing-a-project',
      'https://docs.astral.sh/uv/concepts/projects/sync/',
      'https://docs.astral.sh/uv/concepts/projects/config/#project-environment-path',
    ],
  },
  examples: [
    {
      title: 'The virtual environment beside the project is the one that uv sync uses',
      before:
        'FROM python:3.14-slim-trixie\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv venv && «uv pip install» -r pyproject.toml\nENV PATH="/app/.venv/bin:$PATH"\nCOPY . .\n',
      after:
        'FROM python:3.14-slim-trixie\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv venv && uv sync --frozen --no-dev --no-install-project\nENV PATH="/app/.venv/bin:$PATH"\nCOPY . .\n',
      files: PROJECT,
    },
    {
      title: "Into the image's own Python, without a virtual environment",
      before:
        'FROM python:3.14-slim-trixie\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN «uv pip install» --system -r pyproject.toml\nCOPY . .\n',
      after:
        'FROM python:3.14-slim-trixie\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN UV_PROJECT_ENVIRONMENT=/usr/local uv sync --frozen --no-dev --inexact --no-install-project\nCOPY . .\n',
      files: PROJECT,
    },
    {
      title: 'The lock file is read',
      before:
        'FROM python:3.14-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen --no-dev --no-install-project\nCOPY . .\n',
      files: PROJECT,
    },
  ],
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
    message: `uv ${uv.verb} passes over ${install.lock.lock} and takes the versions of the day, so that two builds can differ`,
    fixes: () => syncInstead(file, run, install, workspace),
  };
}

function syncInstead(file: Dockerfile, run: Run, install: UnlockedInstall, workspace: WorkspaceFacts): Fix[] {
  const sync = lockedSync(file, run, install, workspace);
  if (!sync) return [];
  const edits = [replace(install.uv.command.span, sync.text), ...sync.lockCopy];
  return [{ title: `Install what ${install.lock.lock} says with uv sync`, safety: 'unsafe', edits }];
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
    message: `pip cannot read ${lock.lock} and takes the versions of the day, which uv sync --frozen would not`,
    atMost: 'hint',
  };
}
