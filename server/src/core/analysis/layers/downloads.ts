import type { DownloadingProgram } from '../../knowledge/download-caches';
import { aptInstall } from '../../shell/apt';
import type { Command } from '../../shell/command';
import { type CommandLine, readCommandLine } from '../../shell/options';
import { pipCommand } from '../../shell/pip';
import { fetchesPackages, uncachedOption, uvCommand } from '../../shell/uv';
import { type Span, span } from '../../text/span';
import type { Word } from '../../text/word';

/** A command that downloads packages. */
export interface Download {
  readonly program: DownloadingProgram;
  readonly command: Command;
  /** The program and its verb. */
  readonly at: Span;
  /** Options that keep it from using or filling its cache. */
  readonly uncached: readonly Word[];
  /** The folder that an option names for the cache. */
  readonly cacheFolder: Word | undefined;
}

/** Reads `pip install …`, `npm ci`, `go build`, `mvn package` and the like; undefined for all else. */
export function download(command: Command): Download | undefined {
  return byPip(command) ?? byUv(command) ?? byApt(command) ?? byTable(command);
}

/** Tools of the build itself are small, and hardly ever change. */
const SMALL_TOOLS =
  /^(pip|setuptools|wheel|uv|poetry|pipenv|pdm|hatch|build|virtualenv|pip-tools)([=<>~![].*)?$/;

function byPip(command: Command): Download | undefined {
  const pip = pipCommand(command);
  if (!pip) return undefined;
  const { line, packages, requirements } = pip;
  if (hasOption(line, '--no-index', '--no-deps', '--dry-run')) return undefined;
  const tools = packages.every(word => SMALL_TOOLS.test(word.text));
  const editable = hasOption(line, '-e', '--editable');
  if (requirements.length === 0 && !editable && tools && !hasOption(line, '--group')) return undefined;
  return {
    program: 'pip',
    command,
    at: pip.verbSpan,
    uncached: optionWords(line, '--no-cache-dir', '--no-cache'),
    cacheFolder: optionValue(line, '--cache-dir'),
  };
}

function byUv(command: Command): Download | undefined {
  const uv = uvCommand(command);
  if (!uv || !fetchesPackages(uv) || hasOption(uv.line, '--offline', '--no-index', '--dry-run'))
    return undefined;
  const uncached = uncachedOption(uv);
  return {
    program: 'uv',
    command,
    at: uv.verbSpan,
    uncached: uncached ? [uncached.word] : [],
    cacheFolder: optionValue(uv.line, '--cache-dir'),
  };
}

function byApt(command: Command): Download | undefined {
  const apt = command.name === 'apt-get' ? aptInstall(command) : undefined;
  return apt && { program: 'apt', command, at: apt.verbSpan, uncached: [], cacheFolder: undefined };
}

interface Tool {
  readonly program: DownloadingProgram;
  /** Verbs that download; without any, whatever is behind the program does. */
  readonly verbs?: readonly string[];
  /** True where the program without a verb downloads. */
  readonly alone?: boolean;
  readonly takesValue: readonly string[];
  /** Options with which nothing is downloaded, or not for this project. */
  readonly except: readonly string[];
  readonly uncached?: readonly string[];
  readonly cacheFolder?: string;
}

const MAVEN: Tool = {
  program: 'maven',
  takesValue: ['-f', '--file', '-P', '-s', '--settings', '-pl', '-t', '-T', '-gs', '-b'],
  except: ['-o', '--offline', '-v', '--version', '-Dmaven.repo.local'],
};
const GRADLE: Tool = {
  program: 'gradle',
  takesValue: ['-p', '--project-dir', '-b', '-c', '-x', '-I', '--init-script', '-g', '--gradle-user-home'],
  except: ['--offline', '--version', '-v', '-g', '--gradle-user-home'],
};

const TOOLS: Readonly<Partial<Record<string, Tool>>> = Object.assign(Object.create(null), {
  npm: {
    program: 'npm',
    verbs: ['ci', 'install', 'i', 'clean-install', 'install-clean'],
    takesValue: ['--prefix', '-C', '--registry', '--cache', '--loglevel', '-w', '--workspace', '--omit'],
    except: ['-g', '--global', '--offline', '--location'],
    cacheFolder: '--cache',
  },
  yarn: {
    program: 'yarn',
    verbs: ['install'],
    alone: true,
    takesValue: ['--cwd', '--registry', '--cache-folder', '--network-timeout', '--mutex', '--modules-folder'],
    except: ['--offline', '--version', '-v', '--help'],
    cacheFolder: '--cache-folder',
  },
  pnpm: {
    program: 'pnpm',
    verbs: ['install', 'i', 'fetch'],
    takesValue: ['-C', '--dir', '--filter', '-F', '--registry', '--store-dir', '--reporter', '--loglevel'],
    except: ['-g', '--global', '--offline'],
    cacheFolder: '--store-dir',
  },
  bun: {
    program: 'bun',
    verbs: ['install', 'i'],
    takesValue: ['--cwd', '--cache-dir', '--registry', '-c', '--config'],
    except: ['-g', '--global', '--no-cache'],
    cacheFolder: '--cache-dir',
  },
  composer: {
    program: 'composer',
    verbs: ['install', 'update', 'require', 'create-project'],
    takesValue: ['-d', '--working-dir'],
    except: [],
    uncached: ['--no-cache'],
  },
  go: {
    program: 'go',
    verbs: ['mod', 'build', 'install', 'test', 'run', 'get', 'vet', 'generate'],
    takesValue: ['-o', '-ldflags', '-tags', '-C', '-gcflags', '-p', '-asmflags'],
    except: ['-mod'],
  },
  cargo: {
    program: 'cargo',
    verbs: ['build', 'fetch', 'install', 'test', 'run', 'check', 'chef', 'clippy', 'rustc'],
    takesValue: [
      '--manifest-path',
      '-p',
      '--package',
      '--target',
      '--bin',
      '--features',
      '-F',
      '--root',
      '-j',
    ],
    except: ['--offline'],
  },
  dotnet: {
    program: 'nuget',
    verbs: ['restore', 'build', 'publish', 'test', 'pack', 'run'],
    takesValue: ['-c', '--configuration', '-o', '--output', '-r', '--runtime', '-f', '--framework', '-v'],
    except: ['--packages'],
  },
  mvn: MAVEN,
  mvnw: MAVEN,
  gradle: GRADLE,
  gradlew: GRADLE,
} satisfies Record<string, Tool>);

function byTable(command: Command): Download | undefined {
  const tool = TOOLS[command.name];
  const program = command.words[0];
  if (!tool || !program) return undefined;
  const line = readCommandLine(command.words.slice(1), tool);
  const [first, second] = line.operands;
  const verb = first?.text === 'mod' && second ? { ...second, text: 'mod' } : first;
  // `cargo chef prepare` only looks at the manifests.
  if (first?.text === 'chef' && second?.text !== 'cook') return undefined;
  const downloads = verb ? (tool.verbs?.includes(verb.text) ?? true) : tool.alone === true;
  if (!downloads || hasOption(line, ...tool.except)) return undefined;
  return {
    program: tool.program,
    command,
    at: span(program.span.start, tool.verbs && verb ? verb.span.end : program.span.end),
    uncached: optionWords(line, ...(tool.uncached ?? [])),
    cacheFolder: tool.cacheFolder === undefined ? undefined : optionValue(line, tool.cacheFolder),
  };
}

/** What empties a program's cache by the program's own means: its words, all of which must be there. */
const EMPTIES: readonly (readonly [DownloadingProgram, RegExp, ...string[]])[] = [
  ['pip', /^pip(\d(\.\d+)?)?$/, 'cache', 'purge'],
  ['uv', /^uv$/, 'cache', 'clean'],
  ['uv', /^uv$/, 'cache', 'prune'],
  ['npm', /^npm$/, 'cache', 'clean'],
  ['npm', /^npm$/, 'cache', 'rm'],
  ['yarn', /^yarn$/, 'cache', 'clean'],
  ['yarn-berry', /^yarn$/, 'cache', 'clean'],
  ['pnpm', /^pnpm$/, 'store', 'prune'],
  ['bun', /^bun$/, 'pm', 'cache', 'rm'],
  ['composer', /^composer$/, 'clear-cache'],
  ['composer', /^composer$/, 'clearcache'],
  ['go', /^go$/, 'clean', '-modcache'],
  ['go', /^go$/, 'clean', '-cache'],
  ['apt', /^apt-get$/, 'clean'],
  ['apt', /^apt-get$/, 'autoclean'],
  ['apt', /^apt-get$/, 'distclean'],
];

/** True where a command does nothing but empty the cache of a program. */
export function emptiesCache({ name, words }: Command, program: DownloadingProgram): boolean {
  const args = words.slice(1).map(word => word.text);
  return EMPTIES.some(
    ([of, command, ...said]) =>
      of === program && command.test(name) && said.every(text => args.includes(text)),
  );
}

function hasOption(line: CommandLine, ...names: readonly string[]): boolean {
  return line.options.some(it => names.includes(it.name) || names.includes(it.word.text.replace(/=.*/s, '')));
}

function optionWords(line: CommandLine, ...names: readonly string[]): Word[] {
  return line.options.filter(it => names.includes(it.name)).map(it => it.word);
}

function optionValue(line: CommandLine, name: string): Word | undefined {
  const given = line.options.find(it => it.name === name);
  return given?.valueWord && given.value !== undefined
    ? { ...given.valueWord, text: given.value }
    : undefined;
}
