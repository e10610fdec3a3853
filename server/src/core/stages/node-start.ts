import { declineAt, isDeclined, type Outcome } from '../decline';
import { containerStart } from '../dockerfile/container-start';
import type { NotOffered } from '../finding';
import type { WorkspaceFacts } from '../project/workspace';
import type { Command } from '../shell/command';
import { parseScript } from '../shell/parse';
import type { NodeProject } from './node-project';
import { runsScript } from './node-steps';
import type { StageSplit } from './plan';

/** The commands that a container starts with, scripts of `package.json` looked up; a reason where they need tools. */
export function nodeStart({ file, stage }: StageSplit, project: NodeProject): Outcome<readonly Command[]> {
  const { entrypoint, cmd, commands } = containerStart(file, stage);
  const at = cmd ?? entrypoint;
  if (!at || commands.length === 0) return declineAt(file, stage.from, 'starts-nothing');
  const entries = [entrypoint, cmd].filter(it => it !== undefined);
  const [first] = commands;
  if (!first || entries.length > 1 || commands.length > 1) return declineAt(file, at, 'starts-in-steps');
  const script = runsScript(first);
  const started = script === undefined ? [first] : commandsOf(project.scripts.get(script));
  const prestart = script === undefined ? undefined : project.scripts.get(`pre${script}`);
  const [command] = started;
  if (!command || started.length > 1 || prestart !== undefined)
    return declineAt(file, at, 'starts-script-of-several-commands');
  const tool = command.words.find(word => isTool(word.text, project));
  if (tool) return declineAt(file, at, 'starts-development-dependency', { package: tool.text });
  const known = command.name === 'node' || (command.name === 'next' && project.dependencies.has('next'));
  if (!known || /\.[mc]?tsx?$/.test(command.words.at(-1)?.text ?? ''))
    return declineAt(file, at, 'starts-without-node', { program: command.name || 'a variable' });
  return started;
}

/** Settings that `next start` can only read with a package that is for development alone. */
export function objectionToNextSettings(
  { file, stage }: StageSplit,
  project: NodeProject,
  { context }: WorkspaceFacts,
  [command]: readonly Command[],
): NotOffered | undefined {
  const { entrypoint, cmd } = containerStart(file, stage);
  const settings = ['next.config.ts', 'next.config.mts'].find(name => context?.files.has(name));
  // https://github.com/vercel/next.js/issues/81798
  return command?.name === 'next' && settings !== undefined && !project.dependencies.has('typescript')
    ? declineAt(file, cmd ?? entrypoint ?? stage.from, 'next-settings-need-typescript', { file: settings })
    : undefined;
}

export function isStart(outcome: Outcome<readonly Command[]>): outcome is readonly Command[] {
  return !isDeclined(outcome);
}

function commandsOf(script: string | undefined): readonly Command[] {
  return script === undefined ? [] : parseScript({ text: script, origins: { from: 0 } }).commands;
}

/** `ts-node/register` is of the package `ts-node`. */
function isTool(text: string, { devDependencies, dependencies }: NodeProject): boolean {
  const parts = text.split('/');
  const name = parts.slice(0, text.startsWith('@') ? 2 : 1).join('/');
  return devDependencies.has(name) && !dependencies.has(name);
}
