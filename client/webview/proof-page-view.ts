import type {
  FailureNote,
  FromProofPage,
  Highlight,
  ProofPage,
  ProofPart,
  ProofRow,
} from '../src/panel/proof-messages';
import { element } from './dom';

/** Draws the page: what is gained, a chart and a table for each service, and what failed. */
export function drawProof(page: ProofPage, send: (message: FromProofPage) => void): HTMLElement[] {
  return [
    head(page, send),
    ...(page.highlights.length > 0 ? [element('ul', 'highlights', ...page.highlights.map(highlight))] : []),
    ...page.failures.map(failure),
    ...page.parts.map(part),
    element('ul', 'notes', ...page.notes.map(note => element('li', '', note))),
  ];
}

function head({ title, file, applies }: ProofPage, send: (message: FromProofPage) => void): HTMLElement {
  const open = button('link', file, () => send({ kind: 'openFile' }));
  open.title = `Open ${file}`;
  const apply = button('apply', 'Apply to the workspace…', () => send({ kind: 'apply' }));
  return element(
    'header',
    'head',
    element('div', 'what', element('h1', 'title', title), open),
    ...(applies ? [apply] : []),
  );
}

function button(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const created = element('button', className, text);
  created.addEventListener('click', onClick);
  return created;
}

function highlight({ figure, change, detail, verdict }: Highlight): HTMLElement {
  const item = element(
    'li',
    'highlight',
    element('span', 'figure', figure),
    element('strong', 'change', change),
    element('span', 'detail', detail),
  );
  item.dataset.verdict = verdict;
  return item;
}

function failure({ title, because }: FailureNote): HTMLElement {
  const said = element('pre', 'because', because);
  // Scrolled sideways, and so reached by keyboard.
  said.tabIndex = 0;
  return element('section', 'failure', element('h2', 'name', title), said);
}

function part({ name, rows }: ProofPart): HTMLElement {
  return element('section', 'part', element('h2', 'name', name), chart(rows), table(name, rows));
}

function chart(rows: readonly ProofRow[]): HTMLElement {
  return element('div', 'chart', ...rows.flatMap(row => (row.bars ? [pairOfBars(row, row.bars)] : [])));
}

/** Two bars, one picture: to a screen reader it is one sentence. */
function pairOfBars(
  { figure, before, after, change, verdict }: ProofRow,
  bars: NonNullable<ProofRow['bars']>,
): HTMLElement {
  const drawn = element(
    'div',
    'pair',
    element('span', 'figure', figure),
    bar('before', before, bars.before),
    bar('after', after, bars.after),
    element('span', 'change', change),
  );
  drawn.role = 'img';
  drawn.ariaLabel = `${figure}: ${before} before, ${after} after, ${change}`;
  drawn.dataset.verdict = verdict;
  return drawn;
}

function bar(state: 'before' | 'after', value: string, share: number): HTMLElement {
  const fill = element('span', 'fill');
  fill.style.width = `${share * 100}%`;
  return element(
    'span',
    `bar ${state}`,
    element('span', 'state', state),
    element('span', 'track', fill),
    element('span', 'value', value),
  );
}

const COLUMNS = ['Figure', 'Before', 'After', 'Change'];

function table(name: string, rows: readonly ProofRow[]): HTMLElement {
  const heading = element('tr', '', ...COLUMNS.map(column => heads('col', column)));
  return element(
    'table',
    'figures',
    element('caption', 'caption', `${name}, before and after`),
    element('thead', '', heading),
    element('tbody', '', ...rows.map(tableRow)),
  );
}

function tableRow({ figure, before, after, change, verdict }: ProofRow): HTMLElement {
  const cells = [before, after, change].map(text => element('td', '', text));
  const row = element('tr', '', heads('row', figure), ...cells);
  row.dataset.verdict = verdict;
  return row;
}

function heads(scope: 'col' | 'row', text: string): HTMLElement {
  const cell = element('th', '', text);
  cell.scope = scope;
  return cell;
}
