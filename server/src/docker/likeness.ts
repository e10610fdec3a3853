import type { Cmd, Copy, Env, Healthcheck, Instruction, Run } from '../core/dockerfile/model';
import { expand } from '../core/dockerfile/variables';
import { readJsonStrings } from '../core/dockerfile/words';
import { isMadeOf } from '../core/text/glob';
import { collapse, healthcheckTest, type Recorded } from './recorded';
import { resolveFolder, type Scope, valuesOf, type Written } from './written';

/**
 * How surely an entry of the history was made by an instruction: 4 where all that can be compared is equal, 3
 * where a part is not known (a hash instead of the sources, a build argument), 0 where it was not.
 */
export type Likeness = 0 | 3 | 4;

/** Compares what the Dockerfile says, as `file` has it, with what the image recorded. */
export function likeness({ instruction, scope }: Written, recorded: Recorded, file: string): Likeness {
  if (keywordOf(instruction) !== recorded.keyword) return 0;
  switch (instruction.kind) {
    case 'RUN':
      return sure(isSameRun(instruction, recorded.text, scope, file));
    case 'COPY':
    case 'ADD':
      return copyLikeness(instruction, recorded, scope);
    case 'CMD':
    case 'ENTRYPOINT':
      return sure(isSameCommand(instruction, recorded.text, scope));
    case 'HEALTHCHECK':
      return healthcheckLikeness(instruction, recorded.text);
    case 'ENV':
    case 'LABEL':
      return propertiesLikeness(instruction, recorded.text, scope);
    case 'ARG':
      return sure(instruction.properties.every(({ name }) => namesVariable(recorded.text, name.text)));
    case 'WORKDIR':
      return folderLikeness(instruction.words[0]?.text ?? '', recorded.text, scope);
    case 'EXPOSE':
      return portsLikeness(instruction.args.text, recorded.text);
    case 'ONBUILD':
      return sure(collapse(instruction.args.text) === recorded.text);
    default:
      return textLikeness(bare(instruction.args.text), bare(recorded.text), scope);
  }
}

function keywordOf(instruction: Instruction): string {
  return instruction.keyword.text.toUpperCase();
}

function sure(same: boolean): Likeness {
  return same ? 4 : 0;
}

function isSameRun(run: Run, recorded: string, scope: Scope, file: string): boolean {
  if (isWrittenRun(run, recorded, file)) return true;
  const strings = readJsonStrings(run.args);
  if (strings) {
    const command = collapse(strings.map(it => it.excerpt.text).join(' '));
    return recorded.endsWith(command) && isBuildArguments(recorded.slice(0, -command.length || undefined));
  }
  if (run.form === 'heredoc' && /^\s*#!/.test(bodyOf(run, file)))
    return /(^| )\/dev\/pipes\/\S+$/.test(recorded);
  const script = collapse(scriptOf(run, file));
  return recorded.endsWith(script) && isShell(recorded.slice(0, recorded.length - script.length), scope);
}

/**
 * Buildah records the line as it is written, flags and the brackets of an exec form included, behind the words
 * `/bin/sh -c`, whatever SHELL says.
 */
function isWrittenRun(run: Run, recorded: string, file: string): boolean {
  const bodies = run.heredocs.map(({ body }) => file.slice(body.start, body.end));
  const script = collapse([run.args.text, ...bodies].join('\n'));
  if (script === '' || !recorded.endsWith(script)) return false;
  const prefix = withoutLastFlags(recorded.slice(0, -script.length));
  return prefix.endsWith(BUILDAH_SHELL) && isBuildArguments(prefix.slice(0, -BUILDAH_SHELL.length));
}

const BUILDAH_SHELL = '/bin/sh -c ';

/** `/bin/sh -c ` of `/bin/sh -c --mount=type=cache,target=/c `. */
function withoutLastFlags(prefix: string): string {
  if (!prefix.endsWith(' ')) return prefix;
  const words = prefix.slice(0, -1).split(' ');
  let end = words.length;
  while (/^--[a-z]+(?:=|$)/.test(words[end - 1] ?? '')) end--;
  return `${words.slice(0, end).join(' ')} `;
}

/** What the shell is given, as the builder records it: the body of a heredoc replaces its opening. */
function scriptOf(run: Run, file: string): string {
  if (run.form === 'heredoc') return bodyOf(run, file);
  const documents = run.heredocs.map(({ body, name }) => `${file.slice(body.start, body.end)}\n${name}`);
  return [run.args.text, ...documents].join('\n');
}

function bodyOf(run: Run, file: string): string {
  const body = run.heredocs[0]?.body;
  return body ? file.slice(body.start, body.end) : '';
}

const SHELL = /(sh|bash|ash|dash|zsh|ksh|pwsh|powershell|cmd|busybox)(\.exe)?$/i;

/** True for `|2 A=1 B=2 /bin/bash -o pipefail -c `: build arguments perhaps, a shell, its options; read from the end. */
function endsWithShell(prefix: string): boolean {
  if (!prefix.endsWith(' ')) return false;
  const words = prefix.slice(0, -1).split(' ');
  const first = /^\|\d+$/.test(words[0] ?? '') ? 1 : 0;
  for (let end = words.length; end > 0; end -= optionWords(words, end)) {
    const shell = words[end - 1] === 'sh' && SHELL.test(words[end - 2] ?? '') ? end - 2 : end - 1;
    const isWhole = first === 1 ? end > 1 : shell === 0 || end === 1;
    if (isWhole && SHELL.test(words[end - 1] ?? '')) return true;
    if (optionWords(words, end) === 0) return false;
  }
  return false;
}

/** How many of the words before `end` are one option of a shell, as `-o pipefail`; 0 where there is none. */
function optionWords(words: readonly string[], end: number): number {
  const [third = '', second = '', last = ''] = [words[end - 3], words[end - 2], words[end - 1]];
  if (/^([-/]\w+|\$\S+;)$/.test(last)) return 1;
  if (second === '-o' && /^\w+$/.test(last)) return 2;
  return second === '=' && /^'\w+';$/.test(last) && /^\$\S+$/.test(third) ? 3 : 0;
}

function isShell(prefix: string, { shell }: Scope): boolean {
  if (!shell) return endsWithShell(prefix);
  const words = `${collapse(shell.join(' '))} `;
  return prefix.endsWith(words) && isBuildArguments(prefix.slice(0, -words.length));
}

/** `|2 A=1 B=2 `, or nothing. */
function isBuildArguments(prefix: string): boolean {
  return prefix === '' || /^\|\d+ (\w+=.* )?$/.test(prefix);
}

function copyLikeness(copy: Copy, recorded: Recorded, scope: Scope): Likeness {
  const destination = copy.destination?.text ?? '';
  if (recorded.hashed) return textLikeness(bare(destination), bare(recorded.text), scope) === 0 ? 0 : 3;
  const sources = copy.sources.map(word => word.text);
  const documents = copy.heredocs.map(({ name }) => `<<${name}`);
  return textLikeness(bare([...sources, ...documents, destination].join(' ')), bare(recorded.text), scope);
}

function isSameCommand(command: Cmd, recorded: string, scope: Scope): boolean {
  const strings = readJsonStrings(command.args);
  const told = bare(recorded);
  if (strings) return told === bare(strings.map(it => it.excerpt.text).join(' '));
  const script = bare(command.args.text);
  // Buildah records no shell.
  return told === script || (told.endsWith(script) && isShell(told.slice(0, -script.length), scope));
}

function healthcheckLikeness(check: Healthcheck, recorded: string): Likeness {
  const written = check.none ? 'NONE' : bare(commandOf(check));
  const test = healthcheckTest(recorded);
  // A notation that no builder has today: what it checks is in there all the same.
  if (test === undefined) return ` ${bare(recorded)} `.includes(` ${written} `) ? 3 : 0;
  const told = bare(test);
  if (check.none) return sure(told === 'NONE');
  // Buildah records the flags as well.
  return sure(
    told === `CMD-SHELL ${written}` || told === `CMD ${written}` || told.endsWith(` CMD ${written}`),
  );
}

/** What is checked, without the word CMD; the words of an exec form with a blank between them. */
function commandOf(check: Healthcheck): string {
  const command = check.args.text.trim().replace(/^CMD\s+/i, '');
  try {
    const words: unknown = JSON.parse(command);
    return Array.isArray(words) ? words.join(' ') : command;
  } catch {
    return command;
  }
}

function propertiesLikeness(instruction: Env, recorded: string, scope: Scope): Likeness {
  const written = instruction.properties.map(({ name, value }) => `${name.text}=${value?.text ?? ''}`);
  const like = textLikeness(bare(written.join(' ')), bare(recorded), scope);
  if (like !== 0 || !/[\\"'$]/.test(instruction.args.text)) return like;
  return instruction.properties.every(({ name }) => namesVariable(recorded, name.text)) ? 3 : 0;
}

function namesVariable(recorded: string, name: string): boolean {
  return recorded.split(' ').some(word => word === name || word.startsWith(`${name}=`));
}

function folderLikeness(written: string, recorded: string, { variables, workdir }: Scope): Likeness {
  const folder = resolveFolder(workdir, written, variables);
  const told = recorded.length > 1 ? recorded.replace(/\/$/, '') : recorded;
  const scope = { variables, workdir, shell: undefined };
  if (folder !== undefined) return folder === told ? 4 : textLikeness(bare(written), told, scope);
  const name = bare(written).replace(/^\.?\/|\/$/g, '');
  const end = told.slice(-name.length);
  return written.includes('$') ? textLikeness(bare(written), told, scope) : end === name ? 3 : 0;
}

function portsLikeness(written: string, recorded: string): Likeness {
  if (/[$-]/.test(written)) return 3;
  const ports = (text: string) =>
    [...text.matchAll(/(\d+)(?:\/(\w+))?/g)]
      .map(match => `${match[1]}/${(match[2] ?? 'tcp').toLowerCase()}`)
      .sort();
  return sure(ports(written).join() === ports(recorded).join());
}

/** Compares a text with variables in it with one where the builder has filled them in. */
function textLikeness(written: string, recorded: string, { variables }: Scope): Likeness {
  if (written === recorded) return 4;
  if (!written.includes('$')) return 0;
  const expanded = expand(written, valuesOf(variables));
  if (expanded !== undefined && collapse(expanded) === recorded) return 4;
  const names = [...written.matchAll(VARIABLE)].map(match => /\w+/.exec(match[0])?.[0] ?? '');
  const parts: string[] = [];
  let part = '';
  for (const [index, between] of written.split(VARIABLE).entries()) {
    const known = index === 0 ? undefined : variables.get(names[index - 1] ?? '');
    const value = index === 0 ? '' : known?.fixed ? known.value : undefined;
    if (value === undefined) parts.push(part);
    part = value === undefined ? between : `${part}${value}${between}`;
  }
  return isMadeOf(recorded, [...parts, part]) ? 3 : 0;
}

const VARIABLE = /\$(?:\w+|\{[^}]*(?:\}|$))/g;

/** Without quotes, backslashes, brackets and commas: lists are recorded in the notation of Go. */
function bare(text: string): string {
  return collapse(text.replace(/[\\"',[\]]/g, ' '));
}
