import type { Word } from '../text/word';
import type { Arg, Dockerfile, Env, Healthcheck, Instruction, Stage, User, Words } from './model';
import { globalVariables } from './stage-graph';
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
  const states = stage && statesOf(file, stage);
  return states?.before.get(instruction) ?? states?.final ?? new StateReader(file).state();
}

/** The state that a container of the stage's image starts with. */
export function finalState(file: Dockerfile, stage: Stage): StageState {
  return statesOf(file, stage).final;
}

interface StageStates {
  readonly before: ReadonlyMap<Instruction, StageState>;
  readonly final: StageState;
}

/** Rules ask for the state at many instructions: one walk over a stage answers them all. */
const known = new WeakMap<Stage, StageStates>();

function statesOf(file: Dockerfile, stage: Stage): StageStates {
  const remembered = known.get(stage);
  if (remembered) return remembered;
  const parent = stage.base.kind === 'stage' ? file.stages[stage.base.index] : undefined;
  const reader = new StateReader(file, parent && statesOf(file, parent).final);
  const before = new Map<Instruction, StageState>();
  for (const instruction of stage.instructions) {
    const state = reader.state();
    before.set(instruction, state);
    // What ONBUILD puts off finds the same state.
    if (instruction.kind === 'ONBUILD' && instruction.trigger) before.set(instruction.trigger, state);
    reader.read(instruction);
  }
  const states = { before, final: reader.state() };
  known.set(stage, states);
  return states;
}

class StateReader {
  private user: User | undefined;
  private workdir: string | undefined;
  private shell: readonly Word[] | undefined;
  private healthcheck: Healthcheck | undefined;
  private env: ReadonlyMap<string, string | undefined>;
  private readonly args = new Map<string, string | undefined>();

  /** @param inherited the final state of the stage that this one is built on */
  constructor(
    private readonly file: Dockerfile,
    inherited?: StageState,
  ) {
    this.user = inherited?.user;
    this.workdir = inherited?.workdir;
    this.shell = inherited?.shell;
    this.healthcheck = inherited?.healthcheck;
    this.env = inherited?.env ?? new Map();
  }

  state(): StageState {
    return {
      user: this.user,
      workdir: this.workdir,
      shell: this.shell,
      env: this.env,
      healthcheck: this.healthcheck,
    };
  }

  read(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'USER':
        this.user = instruction;
        break;
      case 'SHELL':
        this.shell = instruction.words;
        break;
      case 'HEALTHCHECK':
        this.healthcheck = instruction;
        break;
      case 'WORKDIR':
        this.changeFolder(instruction);
        break;
      case 'ENV':
        this.assign(instruction);
        break;
      case 'ARG':
        this.declare(instruction);
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

  /** States that were handed out keep the variables that they had. */
  private assign({ properties }: Env): void {
    const env = new Map(this.env);
    for (const { name, value } of properties) if (value) env.set(name.text, this.expanded(value.text));
    this.env = env;
  }

  /** What is handed in goes before the default, and that before what is declared above the first FROM. */
  private declare({ properties }: Arg): void {
    const { buildArgs, globalArgs } = this.file;
    for (const { name, value } of properties) {
      const globals = value ? undefined : globalVariables(globalArgs, buildArgs);
      if (buildArgs.has(name.text)) this.args.set(name.text, buildArgs.get(name.text));
      else if (value) this.args.set(name.text, this.expanded(value.text));
      else if (globals?.has(name.text)) this.args.set(name.text, globals.get(name.text));
    }
  }

  private expanded(text: string): string | undefined {
    return expand(text, new Map([...this.args, ...this.env]));
  }
}
