import { appendFile, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCompose } from '../core/compose/parse';
import { loadGrammar } from '../host/grammar';
import { applyConversion } from './apply';
import { build, imageBytes, isStandIn, type Probe, type Started, start } from './measure';
import { type ServiceBuild, type ServiceRun, serviceRun } from './service-run';
import { ProofSession } from './session';

export interface ServiceToProve {
  readonly name: string;
  readonly probe: Probe;
  /** A source file of the service, from the folder's top: one line is added to it for the rebuild. */
  readonly source: string;
}

export interface Project {
  /** Absolute. */
  readonly folder: string;
  /** The Compose file, from the folder's top. */
  readonly compose: string;
  readonly conversion: string;
  readonly services: readonly ServiceToProve[];
}

/** What one service takes. Times in milliseconds. */
export interface ServiceMeasure {
  /** Building from nothing; 0 where nothing is built. */
  readonly buildTime: number;
  /** From the start of the container to its first healthy answer. */
  readonly startTime: number;
  /** From a changed line of code to its first healthy answer: the rebuild, where an image is built, and the start. */
  readonly changeTime: number;
  /** The image and what its container writes at start-up, in bytes. */
  readonly bytes: number;
}

export interface ServiceProof {
  readonly service: string;
  readonly before: ServiceMeasure;
  readonly after: ServiceMeasure;
}

export interface Proof {
  readonly services: readonly ServiceProof[];
  /** Files that the conversion wrote, from the folder's top. */
  readonly written: readonly string[];
  /** True where a base image only stands in for the real one. */
  readonly standIn: boolean;
}

export type Progress = (message: string) => void;

/**
 * Converts a copy of a project, builds and starts its services before and after, and measures both.
 *
 * @throws Error where the conversion is not offered, a build fails or a service does not start
 */
export async function proveServices(
  project: Project,
  progress: Progress,
  signal: AbortSignal,
): Promise<Proof> {
  await loadGrammar();
  const session = new ProofSession();
  const measuring = new ServiceMeasuring(session, progress, signal);
  try {
    const before = await copyOf(project, session);
    const after = await copyOf(project, session);
    const written = await applyConversion(after, project.compose, project.conversion);
    progress(`converted: ${written.join(', ')}`);
    const services: ServiceProof[] = [];
    for (const service of project.services) {
      services.push({
        service: service.name,
        before: await measuring.measure(before, project.compose, service),
        after: await measuring.measure(after, project.compose, service),
      });
    }
    return { services, written, standIn: measuring.sawStandIn };
  } finally {
    await session.end();
  }
}

async function copyOf({ folder }: Project, session: ProofSession): Promise<string> {
  const copy = await session.folder();
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** Measures services of one proof with the real engine. */
class ServiceMeasuring {
  /** Whether an image was built on one that stands in for the real one. */
  sawStandIn = false;

  constructor(
    private readonly session: ProofSession,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  async measure(folder: string, compose: string, service: ServiceToProve): Promise<ServiceMeasure> {
    const parsed = parseCompose(compose, await readFile(join(folder, compose), 'utf8'));
    const run = serviceRun(parsed, folder, service.name);
    return run.build ? this.built(run, run.build, folder, service) : this.mounted(run, folder, service);
  }

  /** A service whose code is mounted into a foreign image: nothing is built, every start does all the work. */
  private async mounted(run: ServiceRun, folder: string, service: ServiceToProve): Promise<ServiceMeasure> {
    const image = run.image ?? '';
    this.progress(`${service.name}: starting as it was`);
    const first = await this.start(run, image, service);
    await changeOneLine(folder, service.source);
    this.progress(`${service.name}: starting again with a line changed`);
    const second = await this.start(run, image, service);
    const bytes = (await this.weigh(image)) + first.writtenBytes;
    return { buildTime: 0, startTime: first.milliseconds, changeTime: second.milliseconds, bytes };
  }

  private async built(
    run: ServiceRun,
    from: ServiceBuild,
    folder: string,
    service: ServiceToProve,
  ): Promise<ServiceMeasure> {
    const image = this.session.imageName(service.name);
    this.progress(`${service.name}: building from nothing`);
    const buildTime = await build(from, image, 'ignore', this.session, this.signal);
    this.progress(`${service.name}: starting`);
    const first = await this.start(run, image, service);
    const bytes = (await this.weigh(image)) + first.writtenBytes;
    await changeOneLine(folder, service.source);
    this.progress(`${service.name}: building again with a line changed`);
    const rebuildTime = await build(from, image, 'use', this.session, this.signal);
    const second = await this.start(run, image, service);
    return { buildTime, startTime: first.milliseconds, changeTime: rebuildTime + second.milliseconds, bytes };
  }

  private start(run: ServiceRun, image: string, { probe }: ServiceToProve): Promise<Started> {
    return start(run, image, probe, this.session, this.signal);
  }

  private async weigh(image: string): Promise<number> {
    this.sawStandIn ||= await isStandIn(image, this.signal);
    return imageBytes(image, this.signal);
  }
}

async function changeOneLine(folder: string, source: string): Promise<void> {
  await appendFile(join(folder, source), '\n# one line changed\n');
}
