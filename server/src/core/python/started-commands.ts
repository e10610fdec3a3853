// The commands that Python code starts: those of `subprocess`, `os`, `asyncio`, `shutil.which` and packages like them.

/** What is asked of a node of the grammar. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly namedChildren: readonly (SyntaxNode | null)[];
  childForFieldName(name: string): SyntaxNode | null;
  childrenForFieldName(name: string): readonly (SyntaxNode | null)[];
}

/** The statements of one file that are of interest. */
export interface Statements {
  readonly imports: readonly SyntaxNode[];
  readonly calls: readonly SyntaxNode[];
  readonly functions: readonly SyntaxNode[];
  readonly assignments: readonly SyntaxNode[];
}

/** Texts without one of these words start nothing that is known here. */
export const MAY_START_PROGRAMS =
  /\b(subprocess|system|popen|exec[lv]\w*|p?spawn\w*|posix_spawnp?|run_process|open_process|create_subprocess_\w+|which|find_executable|pexpect|sh|plumbum)\b/;

/** How a function is told what to start, by the number of the argument that says so. */
type Starter = { readonly takes: 'command' | 'program'; readonly at: number };

const STARTERS: readonly (readonly [RegExp, Starter])[] = [
  [
    /(^|\.)subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$/,
    { takes: 'command', at: 0 },
  ],
  [/^(asyncio\.(subprocess\.)?create_subprocess_shell|os\.(system|popen))$/, { takes: 'command', at: 0 }],
  [
    /^((anyio|trio|trio\.lowlevel)\.(run_process|open_process)|pexpect\.(run|spawn|runu|spawnu))$/,
    { takes: 'command', at: 0 },
  ],
  [
    /^(asyncio\.(subprocess\.)?create_subprocess_exec|os\.(exec[lv]p?e?|posix_spawnp?))$/,
    { takes: 'program', at: 0 },
  ],
  [/^os\.spawn[lv]p?e?$/, { takes: 'program', at: 1 }],
  [
    /^(shutil\.which|distutils\.spawn\.find_executable|setuptools\._distutils\.spawn\.find_executable)$/,
    { takes: 'program', at: 0 },
  ],
];

/** Packages whose names are programs: `sh.git("pull")`, `from plumbum.cmd import rsync`. */
const PROGRAMS_BY_NAME = /^(?:sh|plumbum\.cmd)\.(\w+)$/;
/** What `sh` and `plumbum` have beside programs. */
const NO_PROGRAMS = /^(Command|ErrorReturnCode\w*|contrib|pushd|local|bake|_\w*)$/;

/** Stands for what only running the code tells. */
const UNKNOWN = '"$_"';
const DEEPEST = 8;

/**
 * The commands that a file starts, as shell text with `"$_"` for what only running it tells. A variable stands for all
 * that the file assigns to it, and a function that hands its parameter on is one that starts what it is given.
 */
export function startedCommands(statements: Statements): string[] {
  const names = importedNames(statements.imports);
  const values = assignedValues(statements.assignments);
  const own = ownStarters(statements, names);
  const found = statements.calls.flatMap(call => startedBy(call, names, own, values));
  const imported = [...names.values()].flatMap(name => programNamed(name));
  return [...new Set([...imported, ...found])];
}

type Names = ReadonlyMap<string, string>;
type Values = ReadonlyMap<string, readonly SyntaxNode[]>;

/** What names stand for: `sp` for `subprocess`, `which` for `shutil.which`; `*` for the module that is taken whole. */
function importedNames(imports: readonly SyntaxNode[]): Names {
  return new Map(imports.flatMap(namesOfImport));
}

function namesOfImport(node: SyntaxNode): (readonly [name: string, full: string])[] {
  const from = node.childForFieldName('module_name');
  const prefix = from ? `${plain(from)}.` : '';
  const names = node.childrenForFieldName('name').flatMap(it => (it ? [importedName(it, prefix)] : []));
  const takesAll = node.namedChildren.some(child => child?.type === 'wildcard_import');
  return from && takesAll ? [...names, ['*', prefix]] : names;
}

function importedName(node: SyntaxNode, prefix: string): readonly [name: string, full: string] {
  const [name, alias] = [node.childForFieldName('name'), node.childForFieldName('alias')];
  if (name && alias) return [plain(alias), prefix + plain(name)];
  // `import os.path` makes `os` known.
  const short = prefix === '' ? (plain(node).split('.')[0] ?? '') : plain(node);
  return [short, prefix + short];
}

function plain(node: SyntaxNode): string {
  return node.text.replace(/\s+/g, '');
}

/** The full name of what a call calls; undefined where the file imports no such thing. */
function calledName(call: SyntaxNode, names: Names): string | undefined {
  const text = plain(call.childForFieldName('function') ?? call);
  if (!/^[A-Za-z_][\w.]*$/.test(text)) return undefined;
  const [first = '', ...rest] = text.split('.');
  const known = names.get(first);
  if (known !== undefined) return [known, ...rest].join('.');
  const all = names.get('*');
  return all !== undefined && rest.length === 0 ? all + first : undefined;
}

function starterOf(name: string | undefined): Starter | undefined {
  return name === undefined ? undefined : STARTERS.find(([names]) => names.test(name))?.[1];
}

function programNamed(name: string | undefined): string[] {
  const program = PROGRAMS_BY_NAME.exec(name ?? '')?.[1];
  return program === undefined || NO_PROGRAMS.test(program) ? [] : [program.replaceAll('_', '-')];
}

function startedBy(
  call: SyntaxNode,
  names: Names,
  own: ReadonlyMap<string, Starter>,
  values: Values,
): string[] {
  const name = calledName(call, names);
  const written = plain(call.childForFieldName('function') ?? call);
  const starter = starterOf(name) ?? own.get(written.slice(written.lastIndexOf('.') + 1));
  if (!starter) return programNamed(name);
  const { positional, named } = argumentsOf(call);
  const first = positional[starter.at] ?? named.get('args') ?? named.get('cmd') ?? named.get('program');
  const shell = named.get('executable');
  return [
    ...(first ? commandTexts(first, values) : []),
    // What is started by its name may be told its words in a list: `os.execvp("sh", ["sh", "-c", "…"])`.
    ...(starter.takes === 'program'
      ? positional.slice(starter.at + 1).flatMap(it => listTexts(it, values))
      : []),
    ...(shell ? commandTexts(shell, values) : []),
  ];
}

function argumentsOf(call: SyntaxNode) {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const child of call.childForFieldName('arguments')?.namedChildren ?? []) {
    if (!child || child.type === 'comment') continue;
    const value = child.type === 'keyword_argument' ? child.childForFieldName('value') : undefined;
    if (value) named.set(child.childForFieldName('name')?.text ?? '', value);
    else if (child.type !== 'keyword_argument') positional.push(child);
  }
  return { positional, named };
}

/** Functions of the file that start what one of their parameters says: `def sh(cmd): subprocess.run(cmd, shell=True)`. */
function ownStarters({ functions, calls }: Statements, names: Names): ReadonlyMap<string, Starter> {
  const handedOn = calls.flatMap(call => {
    const starter = starterOf(calledName(call, names));
    const argument = starter && argumentsOf(call).positional[starter.at];
    return argument?.type === 'identifier' ? [argument] : [];
  });
  return new Map(
    functions.flatMap(node => {
      const inside = handedOn.filter(it => node.startIndex <= it.startIndex && it.endIndex <= node.endIndex);
      const at = inside.length === 0 ? -1 : positionOf(node, new Set(inside.map(it => it.text)));
      const name = node.childForFieldName('name')?.text;
      return at === -1 || name === undefined ? [] : [[name, { takes: 'command', at }] as const];
    }),
  );
}

/** The number of the first parameter of some names, without the object that a method is of; -1 where there is none. */
function positionOf(definition: SyntaxNode, wanted: ReadonlySet<string>): number {
  return (definition.childForFieldName('parameters')?.namedChildren ?? [])
    .map(parameterName)
    .filter(it => it !== 'self' && it !== 'cls')
    .findIndex(it => wanted.has(it));
}

function parameterName(node: SyntaxNode | null): string {
  if (node?.type === 'identifier') return node.text;
  return node?.childForFieldName('name')?.text ?? node?.namedChildren[0]?.text ?? '';
}

function assignedValues(assignments: readonly SyntaxNode[]): Values {
  const values = new Map<string, SyntaxNode[]>();
  for (const node of assignments) {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (left?.type !== 'identifier' || !right) continue;
    values.set(left.text, [...(values.get(left.text) ?? []), right]);
  }
  return values;
}

/** What a value may be as a command, once for each way. */
function commandTexts(node: SyntaxNode, values: Values, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  const lists = listTexts(node, values, depth);
  return lists.length > 0 ? lists : stringTexts(node, values, depth);
}

/** The texts that a list of words stands for; empty for what is no list. */
function listTexts(node: SyntaxNode, values: Values, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  const again = (it: SyntaxNode | null) => (it ? listTexts(it, values, depth + 1) : []);
  switch (node.type) {
    case 'list':
    case 'tuple':
      return wordsTexts(node, values, depth);
    case 'identifier':
      return (values.get(node.text) ?? []).flatMap(again);
    case 'parenthesized_expression':
      return node.namedChildren.flatMap(again);
    case 'conditional_expression':
      return [node.namedChildren[0] ?? null, node.namedChildren[2] ?? null].flatMap(again);
    case 'binary_operator':
      return again(node.childForFieldName('left'));
    default:
      return [];
  }
}

function wordsTexts(list: SyntaxNode, values: Values, depth: number): string[] {
  const words = list.namedChildren.flatMap(it => (it && it.type !== 'comment' ? [it] : []));
  const [first, ...rest] = words;
  if (!first) return [];
  const behind = rest.map(word => quoted(stringTexts(word, values, depth + 1)[0] ?? UNKNOWN));
  return stringTexts(first, values, depth + 1)
    .filter(text => !text.startsWith(UNKNOWN))
    .map(text => [/\s/.test(text.trim()) && rest.length === 0 ? text : quoted(text), ...behind].join(' '));
}

function quoted(word: string): string {
  return word === UNKNOWN || /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The texts that a value may be, with {@link UNKNOWN} in the place of what is put in. */
function stringTexts(node: SyntaxNode, values: Values, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  const again = (it: SyntaxNode | null | undefined) => (it ? stringTexts(it, values, depth + 1) : []);
  switch (node.type) {
    case 'string':
      return [stringText(node)];
    case 'concatenated_string':
      return [node.namedChildren.flatMap(again).join('')];
    case 'identifier':
      return (values.get(node.text) ?? []).flatMap(again);
    case 'parenthesized_expression':
      return node.namedChildren.flatMap(again);
    case 'conditional_expression':
      return [node.namedChildren[0], node.namedChildren[2]].flatMap(again);
    case 'boolean_operator':
      return [node.childForFieldName('left'), node.childForFieldName('right')].flatMap(again);
    case 'binary_operator':
      return joinedTexts(node, again);
    case 'call':
      return again(calledOnText(node));
    default:
      return [];
  }
}

/** `"git " + path` begins with what is on the left, `"git %s" % path` too. */
function joinedTexts(node: SyntaxNode, again: (it: SyntaxNode | null) => string[]): string[] {
  const right = again(node.childForFieldName('right'))[0] ?? UNKNOWN;
  const isSum = node.childForFieldName('operator')?.text === '+';
  return again(node.childForFieldName('left')).map(left => (isSum ? left + right : left));
}

/** The text of `"git {}".format(…)`, `"git status".split()`, `shlex.split("git status")`, `str("git")`. */
function calledOnText(call: SyntaxNode): SyntaxNode | null | undefined {
  const called = call.childForFieldName('function');
  if (
    called &&
    /^(shlex\.split|str|os\.fspath|os\.path\.expanduser|Path|pathlib\.Path|dedent|textwrap\.dedent)$/.test(
      plain(called),
    )
  )
    return call.childForFieldName('arguments')?.namedChildren[0];
  const isOfText =
    called?.type === 'attribute' &&
    /^(format|split|strip)$/.test(called.childForFieldName('attribute')?.text ?? '');
  return isOfText ? called.childForFieldName('object') : undefined;
}

function stringText(node: SyntaxNode): string {
  return node.namedChildren
    .map(child =>
      child?.type === 'string_content'
        ? unescaped(child.text)
        : child?.type === 'interpolation'
          ? UNKNOWN
          : '',
    )
    .join('');
}

function unescaped(text: string): string {
  return text
    .replaceAll('\\n', '\n')
    .replaceAll(/\\(["'\\])/g, '$1')
    .replaceAll('\\\n', '');
}
