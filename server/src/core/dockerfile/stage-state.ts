import type { Word } from '../text/word';
import type { Arg, Dockerfile, Env, Healthcheck, Instruction, Stage, User, Words } from './model';
import { lineage } from './stage-graph';
import { expand } from './variables';

/** What is in force at an instruction: set in this stage or in a stage that it is built on. */
export interface StageState {
  readonly user: User | undefined;
  /** Absolute, or undefined where only the base image knows it or a variable decides it. */
  readonly workdir: string | undefined;
  readonly shell: readonly Word[] | undefined;
  readonly env: ReadonlyMap<string, string | undefined>;
  readonly healthcheck: Healthcheck | undefined;
}

/** The state that `instruction` finds, before it takes effect itself. */
export function stateBefore(file: Dockerfile, instruction: Instruction): StageState {
  const stage = file.stages[instruction.stage];
  if (!stage) return new StateReader().state();
  const reader = new StateReader();
  for (const ancestor of lineage(file, stage).slice(1).reverse()) reader.readAll(ancestor.instructions);
  reader.readAll(stage.instructions.filter(it => it.span.start < instruction.span.start));
  return reader.state();
}

/** The state that a container of the stage's image starts with. */
export function finalState(file: Dockerfile, stage: Stage): StageState {
  const reader = new StateReader();
  for (const ancestor of lineage(file, stage).reverse()) reader.readAll(ancestor.instructions);
  return reader.state();
}

class StateReader {
  private user: User | undefined;
  private workdir: string | undefined;
  private shell: Words | undefined;
  private healthcheck: Healthcheck | undefined;
  private readonly env = new Map<string, string | undefined>();
  private args = new Map<string, string | undefined>();

  readAll(instructions: readonly Instruction[]): void {
    this.args = new Map();
    for (const instruction of instructions) this.read(instruction);
  }

  state(): StageState {
    return {
      user: this.user,
      workdir: this.workdir,
      shell: this.shell?.words,
      env: this.env,
      healthcheck: this.healthcheck,
    };
  }

  private read(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'USER':
        this.user = instruction;
        break;
      case 'SHELL':
        this.shell = instruction;
        break;
      case 'HEALTHCHECK':
        this.healthcheck = instruction;
        break;
      case 'WORKDIR':
        this.changeFolder(instruction);
        break;
      case 'ENV':
      case 'ARG':
        this.set(instruction);
        break;
      default:
    }
  }

  private changeFolder(instruction: Words): void {
    const folder = this.expanded(instruction.args.text.trim().replace(/^(["'])(.*)\1$/, '$2'));
    if (folder === undefined) this.workdir = undefined;
    else if (/^([/\\]|[A-Za-z]:)/.test(folder)) this.workdir = folder;
    else this.workdir = this.workdir && `${this.workdir.replace(/\/$/, '')}/${folder}`;
  }

  private set(instruction: Env | Arg): void {
    const variables = instruction.kind === 'ENV' ? this.env : this.args;
    for (const { name, value } of instruction.properties) {
      // An ARG without a default is unset unless somebody hands one in.
      if (value) variables.set(name.text, this.expanded(value.text));
    }
  }

  private expanded(text: string): string | undefined {
    return expand(text, new Map([...this.args, ...this.env]));
  }
}
