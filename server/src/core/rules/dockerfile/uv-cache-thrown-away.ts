import { keepDownloads } from '../../analysis/layers/downloads-edit';
import { keptDownloads } from '../../analysis/layers/kept-downloads';
import type { Dockerfile, Env, Property, Run } from '../../dockerfile/model';
import { ofKind, runsOf } from '../../dockerfile/query';
import { removePart } from '../../dockerfile/remove-part';
import { builtStages, lineage } from '../../dockerfile/stage-graph';
import type { Finding, Fix } from '../../finding';
import { dockerfileRule } from '../../rule';
import { fetchesPackages, isSwitchedOn, type UvCommand, uncachedOption, uvCommand } from '../../shell/uv';

export const uvCacheThrownAway = dockerfileRule({
  meta: {
    id: 'uv-cache-thrown-away',
    category: 'speed',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    summary: '`uv … --no-cache` downloads every package again when one dependency changes',
  },
  *check(file, { workspace }) {
    const targets = workspace.targets.flatMap(({ target }) => (target === undefined ? [] : [target]));
    for (const stage of builtStages(file, targets)) {
      for (const run of runsOf(stage)) yield* byOption(file, run);
      for (const env of ofKind(stage.instructions, 'ENV')) yield* byVariable(file, env);
    }
  },
});

function* byOption(file: Dockerfile, run: Run): Iterable<Finding> {
  for (const uv of fetching(run)) {
    const option = uncachedOption(uv);
    if (!option) continue;
    yield {
      at: option.word.span,
      message: `${option.name} makes uv download every package again whenever this layer is rebuilt`,
      fixes: () => useMounts(keepUvCache(file, run)),
    };
  }
}

function* byVariable(file: Dockerfile, env: Env): Iterable<Finding> {
  for (const property of env.properties) {
    if (property.name.text !== 'UV_NO_CACHE' || !isSwitchedOn(property.value?.text)) continue;
    const runs = runsUnder(file, env);
    if (runs.length === 0) continue;
    yield {
      at: property.span,
      message: 'UV_NO_CACHE makes uv download every package again whenever a layer is rebuilt',
      related: runs.map(run => ({
        at: fetching(run)[0]?.verbSpan ?? run.span,
        message: 'uv downloads here',
      })),
      fixes: () => useMounts(keepAll(file, runs, env, property)),
    };
  }
}

function fetching(run: Run): UvCommand[] {
  return run.script.commands.flatMap(command => uvCommand(command) ?? []).filter(fetchesPackages);
}

/** The RUNs that find the variable of an ENV: behind it in its stage, and in the stages built on that. */
function runsUnder(file: Dockerfile, env: Env): Run[] {
  const own = file.stages[env.stage];
  return file.stages
    .filter(stage => own !== undefined && lineage(file, stage).includes(own))
    .flatMap(runsOf)
    .filter(run => run.span.start > env.span.end && fetching(run).length > 0);
}

type Edits = Fix['edits'];

/** Undefined if it is not certain where uv keeps its cache there, or the words are those of JSON. */
function keepUvCache(file: Dockerfile, run: Run): Edits | undefined {
  const kept = keptDownloads(file, run, it => it.program === 'uv');
  return kept && run.form !== 'exec' ? keepDownloads(file, kept) : undefined;
}

function keepAll(file: Dockerfile, runs: readonly Run[], env: Env, property: Property): Edits | undefined {
  const removed = removePart(file, env, env.properties, property);
  if (!removed || env.legacy) return undefined;
  const kept = runs.map(run => keepUvCache(file, run));
  return kept.some(edits => edits === undefined)
    ? undefined
    : [removed, ...kept.flatMap(edits => edits ?? [])];
}

function useMounts(edits: Edits | undefined): Fix[] {
  return edits ? [{ title: "Keep uv's cache between builds in a cache mount", safety: 'unsafe', edits }] : [];
}
