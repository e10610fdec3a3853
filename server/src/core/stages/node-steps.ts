import type { Run } from '../dockerfile/model';
import type { Command } from '../shell/command';
import { NODE_SYNTAX } from '../shell/node';
import { type CommandLine, readCommandLine } from '../shell/options';
import { isStaticServerPackage } from '../shell/static-server';
import type { Word } from '../text/word';

export type NodeInstaller = 'npm' | 'yarn' | 'pnpm';

/** A call of a package manager of Node. */
interface NodeCall {
  readonly program: NodeInstaller;
  readonly verb: string;
  readonly line: CommandLine;
}

function nodeCall(command: Command): NodeCall | undefined {
  const { name } = command;
  if (name !== 'npm' && name !== 'yarn' && name !== 'pnpm') return undefined;
  const line = readCommandLine(command.words.slice(1), NODE_SYNTAX);
  return { program: name, verb: line.operands[0]?.text ?? '', line };
}

/** The package manager that a command installs the project's dependencies with, and nothing else. */
export function installsProject(command: Command): NodeInstaller | undefined {
  const call = nodeCall(command);
  if (!call || call.line.operands.length > 1 || isGlobal(call.line)) return undefined;
  const verbs = call.program === 'npm' ? /^(ci|install|i|clean-install)$/ : /^(install|i)$/;
  return verbs.test(call.verb) || (call.program === 'yarn' && call.verb === '') ? call.program : undefined;
}

function isGlobal({ options }: CommandLine): boolean {
  return options.some(({ name }) => name === '-g' || name === '--global');
}

/** The script of `package.json` that a command runs: `build` for `npm run build`. */
export function runsScript(command: Command): string | undefined {
  const call = nodeCall(command);
  if (
    !call ||
    call.line.options.some(({ name }) => /^(--prefix|-C|--cwd|--dir|-w|--workspace|--filter)$/.test(name))
  )
    return undefined;
  const [verb, script] = call.line.operands.map(it => it.text);
  if (verb === 'run' || verb === 'run-script') return script;
  if (verb === 'start' || verb === 'test') return verb;
  return call.program === 'npm' || verb === undefined || OWN_VERBS.test(verb) ? undefined : verb;
}

/** The words that a script of `package.json` is given behind its own: npm asks for `--` in front of them. */
export function scriptArguments(command: Command): readonly Word[] {
  const script = runsScript(command);
  const dashes = command.words.findIndex(it => it.text === '--');
  if (dashes !== -1) return command.words.slice(dashes + 1);
  if (command.name === 'npm' || script === undefined) return [];
  return command.words.slice(command.words.findLastIndex(it => it.text === script) + 1);
}

const OWN_VERBS =
  /^(add|remove|install|i|ci|prune|cache|config|set|dlx|exec|global|store|update|upgrade|up|link|pack|publish|why|info|list|import|fetch|deploy|rebuild|audit|node|create|init|workspace|workspaces)$/;

/** True for a step that makes what runs: a script with `build` in its name, or the compiler itself. */
export function buildsNode(command: Command): boolean {
  if (/(^|[:_-])build([:_-]|$)/.test(runsScript(command) ?? '')) return true;
  const words = command.words.map(it => it.text).filter(it => it !== 'exec' && it !== '--');
  const [program, verb] = /^(npx|yarn|pnpm)$/.test(words[0] ?? '') ? words.slice(1) : words;
  return program === 'tsc' || (program === 'nest' && verb === 'build');
}

/** `pnpm` for `pnpm@9`, `pnpm@latest` and `pnpm`. */
const PACKAGE_MANAGER = /^(npm|pnpm|yarn)(?:@[\w.^~-]+)?$/;

/** The package managers that a step installs for every user, where it does nothing else. */
export function installsPackageManager({ script: { commands } }: Run): readonly string[] {
  const [first, second, third] = commands;
  if (first?.name !== 'corepack') {
    const names = commands.map(globalManagers);
    return names.every(it => it.length > 0) ? names.flat() : [];
  }
  // What corepack only enables is fetched when it is first called: in the container, at every start.
  const prepared = second?.name === 'corepack' && second.words[1]?.text === 'prepare' ? second : undefined;
  const name = PACKAGE_MANAGER.exec(prepared?.words[2]?.text ?? '')?.[1];
  const isActive = prepared?.words.some(it => it.text === '--activate');
  return first.words[1]?.text === 'enable' && name && isActive && !third ? [name] : [];
}

/** The package managers that `npm install --global` installs; empty where it installs something else. */
function globalManagers(command: Command): readonly string[] {
  const call = nodeCall(command);
  if (call?.program !== 'npm' || !isGlobal(call.line) || !/^(install|i|add)$/.test(call.verb)) return [];
  const names = call.line.operands.slice(1).map(it => PACKAGE_MANAGER.exec(it.text)?.[1]);
  return names.every(it => it !== undefined) ? names : [];
}

const TOOLS =
  /^(npm|pnpm|yarn|corepack|typescript|@nestjs\/cli|@angular\/cli|vite|turbo|node-gyp)(@[\w.^~-]+)?$/;

/** True for a step that only a build needs. */
export function preparesNode(command: Command): boolean {
  if (installsProject(command)) return true;
  if (command.name === 'corepack') return true;
  const call = nodeCall(command);
  if (command.name === 'npx')
    return command.words[1]?.text === 'prisma' && command.words[2]?.text === 'generate';
  if (!call) return false;
  if (call.verb === 'cache' || call.verb === 'config' || call.verb === 'set') return true;
  const script = runsScript(command);
  if (script !== undefined)
    return /^(lint|test|typecheck|type-check|check|generate|codegen)([:_-]|$)/.test(script);
  const names = call.line.operands.slice(1);
  return (
    call.program === 'npm' &&
    isGlobal(call.line) &&
    names.length > 0 &&
    names.every(it => TOOLS.test(it.text))
  );
}

/** Bundlers and site generators that a Dockerfile calls without a script of `package.json`. */
const BUNDLERS =
  /^(vite|react-scripts|ng|vue-cli-service|astro|next|gatsby|parcel|webpack|rollup|esbuild|docusaurus|eleventy|vitepress|nuxi|nuxt)$/;

/** True for a step that makes the files of a site. */
export function buildsSite(command: Command): boolean {
  if (buildsNode(command)) return true;
  if (/^(generate|export)([:_-]|$)/.test(runsScript(command) ?? '')) return true;
  const [program, verb] = command.name === 'npx' ? command.words.slice(1) : command.words;
  const isBuild =
    /^(build|generate|export)$/.test(verb?.text ?? '') || /^(webpack|rollup)$/.test(program?.text ?? '');
  return isBuild && BUNDLERS.test(program?.text ?? '');
}

/** True for a step that does no more than install a server of static files for every user. */
export function installsStaticServer(command: Command): boolean {
  const call = nodeCall(command);
  if (!call) return false;
  const [verb, ...names] = call.line.operands.map(it => it.text);
  if (call.program === 'yarn') return verb === 'global' && names[0] === 'add' && areServers(names.slice(1));
  return /^(install|i|add)$/.test(verb ?? '') && isGlobal(call.line) && areServers(names);
}

function areServers(names: readonly string[]): boolean {
  return names.length > 0 && names.every(isStaticServerPackage);
}
