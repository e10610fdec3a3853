import { programsOfCode } from '../../../analysis/called-programs/code';
import { startedService } from '../../../analysis/services/started-service';
import { mappingAt, scalarsAt } from '../../../compose/query';
import type { Dockerfile, Instruction, Stage } from '../../../dockerfile/model';
import { ofKind, runCommands } from '../../../dockerfile/query';
import { stagesOn } from '../../../dockerfile/stage-graph';
import { fullOnlyProgram, isInEveryDebian } from '../../../knowledge/full-image-programs';
import { allOf, servicesOf } from '../../../project/image-services';
import type { WorkspaceFacts } from '../../../project/workspace';
import type { Command, Script } from '../../../shell/command';
import { packageCommand, packageName } from '../../../shell/packages';
import { parseScript } from '../../../shell/parse';

/** Whether the slim variant of a base does for what is built on it. */
export type SlimFit =
  | { readonly kind: 'fits' }
  /** What only the full one has, and something here calls. */
  | { readonly kind: 'needs'; readonly what: string }
  /** What nobody can look into here. */
  | { readonly kind: 'unsure'; readonly because: string };

const FITS: SlimFit = { kind: 'fits' };

/** What a check of one language says of its own installs: the programs that it answers for, and its verdict. */
export interface LanguageCheck {
  /** Programs of the language whose calls are no question any more. */
  readonly programs: RegExp;
  readonly verdict: SlimFit;
}

/**
 * Judges by the programs that are called where a base is used: in the RUNs, the start and the health checks of every
 * stage that builds on `stage`, and in Compose services that run one of them.
 *
 * @param language what is known of the packages of the image's own language
 */
export function slimFit(
  file: Dockerfile,
  stage: Stage,
  workspace: WorkspaceFacts,
  language: LanguageCheck,
): SlimFit {
  const users = stagesOn(file, stage);
  const instructions = users.flatMap(it => it.instructions);
  const installed = installedPackages(users);
  const verdicts = [
    ...instructions.map(it => fitOf(it, installed, language)),
    ...programsOfCode(file, workspace).map(({ command }) => fullOnlyFit(command, installed)),
    ...users.flatMap(it => inCompose(file, it, workspace)).map(it => commandsFit(it, installed, language)),
    language.verdict,
  ];
  return verdicts.find(it => it.kind === 'needs') ?? verdicts.find(it => it.kind === 'unsure') ?? FITS;
}

function installedPackages(stages: readonly Stage[]): ReadonlySet<string> {
  const installs = runCommands(stages).flatMap(({ command }) => packageCommand(command) ?? []);
  return new Set(installs.filter(it => it.action === 'install').flatMap(it => it.packages.map(packageName)));
}

function fitOf(instruction: Instruction, installed: ReadonlySet<string>, language: LanguageCheck): SlimFit {
  switch (instruction.kind) {
    case 'ONBUILD':
      return { kind: 'unsure', because: 'what ONBUILD runs in other images' };
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK':
      return scriptFit(instruction.script, installed, language);
    default:
      return FITS;
  }
}

function scriptFit(script: Script, installed: ReadonlySet<string>, language: LanguageCheck): SlimFit {
  if (script.broken) return { kind: 'unsure', because: 'a script that cannot be read' };
  return commandsFit(script.commands, installed, language);
}

function commandsFit(
  commands: readonly Command[],
  installed: ReadonlySet<string>,
  language: LanguageCheck,
): SlimFit {
  let unsure: SlimFit | undefined;
  for (const command of commands) {
    const fit = commandFit(command, installed, language);
    if (fit.kind === 'needs') return fit;
    if (fit.kind === 'unsure') unsure ??= fit;
  }
  return unsure ?? FITS;
}

/** Whether the slim variant has a program too, or a step installs it, where the full one has it. */
function fullOnlyFit({ name }: Command, installed: ReadonlySet<string>): SlimFit {
  const packages = fullOnlyProgram(name) ?? [];
  return packages.length === 0 || packages.some(it => installed.has(it))
    ? FITS
    : { kind: 'needs', what: name };
}

function commandFit(command: Command, installed: ReadonlySet<string>, language: LanguageCheck): SlimFit {
  const { name, words } = command;
  if (fullOnlyProgram(name)) return fullOnlyFit(command, installed);
  if (words.length === 0 || language.programs.test(name)) return FITS;
  const hands = /^(sh|bash|dash|source|\.)$/.test(name) && !words.some(it => /^-[a-z]*c$/.test(it.text));
  if (hands) return { kind: 'unsure', because: `what ${words[1]?.text ?? name} calls` };
  if (isInEveryDebian(name) || installed.has(name)) return FITS;
  const service = startedService([command]);
  if (service && language.programs.test(service.program.runtime)) return FITS;
  return { kind: 'unsure', because: name === '' ? 'a program named by a variable' : `what ${name} calls` };
}

/** The commands and the health checks that Compose services give a stage's image. */
function inCompose(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): (readonly Command[])[] {
  const services = servicesOf(file, stage, workspace).flatMap(it => allOf(it, workspace));
  return services.flatMap(service => {
    const test = scalarsAt(mappingAt(service.node, 'healthcheck'), 'test').map(it => it.text);
    const check = /^CMD/.test(test[0] ?? '') ? test.slice(1).join(' ') : test.join(' ');
    const own = [service.command, service.entrypoint].flatMap(it => it?.script.commands ?? []);
    return [own, /^NONE$/.test(check) ? [] : parseScript({ text: check, origins: { from: 0 } }).commands];
  });
}

/** Whether any RUN of the stages calls one of some programs. */
export function callsAny(stages: readonly Stage[], programs: RegExp): boolean {
  return stages
    .flatMap(stage => ofKind(stage.instructions, 'RUN'))
    .some(run => run.script.commands.some(command => programs.test(command.name)));
}
