import { formatBytes } from '../../core/text/bytes';
import type { WasteEntry } from '../../docker/contents';
import type { WeighedLayer, Weighing } from '../../docker/weigh';
import type { Output } from './render';

const SHOWN_ENTRIES = 5;
const SHOWN_WASTE = 10;
const INSTRUCTION_WIDTH = 90;

/** What `plimsoll weigh` prints: size, layers in Dockerfile order with what is in them, waste. */
export function formatWeighing(weighing: Weighing): Output {
  const { image } = weighing;
  const name = image.tags[0] ?? image.id.slice(0, 'sha256:'.length + 12);
  const lines = [
    `${name}  ${formatBytes(image.bytes)}`,
    '',
    ...layerLines(weighing),
    '',
    ...wasteLines(weighing),
  ];
  return { kind: 'lines', lines };
}

function layerLines({ layers, dockerfile }: Weighing): string[] {
  const base = layers.filter(layer => layer.base);
  const own = layers.filter(layer => !layer.base);
  const weightless = own.filter(isWeightless).length;
  return [
    ...(base.length > 0 ? [row(totalBytes(base), 'base image')] : []),
    ...own.filter(layer => !isWeightless(layer)).flatMap(layer => linesOf(layer, dockerfile)),
    ...(weightless > 0
      ? [row(0, `${counted(weightless, 'instruction')} that ${weightless === 1 ? 'adds' : 'add'} nothing`)]
      : []),
  ];
}

function isWeightless({ bytes, deleted }: WeighedLayer): boolean {
  return bytes === 0 && deleted === 0;
}

function linesOf(layer: WeighedLayer, dockerfile: string | undefined): string[] {
  const place =
    layer.line === undefined || dockerfile === undefined ? '' : `${dockerfile}:${layer.line + 1}  `;
  return [
    row(layer.bytes, `${place}${shortened(layer.instruction)}`),
    ...layer.caches.map(cache => detail(cache.bytes, `${cache.path}  (${cache.name})`)),
    ...layer.biggest.slice(0, SHOWN_ENTRIES).map(entry => detail(entry.bytes, asPath(entry))),
    ...(layer.deleted > 0 ? [detail(0, `${counted(layer.deleted, 'path')} of older layers deleted`)] : []),
  ];
}

function asPath({ path, kind }: { readonly path: string; readonly kind: 'file' | 'folder' }): string {
  return kind === 'folder' ? `${path}/` : path;
}

function wasteLines({ waste, layers }: Weighing): string[] {
  if (waste.paths === 0) return ['no space is wasted'];
  const shown = waste.entries.slice(0, SHOWN_WASTE);
  const rest = waste.paths - shown.length;
  return [
    `${formatBytes(waste.bytes)} wasted in ${counted(waste.paths, 'path')}`,
    ...shown.map(entry => row(entry.bytes, wasteText(entry, layers))),
    ...(rest > 0 ? [`${' '.repeat(COLUMN)}  … and ${rest} more`] : []),
  ];
}

function wasteText({ path, cause, by }: WasteEntry, layers: readonly WeighedLayer[]): string {
  const culprit = layers[by];
  if (!culprit) return `${path}  ${cause}`;
  const where = culprit.line === undefined ? shortened(culprit.instruction) : `line ${culprit.line + 1}`;
  return `${path}  ${cause} by ${where}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function totalBytes(layers: readonly WeighedLayer[]): number {
  return layers.reduce((sum, layer) => sum + layer.bytes, 0);
}

const COLUMN = 10;

function row(bytes: number, text: string): string {
  return `${formatBytes(bytes).padStart(COLUMN)}  ${text}`;
}

function detail(bytes: number, text: string): string {
  return `${' '.repeat(COLUMN)}  ${formatBytes(bytes).padStart(COLUMN)}  ${text}`;
}

/** Recorded commands keep the tabs and line breaks of their Dockerfile. */
function shortened(instruction: string): string {
  const line = instruction.replace(/\s+/g, ' ');
  return line.length <= INSTRUCTION_WIDTH ? line : `${line.slice(0, INSTRUCTION_WIDTH - 1)}…`;
}
