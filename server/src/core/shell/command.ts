import type { Span } from '../text/span';
import type { Word } from '../text/word';

export interface Assignment {
  readonly span: Span;
  readonly name: string;
  readonly value: string;
}

export interface Redirect {
  readonly span: Span;
  readonly operator: string;
  readonly target: Word | undefined;
}

/** What stands before a command: the operator that decides whether it runs. `start` begins a list. */
export type Connector = 'start' | '&&' | '||' | ';' | '|' | '&';

/**
 * Where in the script a command stands. Only a command of the `script` runs for certain, once, in the shell
 * that runs the script itself.
 */
export type Scope = 'script' | 'branch' | 'loop' | 'subshell' | 'substitution' | 'function' | 'nested-script';

/** A simple command, wherever it stands: also inside `if`, `for`, `( )`, `$( )` and `sh -c "…"`. */
export interface Command {
  readonly span: Span;
  /** The program's name without its folder (`/usr/bin/pip` is `pip`); empty where an expansion decides it. */
  readonly name: string;
  /** The program and its arguments. What wraps it (`sudo`, `env A=b`, `exec`) is in `wrappers`. */
  readonly words: readonly Word[];
  readonly wrappers: readonly Word[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  readonly after: Connector;
  readonly scope: Scope;
}

/** What a shell is given to run. */
export interface Script {
  readonly span: Span;
  readonly commands: readonly Command[];
  /** True where the grammar could not read all of it: rules that need the whole stay quiet. */
  readonly broken: boolean;
}

export function argumentsOf(command: Command): readonly Word[] {
  return command.words.slice(1);
}
