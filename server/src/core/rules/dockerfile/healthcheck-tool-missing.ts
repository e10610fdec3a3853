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
    fixRisk: `The check fails every time as it stands, so whatever waits for a healthy container has never gone on; with
either fix it can. Where it asked a path for success, the probe does so too. Installing the tool makes the image larger, by some megabytes.`,
    summary: 'The health check calls a program that the image does not have',
    why: `The small base images carry no HTTP client: there is neither \`curl\` nor \`wget\` in \`python:3.12-slim\`,
\`node:22-slim\`, \`debian:bookworm-slim\` or \`ubuntu\`, and only BusyBox's \`wget\` in Alpine. A \`HEALTHCHECK\` that calls
one of them fails at every interval with "not found". Nobody sees it in the build: the image builds, the service works,
and the container is \`unhealthy\` for ever. What depends on it (\`depends_on\` with \`service_healthy\`, an orchestrator that
replaces unhealthy containers) waits or restarts without end.

The interpreter that the image is made for can probe the port itself, without a package more. On Python bases Plimsoll
writes the same request through \`urllib\`, or a socket probe of the port where the status did not matter; on Node bases
the same request through Node's \`http\`; and elsewhere one with \`wget\`, or of the port with bash, where the base has
them. The second fix installs the tool, in the install that the file has already or
in a RUN of its own.

Plimsoll is quiet where it does not know the base, and where the tool may come from anywhere: installed in any stage
that this one builds on, copied with \`COPY --from\`, brought by a script, or called by an earlier RUN that could not
have worked without it.`,
    sources: [
      'https://docs.docker.com/reference/dockerfile/#healthcheck',
      'https://github.com/dotnet/dotnet-docker/issues/2379',
    ],
  },
  examples: [
    {
      title: 'The service runs, and its container is unhealthy for ever',
      before:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY . /app\nCMD ["python", "-m", "uvicorn", "module.main:app", "--port", "8000"]\nHEALTHCHECK --interval=30s --timeout=5s --retries=3 \\\n    CMD «curl» -fsS http://localhost:8000/health || exit 1\n',
      after:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY . /app\nCMD ["python", "-m", "uvicorn", "module.main:app", "--port", "8000"]\nHEALTHCHECK --interval=30s --timeout=5s --retries=3 \\\n    CMD python -c "import urllib.request; urllib.request.urlopen(\'http://127.0.0.1:8000/health\', timeout=3)" || exit 1\n',
    },
    {
      title: 'Node asks by itself',
      before:
        'FROM node:22-slim\nCMD ["node", "server.js"]\nHEALTHCHECK CMD [«"curl"», "-f", "http://localhost:3000/health"]\n',
      after:
        'FROM node:22-slim\nCMD ["node", "server.js"]\nHEALTHCHECK CMD ["node", "-e", "require(\'http\').get(\'http://127.0.0.1:3000/health\', r => process.exit(r.statusCode < 400 ? 0 : 1)).on(\'error\', () => process.exit(1))"]\n',
    },
    {
      title: 'Installed is installed, also in a stage that this one builds on',
      before:
        'FROM python:3.12-slim AS base\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nFROM base\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n',
    },
    {
      title: 'Alpine has wget, the full images have both',
      before:
        'FROM alpine:3.20 AS worker\nHEALTHCHECK CMD wget -qO- http://localhost:8080/\nFROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1\n',
    },
  ],
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
        message: `${command.name} is not in ${shortName(root.ref)} and nothing here installs it, so this check fails every time`,
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
  return image ? [{ at: image.span, message: `this base comes without ${name}` }] : [];
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
