import { styleText } from 'node:util';
import { visible, visibleJson, visibleLines } from '../../core/text/visible';

/** A colour or another style of a terminal. */
export type Style = Parameters<typeof styleText>[0];

/** A part of a line. The text may be anybody's; the style is ours. */
export type Piece = string | { readonly text: string; readonly style: Style };

export type Line = Piece | readonly Piece[];

/** An annotation as GitHub's runner reads it from the output of a step. */
export interface WorkflowCommand {
  readonly name: 'error' | 'warning' | 'notice';
  readonly properties: Readonly<Record<string, string | number>>;
  readonly message: string;
}

/** What a command has to say, before it is text. */
export type Output =
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'commands'; readonly commands: readonly WorkflowCommand[] };

export function lines(...all: readonly Line[]): Output {
  return { kind: 'lines', lines: all };
}

/**
 * Output as it is written: every line ends with a line break, and holds no other control character but those of our own
 * colours. What a file, an archive or an image calls something cannot make a line, move a cursor or give a command.
 */
export function render(output: Output, colours: 'colours' | 'plain'): string {
  switch (output.kind) {
    case 'lines':
      return output.lines.map(line => `${rendered(line, colours)}\n`).join('');
    case 'json':
      return `${renderJson(output.value)}\n`;
    case 'commands':
      return output.commands.map(command => `${visible(workflowCommand(command))}\n`).join('');
  }
}

/** A text of several lines, such as a stack or what a build said. */
export function renderLines(text: string): string {
  return visibleLines(text).split('\n').map(withoutCommands).join('\n');
}

/** A text on one line. */
export function renderLine(text: string): string {
  return withoutCommands(visible(text));
}

function rendered(line: Line, colours: 'colours' | 'plain'): string {
  const pieces = [line].flat();
  const texts = pieces.map(piece => visible(typeof piece === 'string' ? piece : piece.text));
  const defused = withoutCommands(texts.join(''));
  // A command begins a line or holds `##[`: where one was taken out, its line goes without colours.
  if (colours === 'plain' || defused !== texts.join('')) return defused;
  return pieces
    .map((piece, index) =>
      typeof piece === 'string' ? texts[index] : styleText(piece.style, texts[index] ?? ''),
    )
    .join('');
}

/**
 * Logs of builds take some lines for commands: GitHub's runner what begins with `::` behind white space or holds `##[`
 * anywhere, Azure Pipelines `##vso[`, TeamCity `##teamcity[`. Names that look so are shown and do nothing.
 */
function withoutCommands(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\\x3a').replace(OTHER_COMMANDS, '\\x23');
}

const OTHER_COMMANDS = /#(?=#(?:vso|teamcity)?\[)/g;

function renderJson(value: unknown): string {
  return visibleJson(JSON.stringify(value, null, 2)).replace(OTHER_COMMANDS, '\\u0023');
}

/** As GitHub documents it: of data, `%` and line ends are escaped; of properties, what separates them too. */
function workflowCommand({ name, properties, message }: WorkflowCommand): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${written.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
