import type { Dockerfile, Instruction } from '../../dockerfile/model';
import { callersOf, loadsAnything } from '../../knowledge/python-callers';
import { driversOf } from '../../knowledge/python-without-import';
import { normalizedName } from '../../manifests/requirements';
import { languageOf } from '../../project/language';
import type { WorkspaceFacts } from '../../project/workspace';
import type { CodeFacts } from '../../python/code';
import { dependencyInstall } from '../../shell/dependency-install';
import { type Modules, takes } from './distributions';

/** What is known of the use of packages: the code, and the words of commands and settings around it. */
export interface Usage {
  readonly code: readonly CodeFacts[];
  /** Single names, normalized: `requests` of `python -c "import requests"`, `postgresql+psycopg2` of an address. */
  readonly words: ReadonlySet<string>;
}

/** Whether an import, a string of the code or a command names a distribution or one of its modules. */
export function isUsed(distribution: string, modules: Modules, { code, words }: Usage): boolean {
  if (code.some(({ imports }) => imports.some(it => it.level === 0 && modules.names.some(m => takes(it, m)))))
    return true;
  const callers = callersOf(distribution);
  if (code.some(({ imports }) => imports.some(it => it.level === 0 && callers.some(m => takes(it, m)))))
    return true;
  const spoken = new Set([distribution, ...modules.names.map(normalizedName)]);
  const names = (word: string) => spoken.has(word) || driversOf(word).includes(distribution);
  if ([...words].some(names)) return true;
  return code.some(facts => facts.names.some(name => names(name) || namesPart(name, spoken)));
}

/** `django.contrib.admin` names django; `debug_toolbar` what has that module. */
function namesPart(name: string, spoken: ReadonlySet<string>): boolean {
  return spoken.has(normalizedName(name)) || spoken.has(normalizedName(name.split('.')[0] ?? ''));
}

/** The words of what builds and starts images: Dockerfiles without their installs, Compose files, scripts. */
export function wordsAround(dockerfiles: readonly Dockerfile[], workspace: WorkspaceFacts): Set<string> {
  const texts = [...workspace.texts].filter(([path]) => languageOf(path) === 'compose' || STARTS.test(path));
  return new Set([
    ...dockerfiles.flatMap(file => textsOf(file).flatMap(wordsIn)),
    ...texts.flatMap(([, text]) => wordsIn(text)),
  ]);
}

/** Files that say what a container runs. */
const STARTS = /\.sh$|(^|\/)Procfile$/;

/** What the instructions of a Dockerfile say beside what they install, one text each. */
export function textsOf(file: Dockerfile, without: readonly Instruction['kind'][] = []): string[] {
  return file.instructions
    .filter(({ kind }) => !without.includes(kind))
    .map(instruction => textOf(file, instruction));
}

/** What an instruction says beside what it installs. */
function textOf(file: Dockerfile, instruction: Instruction): string {
  if (!SPEAKING.has(instruction.kind)) return '';
  const end = Math.max(instruction.span.end, ...instruction.heredocs.map(it => it.closing.end));
  let text = file.text.slice(instruction.span.start, end);
  if (instruction.kind !== 'RUN') return text;
  for (const command of instruction.script.commands) {
    if (!dependencyInstall(command)) continue;
    text = text.replace(file.text.slice(command.span.start, command.span.end), ' ');
  }
  return text;
}

const SPEAKING: ReadonlySet<string> = new Set([
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'ENV',
  'ARG',
  'ONBUILD',
  'COPY',
]);

/** The names in a text: as indexes compare them, and as they are written. */
export function wordsIn(text: string): string[] {
  const words = text.match(/[A-Za-z][\w.+-]*/g) ?? [];
  return words.flatMap(word => [normalizedName(word), normalizedName(word.split('.')[0] ?? ''), word]);
}

/** Code in these files is for developers: what it imports by running is no business of the program. */
const BESIDE_THE_PROGRAM =
  /(^|\/)(tests?|docs?|examples?|notebooks|benchmarks?)\/|(^|\/)(setup|conftest|noxfile|test_[^/]*|[^/]*_test)\.py$/;

/** True for tests, documentation and what only builds the project. */
export function isBesideTheProgram(path: string): boolean {
  return BESIDE_THE_PROGRAM.test(path);
}

/** The files of the program whose imports only running them tells. */
export function dynamicCode(code: ReadonlyMap<string, CodeFacts>): string[] {
  const loads = ({ dynamic, imports }: CodeFacts) =>
    dynamic || imports.some(it => it.level === 0 && loadsAnything(it.module.split('.')[0] ?? ''));
  return [...code].filter(([path, it]) => loads(it) && !isBesideTheProgram(path)).map(([path]) => path);
}
