import type { RunService } from '../../../analysis/services/run-service';
import type { Service } from '../../../compose/model';
import { nodeAt, scalarsAt } from '../../../compose/query';

/** Programs that want as much memory beside their heap as in it. */
const HALF_FOR_FILES = /elasticsearch|opensearch|logstash|solr/;
/** What is left for threads, classes and buffers of any other Java program. */
const BESIDE_HEAP = 1.5;
const STEP = 256;

/**
 * The memory that a service is known to need, as Compose writes it: by the heap that its command or its environment
 * gives it, else by its image.
 *
 * @returns undefined if it is not known
 */
export function neededMemory({ service, known, commands }: RunService): string | undefined {
  const words = commands.flatMap(command => [
    ...command.words.map(word => word.text),
    ...command.assignments.map(it => it.value),
  ]);
  const heaps = [...words, ...environmentTexts(service)].flatMap(heapsIn);
  if (heaps.length === 0) return known && inWords(known.memory.limit);
  const factor = HALF_FOR_FILES.test(service.image?.text ?? service.name.text) ? 2 : BESIDE_HEAP;
  return inWords(Math.ceil((Math.max(...heaps) * factor) / STEP) * STEP);
}

const UNITS: Readonly<Record<string, number>> = { '': 2 ** -20, k: 2 ** -10, m: 1, g: 1024, t: 2 ** 20 };

/** Mebibytes of every `-Xmx` in a text. */
function heapsIn(text: string): number[] {
  return [...text.matchAll(/-Xmx(\d{1,12})([kmgt]?)\b/gi)].map(
    ([, number, unit = '']) => Number(number) * (UNITS[unit.toLowerCase()] ?? 1),
  );
}

function environmentTexts({ node }: Service): string[] {
  const environment = nodeAt(node, 'environment');
  if (environment?.kind === 'mapping')
    return environment.entries.flatMap(({ value }) => (value?.kind === 'scalar' ? value.text : []));
  return scalarsAt(node, 'environment').map(({ text }) => text);
}

function inWords(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}g` : `${mebibytes}m`;
}
