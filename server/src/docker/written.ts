import type { Dockerfile, From, Instruction, Property, Stage } from '../core/dockerfile/model';
import { lineage } from '../core/dockerfile/stage-graph';
import { expand } from '../core/dockerfile/variables';
import { withoutTrailing } from '../core/text/ends';

/** An instruction that leaves an entry in the history, with what is in force where it stands. */
export interface Written {
  /** What is done: the instruction itself, or the trigger of an ONBUILD. */
  readonly instruction: Exclude<Instruction, From>;
  /** The instruction of the file whose line is shown. */
  readonly shown: Instruction;
  readonly scope: Scope;
  /** True where some builders leave no entry for it. */
  readonly optional: boolean;
}

export interface Scope {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Absolute; undefined where only the base image knows it. */
  readonly workdir: string | undefined;
  /** The words of SHELL; undefined while it is the base image's. */
  readonly shell: readonly string[] | undefined;
}

export interface Variable {
  readonly value: string | undefined;
  /** False where the build may have been given another value. */
  readonly fixed: boolean;
}

/** The instructions that make the image of `stage`, in the order in which they are carried out. */
export function writtenInstructions(file: Dockerfile, stage: Stage): Written[] {
  const reader = new Reader(file);
  for (const ancestor of lineage(file, stage).reverse()) reader.readStage(ancestor);
  return reader.written;
}

class Reader {
  readonly written: Written[] = [];
  private readonly env = new Map<string, Variable>();
  private readonly globals = new Map<string, Variable>();
  private args = new Map<string, Variable>();
  private workdir: string | undefined;
  private shell: readonly string[] | undefined;
  private triggers: { readonly trigger: Instruction; readonly shown: Instruction }[] = [];

  constructor(file: Dockerfile) {
    for (const { name, value } of file.globalArgs.flatMap(arg => arg.properties)) {
      this.globals.set(name.text, this.assigned(value, new Map([...this.globals])));
    }
  }

  readStage(stage: Stage): void {
    this.args = new Map();
    if (stage.base.kind === 'scratch') this.workdir = '/';
    const triggers = this.triggers;
    this.triggers = [];
    for (const { trigger, shown } of triggers) this.read(trigger, shown);
    for (const instruction of stage.instructions) this.read(instruction, instruction);
  }

  private read(instruction: Instruction, shown: Instruction): void {
    if (instruction.kind === 'FROM' || instruction.kind === 'UNKNOWN') return;
    const scope = { variables: this.variables(), workdir: this.workdir, shell: this.shell };
    this.written.push({ instruction, shown, scope, optional: instruction.kind === 'ONBUILD' });
    this.takeEffect(instruction, shown);
  }

  private takeEffect(instruction: Instruction, shown: Instruction): void {
    switch (instruction.kind) {
      case 'ENV':
        for (const { name, value } of instruction.properties) {
          this.env.set(name.text, this.assigned(value, this.variables()));
        }
        break;
      case 'ARG':
        for (const { name, value } of instruction.properties) this.declare(name.text, value);
        break;
      case 'SHELL':
        this.shell = instruction.words.map(word => word.text);
        break;
      case 'WORKDIR':
        this.workdir = resolveFolder(this.workdir, instruction.words[0]?.text ?? '', this.variables());
        break;
      case 'ONBUILD':
        if (instruction.trigger) this.triggers.push({ trigger: instruction.trigger, shown });
        break;
      default:
    }
  }

  private declare(name: string, value: Property['value']): void {
    const inherited = value ? undefined : this.globals.get(name)?.value;
    this.args.set(name, {
      value: inherited ?? this.assigned(value, this.variables()).value,
      fixed: false,
    });
  }

  private assigned(value: Property['value'], variables: ReadonlyMap<string, Variable>): Variable {
    if (!value) return { value: undefined, fixed: false };
    const fixed = namesIn(value.text).every(name => variables.get(name)?.fixed);
    return { value: expand(value.text, valuesOf(variables)), fixed };
  }

  private variables(): ReadonlyMap<string, Variable> {
    return new Map([...this.args, ...this.env]);
  }
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?(\w+)/g)].map(match => match[1] ?? '');
}

export function valuesOf(variables: ReadonlyMap<string, Variable>): Map<string, string | undefined> {
  return new Map([...variables].map(([name, { value }]) => [name, value]));
}

/**
 * @param written the text of WORKDIR's word, without quotes
 * @returns undefined where a variable or the base image decides it
 */
export function resolveFolder(
  current: string | undefined,
  written: string,
  variables: ReadonlyMap<string, Variable>,
): string | undefined {
  const folder = expand(written, valuesOf(variables));
  if (folder === undefined) return undefined;
  if (/^([/\\]|[A-Za-z]:)/.test(folder)) return withoutTrailingSlash(folder);
  if (current === undefined) return undefined;
  return withoutTrailingSlash(`${current === '/' ? '' : current}/${folder.replace(/^\.\//, '')}`);
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? withoutTrailing(path, '/') || '/' : path;
}
