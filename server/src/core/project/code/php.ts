import type { CalledProgram, SourceFacts } from './facts';
import { calledWith, listAt, marks, valueAt } from './other-languages';
import { shellScript } from './script';
import { namedStrings, pathNames } from './strings';
import { type CodeToken, codeTokens, SYNTAX } from './tokens';

/** Functions that hand their first argument to a shell. */
const SHELL_FUNCTIONS = /^(exec|shell_exec|system|passthru|popen|proc_open)$/;
/** Methods of the classes named Process of Symfony and Laravel. */
const PROCESS_METHODS = /^(run|start|fromShellCommandline)$/;

/** What a file of PHP starts: `exec('git log')`, `new Process(['git', 'log'])`, `Process::run('git log')`. */
export function readPhp(text: string): SourceFacts {
  const tokens = codeTokens(codeOf(text), SYNTAX.php);
  const values = namedStrings(tokens);
  const ofLaravel = tokens.some(
    (it, index) =>
      it.text === 'Facades' && marks(tokens, index + 1, '\\') && tokens[index + 2]?.text === 'Process',
  );
  const calls = tokens.flatMap((token, index): readonly CalledProgram[] => {
    if (token.kind === 'string') return token.quote === '`' ? [shellScript(token.text)] : [];
    if (token.kind !== 'word' || !marks(tokens, index + 1, '(')) return [];
    if (!startsProgram(tokens, index, ofLaravel)) return [];
    const from = argumentAt(tokens, index + 2);
    const list = token.text === 'pcntl_exec' ? from : listStart(tokens, from);
    if (list !== undefined) return calledWith(listAt(tokens, list, values));
    const script = valueAt(tokens, from, values);
    return script === undefined ? [] : [shellScript(script)];
  });
  return { imports: [], calls, embeds: [], paths: pathNames(tokens), writes: true };
}

function startsProgram(tokens: readonly CodeToken[], index: number, ofLaravel: boolean): boolean {
  const name = tokens[index]?.text ?? '';
  const isStatic = marks(tokens, index - 2, '::');
  const isMethod = marks(tokens, index - 2, '->');
  if (name === 'Process') return isWord(tokens[index - 1], 'new') || isNew(tokens, index);
  if (PROCESS_METHODS.test(name))
    return (isStatic && isWord(tokens[index - 3], 'Process')) || (isMethod && ofLaravel);
  return !isStatic && !isMethod && (SHELL_FUNCTIONS.test(name) || name === 'pcntl_exec');
}

/** `new \Symfony\Component\Process\Process(…)`. */
function isNew(tokens: readonly CodeToken[], index: number): boolean {
  let at = index;
  while (marks(tokens, at - 1, '\\'))
    at -= tokens[at - 2]?.kind === 'word' && !isWord(tokens[at - 2], 'new') ? 2 : 1;
  return isWord(tokens[at - 1], 'new');
}

function isWord(token: CodeToken | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

/** What is behind the bracket of `[…]` or `array(…)`. */
function listStart(tokens: readonly CodeToken[], index: number): number | undefined {
  if (marks(tokens, index, '[')) return index + 1;
  return isWord(tokens[index], 'array') && marks(tokens, index + 1, '(') ? index + 2 : undefined;
}

/** Where the argument begins, or the format of `sprintf` as the argument. */
function argumentAt(tokens: readonly CodeToken[], index: number): number {
  const at = marks(tokens, index, '\\') ? index + 1 : index;
  return isWord(tokens[at], 'sprintf') && marks(tokens, at + 1, '(') ? at + 2 : index;
}

/** The code alone, without pages around it and texts in heredocs, in which a quote begins nothing. */
function codeOf(text: string): string {
  const parts = text.split('<?').slice(1);
  const code = parts.map(it => {
    const end = it.indexOf('?>');
    return (end === -1 ? it : it.slice(0, end)).replace(/^(php|=)/, '');
  });
  return withoutHeredocs(code.join(';\n'));
}

function withoutHeredocs(code: string): string {
  const kept: string[] = [];
  let end: string | undefined;
  for (const line of code.split('\n')) {
    const word = line.trimStart();
    if (end === undefined) {
      const begins = /<<<[ \t]*["']?([A-Za-z_]\w*)["']?\s*$/.exec(line);
      end = begins?.[1];
      kept.push(begins ? `${line.slice(0, begins.index)}''` : line);
    } else if (word.startsWith(end) && !/^\w/.test(word.slice(end.length))) {
      kept.push(word.slice(end.length));
      end = undefined;
    }
  }
  return kept.join('\n');
}
