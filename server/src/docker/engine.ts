// The only importer of dockerode.
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { addAbortSignal, type Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import Docker from 'dockerode';
import type { Endpoint } from './endpoint';
import { DockerError, requestFailure } from './errors';

export interface EngineImage {
  /** `sha256:…` */
  readonly id: string;
  /** `repository:tag` names. */
  readonly tags: readonly string[];
  /** `repository@sha256:…` names. */
  readonly digests: readonly string[];
  readonly bytes: number;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One entry of an image's history: an instruction, with or without a layer. */
export interface HistoryEntry {
  readonly createdBy: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly comment: string;
}

/** Something that happened to an image. */
export interface EngineEvent {
  /** `tag`, `untag`, `delete`, `import`, `load`, `pull`, … */
  readonly action: string;
  /** The image's id (`sha256:…`), or for a pull its name. */
  readonly image: string;
}

/**
 * A container engine that answers. Every method throws a `DockerError`, with `failure` `cancelled` where the
 * signal was aborted.
 */
export interface Engine {
  readonly endpoint: Endpoint;
  /** What it calls itself, with its version: `Docker 27.3.1`. */
  name(signal: AbortSignal): Promise<string>;
  /** All images, in one request. */
  images(signal: AbortSignal): Promise<readonly EngineImage[]>;
  /** One image by id or name. */
  image(reference: string, signal: AbortSignal): Promise<EngineImage>;
  /** Oldest first. */
  history(reference: string, signal: AbortSignal): Promise<readonly HistoryEntry[]>;
  /** What happens to images from now on: resolves when the engine listens; ends when the engine goes. */
  events(signal: AbortSignal): Promise<AsyncIterable<EngineEvent>>;
  /** The image as an archive of its layers (`docker save`). */
  save(reference: string, signal: AbortSignal): Promise<Readable>;
}

/** Opens no connection yet: the first request does. */
export function openEngine(endpoint: Endpoint): Engine {
  return new DockerEngine(endpoint);
}

class DockerEngine implements Engine {
  private readonly docker: Docker;

  constructor(readonly endpoint: Endpoint) {
    this.docker = new Docker(dockerodeOptions(endpoint));
  }

  async name(signal: AbortSignal): Promise<string> {
    (await this.stream({ path: '/_ping' }, 'the ping', signal)).resume();
    const version = await this.get<VersionAnswer>('/version', 'its version', signal);
    if (typeof version.Version !== 'string') throw new DockerError('failed', 'it does not tell its version');
    const podman = version.Components?.some(component => /podman/i.test(component.Name ?? ''));
    return `${podman ? 'Podman' : 'Docker'} ${version.Version}`;
  }

  async images(signal: AbortSignal): Promise<readonly EngineImage[]> {
    const images = await this.get<ListedImage[]>('/images/json', 'the list of images', signal);
    return images.map(listedImage);
  }

  async image(reference: string, signal: AbortSignal): Promise<EngineImage> {
    const path = `${imagePath(reference)}/json`;
    return inspectedImage(await this.get<InspectedImage>(path, reference, signal));
  }

  async history(reference: string, signal: AbortSignal): Promise<readonly HistoryEntry[]> {
    const path = `${imagePath(reference)}/history`;
    const entries = await this.get<HistoryAnswer[]>(path, reference, signal);
    return entries.map(historyEntry).reverse();
  }

  async events(signal: AbortSignal): Promise<AsyncIterable<EngineEvent>> {
    const options = { filters: JSON.stringify({ type: ['image'] }) };
    return readEvents(await this.stream({ path: '/events?', options }, 'its events', signal));
  }

  async save(reference: string, signal: AbortSignal): Promise<Readable> {
    const path = `${imagePath(reference)}/get`;
    return this.stream({ path }, reference, signal);
  }

  /** @param what names what is read, for the sentence of an error */
  private async get<Answer>(path: string, what: string, signal: AbortSignal): Promise<Answer> {
    try {
      return (await json(await this.stream({ path }, what, signal))) as Answer;
    } catch (error) {
      throw signal.aborted ? requestFailure(signal.reason, what) : requestFailure(error, what);
    }
  }

  // Everything is read as a stream: the transport never settles a request whose answer breaks off in the middle.
  // dockerode's own methods for single images take no signal, its transport does.
  private stream(request: DialOptions, what: string, signal: AbortSignal): Promise<Readable> {
    const options = {
      ...request,
      method: 'GET',
      isStream: true,
      abortSignal: signal,
      statusCodes: { 200: true },
    };
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(requestFailure(signal.reason, what));
        return;
      }
      this.docker.modem.dial(options, (error, answer) => {
        if (error) reject(requestFailure(error, what));
        else resolve(addAbortSignal(signal, answer as Readable));
      });
    });
  }
}

type DialOptions = Parameters<Docker['modem']['dial']>[0];

// What is undefined here is given all the same: the transport would else fill it from DOCKER_HOST. No connection
// is kept for later: nothing stays open while nobody asks.
function dockerodeOptions(endpoint: Endpoint): Docker.DockerOptions & { readonly agent: Agent } {
  const agent = new Agent({ keepAlive: false });
  if (endpoint.kind !== 'tcp') return { host: undefined, socketPath: endpoint.path, protocol: 'http', agent };
  const { host, port, tls } = endpoint;
  if (!tls) return { host, port, protocol: 'http', ca: undefined, cert: undefined, key: undefined, agent };
  const { ca, cert, key, verify } = tls;
  const secure = new SecureAgent({ keepAlive: false, rejectUnauthorized: verify });
  return { host, port, protocol: 'https', ca, cert, key, agent: secure };
}

const REFERENCE = /^[\w.:@-]+(\/[\w.:@-]+)*$/;

/**
 * The path of an image in the engine's interface. A name that could lead to another path is no image's name, and
 * the engine would answer it with a redirection.
 */
function imagePath(reference: string): string {
  const steps = reference.split('/').some(part => part === '.' || part === '..');
  if (steps || !REFERENCE.test(reference)) {
    throw new DockerError('no-such-image', `\`${reference}\` is not the name of an image.`);
  }
  return `/images/${reference}`;
}

// What the engine answers, as far as it is read here. Engines leave members out or send null.
type Maybe<T> = T | null | undefined;

interface VersionAnswer {
  readonly Version?: unknown;
  readonly Components?: Maybe<readonly { readonly Name?: string }[]>;
}

interface ImageAnswer {
  readonly Id: string;
  readonly RepoTags?: Maybe<readonly string[]>;
  readonly RepoDigests?: Maybe<readonly string[]>;
  readonly Size?: Maybe<number>;
}

interface ListedImage extends ImageAnswer {
  /** Seconds. */
  readonly Created?: Maybe<number>;
  readonly Labels?: Maybe<Readonly<Record<string, string>>>;
}

interface InspectedImage extends ImageAnswer {
  /** ISO 8601. */
  readonly Created?: Maybe<string>;
  readonly Config?: Maybe<{ readonly Labels?: Maybe<Readonly<Record<string, string>>> }>;
}

interface HistoryAnswer {
  readonly CreatedBy?: Maybe<string>;
  readonly Size?: Maybe<number>;
  /** Seconds. */
  readonly Created?: Maybe<number>;
  readonly Comment?: Maybe<string>;
}

function listedImage(answer: ListedImage): EngineImage {
  return { ...commonOf(answer), createdAt: (answer.Created ?? 0) * 1000, labels: answer.Labels ?? {} };
}

function inspectedImage(answer: InspectedImage): EngineImage {
  const created = Date.parse(answer.Created ?? '');
  return {
    ...commonOf(answer),
    createdAt: Number.isNaN(created) ? 0 : Math.floor(created / 1000) * 1000,
    labels: answer.Config?.Labels ?? {},
  };
}

function commonOf(answer: ImageAnswer): Pick<EngineImage, 'id' | 'tags' | 'digests' | 'bytes'> {
  const isName = (name: string) => !name.startsWith('<none>');
  return {
    id: answer.Id.startsWith('sha256:') ? answer.Id : `sha256:${answer.Id}`,
    tags: (answer.RepoTags ?? []).filter(isName),
    digests: (answer.RepoDigests ?? []).filter(isName),
    bytes: answer.Size ?? 0,
  };
}

function historyEntry(answer: HistoryAnswer): HistoryEntry {
  return {
    createdBy: answer.CreatedBy ?? '',
    bytes: answer.Size ?? 0,
    createdAt: (answer.Created ?? 0) * 1000,
    comment: answer.Comment ?? '',
  };
}

interface EventAnswer {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string };
}

async function* readEvents(stream: Readable): AsyncGenerator<EngineEvent> {
  for await (const line of readLines(stream)) {
    const event = JSON.parse(line) as EventAnswer;
    if (event.Type === 'image' && event.Action) yield { action: event.Action, image: event.Actor?.ID ?? '' };
  }
}

/** Lines of a stream, each as soon as it is complete. */
async function* readLines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(line => line.trim() !== '');
  }
}
