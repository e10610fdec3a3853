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
    fixRisk:
      'a cache mount needs BuildKit, which is the default since Docker 23; the classic builder stops at it',
    summary: '`uv … --no-cache` downloads every package again when one dependency changes',
    why: `\`--no-cache\` keeps the image small, but it throws every downloaded and every built package away at the end of the
RUN. One changed line in \`pyproject.toml\` or \`uv.lock\`, and all of them come over the network again, those without a
wheel are compiled again.

A cache mount has both: \`RUN --mount=type=cache,target=/root/.cache/uv\` puts uv's cache on a disk of the builder's own.
It is in no layer, and the next build finds it. uv usually links packages from its cache into the environment, which
cannot be done from one file system into another; \`--link-mode=copy\` says so, and saves the warning.

The fix needs BuildKit and a builder that lives longer than one build: a CI runner that is new each time starts with an
empty cache, unless the workflow stores it. Where neither is at hand, \`--no-cache\` is the right thing: switch this rule
off.`,
    sources: [
      'https://docs.astral.sh/uv/guides/integration/docker/#caching',
      'https://docs.astral.sh/uv/concepts/cache/',
      'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    ],
  },
  examples: [
    {
      before:
        'FROM python:3.14-slim\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN uv pip install --system «--no-cache» -r pyproject.toml\n',
      after:
        'FROM python:3.14-slim\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml ./\nRUN --mount=type=cache,target=/root/.cache/uv \\\n    uv pip install --system --link-mode=copy -r pyproject.toml\n',
    },
    {
      title: 'A variable says the same for every uv of the stage',
      before:
        'FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\nENV UV_LINK_MODE=copy «UV_NO_CACHE=1»\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen --no-dev --no-install-project\n',
      after:
        'FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\nENV UV_LINK_MODE=copy\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN --mount=type=cache,target=/root/.cache/uv \\\n    uv sync --frozen --no-dev --no-install-project\n',
    },
    {
      title: 'The cache is kept between builds',
      before:
        'FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\nENV UV_LINK_MODE=copy\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev --no-install-project\n',
    },
  ],
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
      message: `${option.name} makes uv download every package again whenever this layer is built anew`,
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
      message: 'UV_NO_CACHE makes uv download every package again whenever a layer is built anew',
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

/** Undefined where nobody knows for certain where uv keeps its cache there, or the words are those of JSON. */
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
