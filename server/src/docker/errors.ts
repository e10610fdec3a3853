import type { UnavailableReason } from '../protocol';
import type { Candidate } from './candidates';
import { formatEndpoint } from './endpoint';

/** Why no engine answers: what the panel and the command line show. */
export interface Unavailable {
  readonly reason: UnavailableReason;
  /** Sentences in plain English: what is the matter and what to do about it. */
  readonly detail: string;
}

export type DockerFailure =
  /** The image is not there, or not any more. */
  | 'no-such-image'
  /** The connection ended before everything was read. */
  | 'engine-gone'
  /** The engine is silent, or its answer does not come to an end. */
  | 'no-answer'
  /** What the engine sent is in a form that cannot be read here. */
  | 'unreadable'
  /** The caller has withdrawn the request. */
  | 'cancelled'
  /** The engine refused or failed. */
  | 'failed';

/** What goes wrong with an engine that was there; `message` is a sentence for people. */
export class DockerError extends Error {
  override readonly name = 'DockerError';

  constructor(
    readonly failure: DockerFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** `ENOENT`, `ECONNREFUSED`, … of what Node throws, also inside an aggregate or a cause. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return errorCode(error.cause);
}

/** Says what a failed attempt to reach one candidate means. */
export function explainFailure({ endpoint, source }: Candidate, error: unknown): Unavailable {
  const place = formatEndpoint(endpoint);
  if (error instanceof DockerError && error.failure === 'no-answer')
    return { reason: 'failed', detail: error.message };
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        reason: 'no-engine',
        detail: `There is nothing at ${place} (${source}). Start the container engine: Plimsoll connects by itself.`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { reason: 'no-engine', detail: `The host in ${place} (${source}) cannot be found.` };
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        reason: 'not-running',
        detail: `The container engine at ${place} (${source}) is not running. Start it: Plimsoll connects by itself.`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        reason: 'permission-denied',
        detail: `You have no permission to open ${place} (${source}). Add your user to the \`docker\` group and log in again, or use a rootless engine.`,
      };
    default:
      return {
        reason: 'failed',
        detail: `The program at ${place} (${source}) is not a container engine: ${reasonOf(error)}.`,
      };
  }
}

/** The sentence for a request that failed after the engine had been reached. */
export function requestFailure(error: unknown, reference: string): DockerError {
  if (error instanceof DockerError) return error;
  const options = { cause: error };
  if (isAbort(error)) return new DockerError('cancelled', 'The request was cancelled.', options);
  if (statusOf(error) === 404) {
    return new DockerError(
      'no-such-image',
      `The engine has no image ${reference}; it may have been removed.`,
      options,
    );
  }
  if (errorCode(error)?.startsWith('HPE_')) {
    return new DockerError('failed', 'The container engine does not answer in HTTP.', options);
  }
  if (statusOf(error) === undefined && errorCode(error) !== undefined) {
    return new DockerError(
      'engine-gone',
      `The container engine stopped while ${reference} was being read.`,
      options,
    );
  }
  return new DockerError('failed', `${REFUSED}${messageOf(error)}.`, options);
}

/** What an engine answers instead of what it was asked for. @param status as in HTTP */
export function refusal(status: number, said: string): Error {
  return Object.assign(new Error(said || `it answers with the HTTP status ${status}`), {
    statusCode: status,
  });
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || errorCode(error) === 'ABORT_ERR');
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

const REFUSED = 'The container engine could not answer: ';

/** What went wrong, without the sentence around it that is meant for an engine that had answered before. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DockerError)) return messageOf(error);
  if (error.message.startsWith(REFUSED)) return messageOf(error.message.slice(REFUSED.length));
  return messageOf(error.failure === 'no-such-image' ? error.cause : error);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\.$/, '') || 'it gave no reason';
}
