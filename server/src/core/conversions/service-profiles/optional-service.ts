import { type RunService, runService } from '../../analysis/services/run-service';
import type { Compose, Service } from '../../compose/model';
import { entryAt } from '../../compose/query';
import { packageWeight } from '../../knowledge/package-weights';
import type { WorkspaceFacts } from '../../project/workspace';
import { formatBytes } from '../../text/bytes';
import { listed } from '../../text/sentence';

/** A service that work goes on without. */
export interface OptionalService {
  readonly service: Service;
  /** The profiles that say what it is for. */
  readonly profiles: readonly [string, ...string[]];
  /** Why it is optional: `it is a tool`. */
  readonly because: string;
}

/** Services that by what they are need not always run; whether another one needs them is asked elsewhere. */
export function optionalServices(file: Compose, workspace: WorkspaceFacts): OptionalService[] {
  const runs = file.services.map(service => runService(file, service, workspace));
  return runs.flatMap(run => {
    const found = toolOf(run) ?? dashboardOf(run, runs) ?? heavyOf(run, runs);
    return found ? [{ service: run.service, ...found }] : [];
  });
}

type Found = Omit<OptionalService, 'service'>;

const TOOL = 'it is a tool for people: no program uses it';

function toolOf({ known, started, commands }: RunService): Found | undefined {
  if (known?.kind === 'tool') {
    const [first = 'tools', ...more] = known.profiles ?? [];
    return { profiles: [first, ...more], because: TOOL };
  }
  const words = commands.at(-1)?.words.map(word => word.text) ?? [];
  if (started?.name === 'celery' && words.includes('flower'))
    return { profiles: ['monitoring'], because: 'Flower only shows what the workers do' };
  if (/^jupyter(-lab|-notebook)?$/.test(words[0] ?? ''))
    return { profiles: ['notebooks'], because: 'notebooks are for people: no program uses them' };
  return undefined;
}

const DASHBOARDS = ['streamlit', 'gradio', 'voila', 'panel'];
const SURFACE = /^(frontend|ui|web|webui|dashboard|console|panel)$/i;
const FOR_STAFF =
  /^(operators?|admin|ops|internal|backoffice|monitor(ing)?|reports?|analytics|dashboard|console)$/i;

/** A surface for the people who run the system: one that may be the product itself is none. */
function dashboardOf(
  { service, started, built }: RunService,
  runs: readonly RunService[],
): Found | undefined {
  const words = service.name.text.split(/[_-]/);
  const isSurface = words.some(it => SURFACE.test(it)) || DASHBOARDS.includes(started?.name ?? '');
  if (!built || !isSurface || !words.some(it => FOR_STAFF.test(it))) return undefined;
  const others = runs.filter(it => it.service !== service && it.built && publishes(it.service));
  if (others.length === 0) return undefined;
  return { profiles: ['ui'], because: 'it only shows people what the other services do' };
}

/** As heavy as scientific Python packages make an image. */
const HEAVY = 100e6;
const AUDIO = ['librosa', 'soundfile', 'torchaudio', 'pydub', 'openai-whisper', 'audioread'];

/**
 * A server that is heavy among light ones. One of few may be what the project is about, and a worker is reached through
 * a queue that no file names.
 */
function heavyOf(run: RunService, runs: readonly RunService[]): Found | undefined {
  const heavy = heavyPackages(run);
  if (heavy.length === 0 || run.started?.program.kind === 'worker' || !publishes(run.service))
    return undefined;
  const built = runs.filter(it => it.built);
  const light = built.filter(it => heavyPackages(it).length === 0);
  if (light.length < 3 || built.length - light.length > light.length / 3) return undefined;
  const audio = AUDIO.some(name => run.built?.packages.has(name)) ? ['audio'] : [];
  const [first = 'heavy', ...more] = [...audio, 'heavy'];
  const bytes = Math.max(...heavy.map(name => packageWeight(name)?.total ?? 0));
  return {
    profiles: [first, ...more],
    because: `${listed(heavy.slice(0, 3))} and their dependencies make it heavy, about ${formatBytes(bytes)}, among light services`,
  };
}

function heavyPackages({ built }: RunService): string[] {
  const total = (name: string) => packageWeight(name)?.total ?? 0;
  return [...(built?.packages ?? [])]
    .filter(name => total(name) >= HEAVY)
    .sort((a, b) => total(b) - total(a));
}

function publishes({ node }: Service): boolean {
  return entryAt(node, 'ports') !== undefined;
}
