import type { PageRow } from '../src/panel/messages';
import { element } from './dom';
import { chevron } from './icons';

/** A row as it is in the tree now. */
export interface VisibleRow {
  readonly row: PageRow;
  /** 1 at the top. */
  readonly level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
  readonly parent: string | undefined;
  /** Undefined where nothing is folded into it. */
  readonly unfolded: boolean | undefined;
}

/** Writes a row into its element: in the gutter its line or how to unfold it, the instruction, its size, its bar. */
export function drawRow(target: HTMLElement, { row, level, position, siblings, unfolded }: VisibleRow): void {
  target.role = 'treeitem';
  target.ariaLevel = String(level);
  target.ariaPosInSet = String(position);
  target.ariaSetSize = String(siblings);
  target.ariaExpanded = unfolded === undefined ? null : String(unfolded);
  target.ariaLabel = row.spoken;
  target.title = row.tooltip;
  target.dataset.id = row.id;
  target.dataset.origin = row.origin;
  target.dataset.level = String(level);
  target.classList.toggle('acts', unfolded !== undefined || row.line !== undefined);

  const bar = target.querySelector<HTMLElement>('.bar') ?? element('span', 'bar', element('span', 'fill'));
  target.replaceChildren(
    element('span', 'gutter', gutter(row)),
    instruction(row),
    element('span', 'size', row.size),
    ...(row.share > 0 ? [bar] : []),
  );
  const fill = bar.firstElementChild;
  if (fill instanceof HTMLElement) fill.style.width = `${row.share * 100}%`;
}

function gutter({ folded, line }: PageRow): Node | string {
  if (folded) return chevron();
  return line === undefined ? '' : String(line + 1);
}

function instruction({ keyword, text }: PageRow): HTMLElement {
  return element('span', 'instruction', ...(keyword ? [element('b', 'keyword', keyword), ' '] : []), text);
}
