import { startedService } from '../../analysis/services/started-service';
import { containerStart } from '../../dockerfile/container-start';
import { setVariables } from '../../dockerfile/env-edit';
import { exposedPorts } from '../../dockerfile/exposed-ports';
import { isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { ofKind, stagesThatRun } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { Finding } from '../../finding';
import { baseImage } from '../../knowledge/base-images';
import { allOf, environmentNames, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { replace } from '../../text/edit';
import { join } from '../../text/span';

export const pythonEnvUnset = dockerfileRule({
  meta: {
    id: 'python-env-unset',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    summary: '`PYTHONUNBUFFERED` or `PYTHONDONTWRITEBYTECODE` is not set in an image that runs Python',
  },
  *check(file, { workspace }) {
    const seen = new Set<Instruction>();
    const named = new Set<number>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const { commands } = containerStart(file, stage);
      if (!runsPython(file, stage, commands) || seen.has(stage.from)) continue;
      for (const finding of misleading(file, stage)) {
        if (named.has(finding.at.start)) continue;
        named.add(finding.at.start);
        yield finding;
      }
      const missing = missingVariables(file, stage, commands, workspace);
      if (missing.length === 0) continue;
      seen.add(stage.from);
      const lasting = isLasting(file, stage, commands, workspace);
      const isHint = !missing.includes('PYTHONUNBUFFERED') || !isKnownBase(file, stage) || !lasting;
      yield {
        at: join(stage.from.keyword.span, stage.from.argsSpan),
        message: missing.includes('PYTHONUNBUFFERED') ? UNBUFFERED : BYTECODE,
        ...(isHint ? { atMost: 'hint' as const } : {}),
        fixes: () => [
          {
            title: `Set ${missing.join(' and ')}`,
            safety: 'unsafe',
            edits: [
              setVariables(file, stage, Object.fromEntries(missing.map(name => [name, '1'])), /^PYTHON/),
            ],
          },
        ],
      };
    }
  },
});

const UNBUFFERED =
  'PYTHONUNBUFFERED is not set: output is logged late, and lost when the container is killed';
const BYTECODE =
  'PYTHONDONTWRITEBYTECODE is not set: the container writes __pycache__ folders into its own layer';

const VARIABLES = ['PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE'] as const;

/** Python reads a number as one: 0 is off. Every other word is on, `no` and `false` among them. */
const OFF = /^\s*[+-]?0*$/;
const MEANT_AS_OFF = /^(no?|f|false|off|disabled?)$/i;

/** Values that do not do what they seem to say. */
function misleading(file: Dockerfile, stage: Stage): Finding[] {
  const { env } = finalState(file, stage);
  return VARIABLES.flatMap(name => {
    const value = env.get(name);
    const property = lineage(file, stage)
      .flatMap(it => ofKind(it.instructions, 'ENV').reverse())
      .flatMap(it => it.properties.toReversed())
      .find(it => it.name.text === name);
    if (value === undefined || !property?.value?.literal) return [];
    const at = property.span;
    if (MEANT_AS_OFF.test(value))
      return [
        {
          at,
          message: `${name}=${value} switches it on: Python takes only 0 for no`,
          atMost: 'hint' as const,
        },
      ];
    if (!OFF.test(value)) return [];
    const { span } = property.value;
    const fixes = () => [
      { title: `Set ${name} to 1`, safety: 'unsafe' as const, edits: [replace(span, '1')] },
    ];
    return [
      { at, message: `${name}=${value} leaves it off: ${OFF_COSTS[name]}`, atMost: 'hint' as const, fixes },
    ];
  });
}

const OFF_COSTS = {
  PYTHONUNBUFFERED: 'output is logged late, and lost when the container is killed',
  PYTHONDONTWRITEBYTECODE: 'the container writes __pycache__ folders into its own layer',
} as const;

/** By its command, or by the base where the command is a script of the project's own. */
function runsPython(file: Dockerfile, stage: Stage, commands: readonly Command[]): boolean {
  if (commands.length === 0) return false;
  const service = startedService(commands);
  // The interpreter alone is for somebody at a terminal.
  if (service) return service.program.runtime === 'python' && service.command.words.length > 1;
  const root = rootBase(file, stage);
  const isScript = commands.some(({ words }) => /\.(py|sh)$/.test(words[0]?.text ?? ''));
  return isScript && root.kind === 'image' && isOfficial(root.ref, 'python');
}

/** A service, in contrast to a tool whose output somebody waits for. */
function isLasting(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): boolean {
  const program = startedService(commands)?.program;
  if (program && program.kind !== 'runtime') return true;
  return exposedPorts(file, stage).length > 0 || servicesOf(file, stage, workspace).length > 0;
}

function isKnownBase(file: Dockerfile, stage: Stage): boolean {
  const root = rootBase(file, stage);
  return root.kind === 'image' && baseImage(root.ref) !== undefined;
}

function missingVariables(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): string[] {
  const { env } = finalState(file, stage);
  const services = servicesOf(file, stage, workspace).map(it => allOf(it, workspace));
  return VARIABLES.filter(name => {
    const inCommand = commands.some(command => setsItself(command, name));
    const everywhere =
      services.length > 0 &&
      services.every(parts => parts.some(part => environmentNames(part).includes(name)));
    return !env.has(name) && !inCommand && !everywhere;
  });
}

/** `PYTHONUNBUFFERED=1 python …`, `export PYTHONUNBUFFERED=1`, `python -u`, `python -B`. */
function setsItself({ name, words, assignments }: Command, variable: string): boolean {
  if (assignments.some(it => it.name === variable)) return true;
  if (name === 'export') return words.some(word => word.text.startsWith(`${variable}=`));
  if (!/^python(\d[\d.]*)?$/.test(name)) return false;
  const flag = variable === 'PYTHONUNBUFFERED' ? /^-[a-zA-Z]*u/ : /^-[a-zA-Z]*B/;
  const rest = words.slice(1);
  const own = rest.findIndex(word => !word.text.startsWith('-') || word.text === '-m');
  return rest.slice(0, own === -1 ? rest.length : own).some(word => flag.test(word.text));
}
