import { homedir } from 'node:os';
import type { UnavailableReason } from '../protocol';
import { type Candidate, findCandidates, type Surroundings } from './candidates';
import { type Endpoint, formatEndpoint } from './endpoint';
import { type Engine, openEngine } from './engine';
import { DockerError, explainFailure, type Unavailable } from './errors';
import { type EngineLimits, LIMITS } from './limits';
import { readSmallFile } from './small-file';

export type Connection =
  | { readonly kind: 'connected'; readonly engine: Engine; readonly name: string }
  | ({
      readonly kind: 'unavailable';
      /** Where an engine may appear. */
      readonly tried: readonly Endpoint[];
    } & Unavailable);

/** The process's own surroundings. */
export function ownSurroundings(): Surroundings {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir().replaceAll('\\', '/'),
    uid: process.getuid?.(),
    readText: readSmallFile,
  };
}

/** Connects to the engine that the docker command would use, or says why there is none. Never throws but on abort. */
export async function connect(
  around: Surroundings,
  signal: AbortSignal,
  limits: EngineLimits = LIMITS,
): Promise<Connection> {
  const found = findCandidates(around);
  if (found.kind === 'declined')
    return { kind: 'unavailable', reason: 'failed', detail: found.detail, tried: [] };
  const candidates = found.kind === 'named' ? [found.candidate] : found.candidates;
  const failures: Unavailable[] = [];
  const patience = AbortSignal.timeout(limits.search);
  for (const candidate of candidates) {
    const result = await tryCandidate(candidate, limits, patience, signal);
    if (result.kind === 'connected') return result;
    failures.push(result);
  }
  const tried = candidates.map(candidate => candidate.endpoint);
  const { reason, detail } = mostTelling(failures, found.kind === 'usual');
  return { kind: 'unavailable', reason, detail, tried };
}

type Attempt = Extract<Connection, { kind: 'connected' }> | ({ readonly kind: 'failed' } & Unavailable);

async function tryCandidate(
  candidate: Candidate,
  limits: EngineLimits,
  patience: AbortSignal,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const engine = openEngine(candidate.endpoint, limits);
    const name = await engine.name(AbortSignal.any([signal, patience]));
    return { kind: 'connected', engine, name };
  } catch (error) {
    signal.throwIfAborted();
    const cause = patience.aborted ? tooLate(candidate) : error;
    return { kind: 'failed', ...explainFailure(candidate, cause) };
  }
}

function tooLate({ endpoint }: Candidate): DockerError {
  const place = formatEndpoint(endpoint);
  return new DockerError('no-answer', `The container engine at ${place} does not answer in time.`);
}

const TELLING: readonly UnavailableReason[] = ['permission-denied', 'failed', 'not-running', 'no-engine'];

/** Of several failures the one that a person can do most about. */
function mostTelling(failures: readonly Unavailable[], searched: boolean): Unavailable {
  const [first] = failures.toSorted((a, b) => TELLING.indexOf(a.reason) - TELLING.indexOf(b.reason));
  if (first && !(searched && first.reason === 'no-engine')) return first;
  return {
    reason: 'no-engine',
    detail:
      'No container engine was found. Install Docker or Podman, or start it, and Plimsoll connects by itself. For an engine elsewhere, set DOCKER_HOST.',
  };
}
