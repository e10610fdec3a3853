import { installersAt } from '../../analysis/installs/installers';
import { containerStart } from '../../dockerfile/container-start';
import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { runCommands, type StageCommand, stagesThatRun } from '../../dockerfile/query';
import { environmentAt } from '../../dockerfile/run-environment';
import { lineage } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { Finding, Fix } from '../../finding';
import { isStartedOtherwise } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { pythonManifestAt } from '../../project/workspace-files';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { dependencyInstall } from '../../shell/dependency-install';
import { parseScript } from '../../shell/parse';
import { objectionToImports } from '../../stages/node-imports';
import { type NodeProject, nodeProject } from '../../stages/node-project';
import { insert } from '../../text/edit';

export const devDependenciesInFinalImage = dockerfileRule({
  meta: {
    id: 'dev-dependencies-in-final-image',
    category: 'size',
    severity: 'info',
    since: '0.3.0',
    fix: 'unsafe',
    summary: 'Development dependencies are installed into the final image',
  },
  *check(file, { workspace }) {
    const seen = new Set<Command>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      if (FOR_DEVELOPERS.test(stage.name ?? '')) continue;
      if (isStartedOtherwise(file, stage, workspace)) continue;
      const all = runCommands(lineage(file, stage).reverse());
      for (const one of all) {
        if (seen.has(one.command)) continue;
        const finding =
          nodeFinding(file, stage, one, all, workspace) ?? pythonFinding(file, stage, one, all, workspace);
        if (!finding) continue;
        seen.add(one.command);
        yield finding;
      }
    }
  },
});

const FOR_DEVELOPERS = /(^|[-_])(dev|devel|development|tests?|testing|ci|lint|debug|builder?)([-_]|$)/;

/** What keeps them out, of any of the four installers. */
const OMITS_DEV = /^(--omit(=dev)?|--production(=true)?|--prod|-P|--only(=prod(uction)?)?|--no-dev)$/;
const FLAG: Readonly<Record<string, string>> = { npm: '--omit=dev', pnpm: '--prod', bun: '--production' };

function nodeFinding(
  file: Dockerfile,
  stage: Stage,
  { command, run }: StageCommand,
  all: readonly StageCommand[],
  workspace: WorkspaceFacts,
): Finding | undefined {
  const install = dependencyInstall(command);
  if (!install || !/^(npm|yarn|pnpm|bun)$/.test(install.program)) return undefined;
  const project = nodeProject(workspace);
  if (!project || project.devDependencies.size === 0 || project.workspaces) return undefined;
  if (command.words.some(({ text }) => OMITS_DEV.test(text)) || isSetToOmit(file, run, command, project))
    return undefined;
  const later = all.filter(it => it.command.span.start > command.span.start).map(it => it.command);
  const started = startsWithout(file, stage, project);
  if (later.some(removesDev) || !started) return undefined;
  if (objectionToImports({ file, stage }, project, workspace, started)) return undefined;
  const builds = later.some(it => /^(npm|npx|yarn|pnpm|bun|bunx|node)$/.test(it.name));
  const message = `${install.label} also installs the ${project.devDependencies.size} development dependencies, which the started program does not need`;
  if (builds)
    return {
      at: install.at,
      message,
      atMost: 'hint',
      conversions: ['multi-stage-node', 'multi-stage-static-site'],
    };
  return { at: install.at, message, fixes: () => nodeFixes(install.program, command, project) };
}

/** npm and Yarn 1 take `NODE_ENV=production` for it; pnpm 10 and Yarn 4 do not. */
function isSetToOmit(file: Dockerfile, run: Run, command: Command, { packageManager }: NodeProject): boolean {
  const env = environmentAt(file, run, command);
  if ([...env.keys()].some(name => /^npm_config_(omit|production|only)$/i.test(name))) return true;
  if (!env.has('NODE_ENV')) return false;
  const value = env.get('NODE_ENV');
  const ignoresIt = /^(pnpm@(1\d|[2-9]\d)|yarn@([4-9]|\d\d))\./.test(packageManager ?? '');
  return value === undefined || (value === 'production' && !ignoresIt);
}

function removesDev({ name, words }: Command): boolean {
  if (name === 'rm') return words.some(({ text }) => /(^|\/)node_modules\/?$/.test(text));
  if (!/^(npm|pnpm|yarn|bun)$/.test(name)) return /^(pruner?|node-prune|modclean)$/.test(name);
  return words.some(({ text }) => /^(prune|deploy|focus)$/.test(text) || OMITS_DEV.test(text));
}

/** What the container starts, where that is a file of Node or what a dependency brings, and no development dependency. */
function startsWithout(file: Dockerfile, stage: Stage, project: NodeProject): readonly Command[] | undefined {
  const { commands } = containerStart(file, stage);
  const [first] = commands;
  if (!first || commands.length > 1) return undefined;
  const script = scriptOf(first);
  const text = script === undefined ? undefined : project.scripts.get(script);
  if (script !== undefined && text === undefined) return undefined;
  const started = text === undefined ? commands : parseScript({ text, origins: { from: 0 } }).commands;
  const usesTool = started.some(({ words }) =>
    words.some(word => project.devDependencies.has(packageOf(word.text))),
  );
  const isProgram = started.length === 1 && started[0]?.name === 'node' && !isTypeScript(started[0]);
  return isProgram && !usesTool ? started : undefined;
}

function isTypeScript({ words }: Command): boolean {
  return words.some(({ text }) => /\.[mc]?tsx?$/.test(text));
}

function packageOf(text: string): string {
  return text
    .split('/')
    .slice(0, text.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The script of package.json that a command runs: `start` for `npm start`. */
function scriptOf({ name, words }: Command): string | undefined {
  if (!/^(npm|yarn|pnpm|bun)$/.test(name)) return undefined;
  const operands = words
    .slice(1)
    .map(it => it.text)
    .filter(it => !it.startsWith('-'));
  return operands[0] === 'run' || operands[0] === 'run-script' ? (operands[1] ?? '') : (operands[0] ?? '');
}

/** Scripts that run at every install may call what is left out: `husky` in `prepare`. */
const AT_INSTALL = ['preinstall', 'install', 'postinstall', 'prepare'];

function nodeFixes(program: string, { words }: Command, project: NodeProject): Fix[] {
  const flag = Object.hasOwn(FLAG, program) ? FLAG[program] : undefined;
  const verb = words[1];
  if (!flag || !verb || AT_INSTALL.some(name => project.scripts.has(name))) return [];
  return [{ title: `Add ${flag}`, safety: 'unsafe', edits: [insert(verb.span.end, ` ${flag}`)] }];
}

function pythonFinding(
  file: Dockerfile,
  stage: Stage,
  { command, run }: StageCommand,
  all: readonly StageCommand[],
  workspace: WorkspaceFacts,
): Finding | undefined {
  const install = dependencyInstall(command);
  const isUv = install?.label === 'uv sync';
  if (!install || !(isUv || install.program === 'poetry')) return undefined;
  const names = isUv ? UV_OMITS : POETRY_OMITS;
  if (command.words.some(({ text }) => names.test(text))) return undefined;
  const env = environmentAt(file, run, command);
  if (env.has('UV_NO_DEV') || env.has('UV_NO_DEFAULT_GROUPS') || env.has('POETRY_WITHOUT')) return undefined;
  if (all.some(it => it.command.words.some(({ text }) => TOOLS.test(text)))) return undefined;
  if (isUv && syncsAgain(file, stage, all)) return undefined;
  const paths = installersAt(command, file, workspace).map(it => it.manifest);
  const dev = paths.some(path =>
    pythonManifestAt(workspace, path)?.requirements.some(it => it.group === 'dev'),
  );
  // A group of Poetry that is optional is only installed on request.
  const isOptional = paths.some(path => /optional\s*=\s*true/.test(workspace.texts.get(path) ?? ''));
  if (!dev || (!isUv && isOptional)) return undefined;
  const flag = isUv ? '--no-dev' : '--without dev';
  const verb = command.words.find(({ text }) => /^(sync|install)$/.test(text));
  return {
    at: install.at,
    message: `${install.label} also installs the group dev, which the started program does not need`,
    fixes: () =>
      verb ? [{ title: `Add ${flag}`, safety: 'unsafe', edits: [insert(verb.span.end, ` ${flag}`)] }] : [],
  };
}

/** `uv run` installs what is missing of the default groups, at every start, unless it is told not to. */
function syncsAgain(file: Dockerfile, stage: Stage, all: readonly StageCommand[]): boolean {
  const { env } = finalState(file, stage);
  if (['UV_NO_SYNC', 'UV_NO_DEV', 'UV_NO_DEFAULT_GROUPS'].some(name => env.has(name))) return false;
  const check = finalState(file, stage).healthcheck?.script.commands ?? [];
  const commands = [...containerStart(file, stage).commands, ...check, ...all.map(it => it.command)];
  return commands.some(({ words }) => {
    const at = words.findIndex(
      ({ text }, index) => /(^|\/)uv$/.test(text) && words[index + 1]?.text === 'run',
    );
    return at !== -1 && !words.some(({ text }) => /^--(no-sync|no-dev|no-default-groups)$/.test(text));
  });
}

const UV_OMITS = /^--(no-dev|no-default-groups|only-group|no-group|only-dev|all-groups|dev|group)(=|$)/;
const POETRY_OMITS = /^--(only|without|no-dev|with|only-root|all-groups)(=|$)/;
/** Who runs these while building wants them there. */
const TOOLS = /^(pytest|tox|nox|mypy|ruff|black|flake8|pylint|coverage|pre-commit)$/;
