import { type Span, span } from '../text/span';
import type { PackageIndex, PythonManifest, PythonRequirement, RequirementGroup } from './model';
import { normalizedName, readRequirement } from './requirements';
import { at, entriesOf, itemsOf, parseToml, stringOf, type TomlEntry, type TomlNode } from './toml';

type TomlContents = Omit<PythonManifest, 'language' | 'path' | 'text' | 'format'>;

/** What only requirements files have. */
const NO_LINES = { unnamed: [], includes: [], options: [] } as const;

/**
 * Reads what a `pyproject.toml` depends on: PEP 621, PEP 735, Poetry and uv.
 * Sources: https://packaging.python.org/en/latest/specifications/pyproject-toml/,
 * https://packaging.python.org/en/latest/specifications/dependency-groups/,
 * https://python-poetry.org/docs/pyproject/, https://docs.astral.sh/uv/concepts/projects/dependencies/
 */
export function readPyproject(text: string): TomlContents {
  const { root, comments, problems } = parseToml(text);
  const indexes = uvIndexes(root);
  const requirements = [
    ...listed(at(root, 'project', 'dependencies'), 'main'),
    ...tablesOfLists(at(root, 'project', 'optional-dependencies'), name => `extra:${name}`),
    ...tablesOfLists(at(root, 'dependency-groups'), groupOf),
    ...listed(at(root, 'tool', 'uv', 'dev-dependencies'), 'dev'),
    ...poetry(at(root, 'tool', 'poetry')),
  ];
  const sources = new Map(
    entriesOf(at(root, 'tool', 'uv', 'sources')).map(([name, { value }]) => [normalizedName(name), value]),
  );
  return {
    requirements: inFileOrder(requirements.map(it => withUvSource(it, sources.get(it.normalized)))),
    ...NO_LINES,
    indexes,
    comments,
    problems,
  };
}

/** Reads a `Pipfile`. Source: https://pipenv.pypa.io/en/latest/pipfile.html */
export function readPipfile(text: string): TomlContents {
  const { root, comments, problems } = parseToml(text);
  const indexes = itemsOf(at(root, 'source')).flatMap((source): PackageIndex[] => {
    const url = at(source, 'url');
    if (url?.kind !== 'string' || /^https:\/\/pypi\.org\//.test(url.value)) return [];
    return [{ span: url.span, name: stringOf(at(source, 'name')), url: url.value, role: 'extra' }];
  });
  const requirements = [
    ...keyed(at(root, 'packages'), 'main', 'index'),
    ...keyed(at(root, 'dev-packages'), 'dev', 'index'),
  ];
  return { requirements: inFileOrder(requirements), ...NO_LINES, indexes, comments, problems };
}

function inFileOrder(requirements: readonly PythonRequirement[]): PythonRequirement[] {
  return [...requirements].sort((a, b) => a.span.start - b.span.start);
}

function groupOf(name: string): RequirementGroup {
  return name === 'dev' ? 'dev' : `group:${name}`;
}

function tablesOfLists(
  node: TomlNode | undefined,
  group: (name: string) => RequirementGroup,
): PythonRequirement[] {
  return entriesOf(node).flatMap(([name, { value }]) => listed(value, group(name)));
}

/** `["torch>=2", "numpy"]`; what includes another group is no requirement of its own. */
function listed(node: TomlNode | undefined, group: RequirementGroup): PythonRequirement[] {
  return itemsOf(node).flatMap(item => {
    if (item.kind !== 'string') return [];
    const entry = readRequirement(item.value);
    const whole = span(item.span.start + 1, item.span.end - 1);
    if (entry.kind === 'direct' && entry.name !== undefined) {
      return [requirement(entry.name, { span: whole, nameSpan: whole, group, from: entry.source })];
    }
    if (entry.kind !== 'named') return [];
    const { name, extras, specifier, marker } = entry;
    const start = item.plainFrom === undefined ? undefined : item.plainFrom + entry.nameSpan.start;
    const nameSpan = start === undefined ? whole : span(start, start + name.length);
    return [requirement(name, { span: whole, nameSpan, extras, specifier, marker, group })];
  });
}

type Known = Partial<PythonRequirement> & { readonly span: Span; readonly nameSpan: Span };

function requirement(name: string, known: Known): PythonRequirement {
  return {
    name,
    normalized: normalizedName(name),
    extras: [],
    specifier: '',
    marker: undefined,
    hashes: [],
    group: 'main',
    from: 'index',
    index: undefined,
    ...known,
  };
}

function poetry(node: TomlNode | undefined): PythonRequirement[] {
  const groups = entriesOf(at(node, 'group')).flatMap(([name, { value }]) =>
    keyed(at(value, 'dependencies'), groupOf(name), 'source'),
  );
  return [
    ...keyed(at(node, 'dependencies'), 'main', 'source'),
    ...keyed(at(node, 'dev-dependencies'), 'dev', 'source'),
    ...groups,
  ];
}

/**
 * `torch = "^2.1"`, `torch = {version = "^2.1", extras = ["x"]}`: how Poetry and Pipenv write requirements.
 *
 * @param indexKey what the key is called that names a package index
 */
function keyed(node: TomlNode | undefined, group: RequirementGroup, indexKey: string): PythonRequirement[] {
  return entriesOf(node).flatMap(([name, entry]) =>
    normalizedName(name) === 'python' ? [] : [keyedRequirement(name, entry, group, indexKey)],
  );
}

function keyedRequirement(
  name: string,
  { keySpan, span: whole, value }: TomlEntry,
  group: RequirementGroup,
  indexKey: string,
): PythonRequirement {
  const version = stringOf(value) ?? stringOf(at(value, 'version')) ?? '';
  const extras = itemsOf(at(value, 'extras')).flatMap(it => stringOf(it) ?? []);
  const optional = at(value, 'optional');
  return requirement(name, {
    span: whole,
    nameSpan: keySpan,
    extras,
    specifier: version === '*' ? '' : version,
    marker: stringOf(at(value, 'markers')),
    hashes: itemsOf(at(value, 'hashes')).flatMap(it => stringOf(it) ?? []),
    group: optional?.kind === 'other' && optional.value === true ? `extra:${name}` : group,
    from: sourceOf(value),
    index: stringOf(at(value, indexKey)),
  });
}

function sourceOf(value: TomlNode): PythonRequirement['from'] {
  if (['git', 'hg', 'svn'].some(key => at(value, key))) return 'vcs';
  if (at(value, 'url')) return 'url';
  return ['path', 'file', 'workspace'].some(key => at(value, key)) ? 'local' : 'index';
}

/** `[tool.uv.sources]` says where requirements of any group come from; a list has a marker for each place. */
function withUvSource(one: PythonRequirement, source: TomlNode | undefined): PythonRequirement {
  if (!source) return one;
  const places = source.kind === 'array' ? source.items : [source];
  const from = places.map(sourceOf).find(it => it !== 'index') ?? one.from;
  const index = places.flatMap(it => stringOf(at(it, 'index')) ?? [])[0] ?? one.index;
  return { ...one, from, index };
}

function uvIndexes(root: TomlNode): PackageIndex[] {
  const tables = itemsOf(at(root, 'tool', 'uv', 'index')).flatMap((table): PackageIndex[] => {
    const url = at(table, 'url');
    if (url?.kind !== 'string') return [];
    const isDefault = at(table, 'default');
    const role = isDefault?.kind === 'other' && isDefault.value === true ? 'default' : 'extra';
    return [{ span: url.span, name: stringOf(at(table, 'name')), url: url.value, role }];
  });
  const poetrySources = itemsOf(at(root, 'tool', 'poetry', 'source')).flatMap((table): PackageIndex[] => {
    const url = at(table, 'url');
    if (url?.kind !== 'string') return [];
    return [{ span: url.span, name: stringOf(at(table, 'name')), url: url.value, role: 'extra' }];
  });
  return [...tables, ...poetrySources];
}
