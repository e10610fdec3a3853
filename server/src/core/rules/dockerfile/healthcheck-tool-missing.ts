import { endpointOf, probeWith } from '../../analysis/health-checks/probe';
import { type CheckCommand, replaceProbe } from '../../analysis/health-checks/probe-edit';
import { formatImageRef, type ImageRef } from '../../dockerfile/image-ref';
import type { Dockerfile, Healthcheck, Stage } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { Finding, Fix } from '../../finding';
import { type BaseImage, baseImage } from '../../knowledge/base-images';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { installEdit } from './healthcheck-tool-missing/install-edit';
import { isMissing, programOf } from './healthcheck-tool-missing/programs';

export const healthcheckToolMissing = dockerfileRule({
  meta: {
    id: 'healthcheck-tool-missing',
    category: 'correctness',
    severity: 'error',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'The health check calls a program that the image does not have',
  },
  *check(file, { workspace }) {
    const seen = new Set<Healthcheck>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const check = finalState(file, stage).healthcheck;
      const root = rootBase(file, stage);
      const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
      if (!check || seen.has(check) || check.none || check.script.broken) continue;
      if (!base || root.kind !== 'image') continue;
      const command = failingProbe(file, stage, check);
      const tool = command?.words[0];
      if (!command || !tool) continue;
      seen.add(check);
      yield {
        at: tool.span,
        message: `${command.name} is not in ${shortName(root.ref)} and is never installed: this health check always fails`,
        related: baseNote(file, stage, command),
        fixes: () => [
          ...probeFixes(file, { check, command }, base),
          ...installFixes(file, stage, base, command),
        ],
      };
    }
  },
});

function shortName(ref: ImageRef): string {
  return formatImageRef({ ...ref, digest: ref.tag ? undefined : ref.digest });
}

/** Points from the check to the base that decides it. */
function baseNote(file: Dockerfile, stage: Stage, { name }: Command): NonNullable<Finding['related']> {
  const image = lineage(file, stage).at(-1)?.from.image;
  return image ? [{ at: image.span, message: `this base image does not have ${name}` }] : [];
}

/** Commands that end or comment on a check rather than make one. */
const NO_PROBES = new Set(['exit', 'false', 'true', 'echo', 'kill', 'printf', ':']);

/** The first command of the check that cannot run, where no other one takes its place. */
function failingProbe(file: Dockerfile, stage: Stage, check: Healthcheck): Command | undefined {
  const { commands } = check.script;
  const cannotRun = (command: Command) => {
    const program = programOf(command);
    return program !== undefined && isMissing(file, stage, program);
  };
  const alternatives = commands.filter(it => it.after === '||' && !NO_PROBES.has(it.name));
  if (!alternatives.every(cannotRun)) return undefined;
  if (commands.some(it => it.scope === 'branch' || it.scope === 'loop' || it.name === 'command'))
    return undefined;
  const first = commands.find(cannotRun);
  return first?.after === '||' ? undefined : first;
}

function probeFixes(file: Dockerfile, asked: CheckCommand, base: BaseImage): Fix[] {
  const endpoint = endpointOf(asked.command);
  const probe = endpoint && probeWith(base, endpoint);
  const edit = probe && replaceProbe(file, asked, probe, endpoint.port);
  return edit ? [{ title: probe.title, safety: 'unsafe', edits: [edit] }] : [];
}

function installFixes(file: Dockerfile, stage: Stage, base: BaseImage, command: Command): Fix[] {
  const program = programOf(command);
  const install = program && installEdit(file, stage, base, program);
  return install ? [{ title: `Install ${install.name}`, safety: 'unsafe', edits: [install.edit] }] : [];
}
