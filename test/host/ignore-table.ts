/** Ignore files with what the engine sends of `TREE`: tested on the matcher, on the walk, and by real builds. */
export interface IgnoreCase {
  readonly title: string;
  readonly text: string;
  /** The files of `TREE` that are kept out. */
  readonly out: readonly string[];
  /** How the engine and the client of Docker 20.10 and older decide otherwise. */
  readonly olderEngines?: string;
}

export const TREE: readonly string[] = [
  '.git/config',
  '.env',
  'Makefile',
  'README.md',
  'a b.txt',
  'app/main.py',
  'app/README.md',
  'app/static/logo.png',
  'app/static/css/site.css',
  'app/tests/test_main.py',
  'data/raw/one.csv',
  'data/raw/two.csv',
  'data/keep.csv',
  'docs/README.md',
  'docs/guide/README.md',
  'docs/guide/index.md',
  'foo',
  'foobar',
  'logs/app.log',
  'logs/old/app.log',
  'readme.md',
  'requirements.txt',
  'x+y.txt',
];

const DATA = TREE.filter(path => path.startsWith('data/'));
const DOCS = TREE.filter(path => path.startsWith('docs/'));
const LOGS = TREE.filter(path => path.startsWith('logs/'));
const MARKDOWN = TREE.filter(path => path.endsWith('.md'));

export const IGNORE_CASES: readonly IgnoreCase[] = [
  { title: 'An empty file keeps nothing out', text: '', out: [] },
  { title: 'A name keeps out a file at the top only', text: 'README.md', out: ['README.md'] },
  { title: 'A folder takes all that is in it along', text: 'data', out: DATA },
  { title: 'A slash at the end changes nothing', text: 'data/', out: DATA },
  { title: 'A slash at the start changes nothing', text: '/data', out: DATA },
  { title: 'A leading ./ changes nothing', text: './data', out: DATA },
  {
    title: 'Dots and doubled slashes are cleaned away',
    text: 'app/..//data/./raw/',
    out: ['data/raw/one.csv', 'data/raw/two.csv'],
  },
  { title: 'Spaces around a pattern are trimmed', text: '  data \t', out: DATA },
  { title: 'A space inside a pattern is a space', text: 'a b.txt', out: ['a b.txt'] },
  { title: 'Lines may end with CRLF', text: 'data\r\nlogs\r\n', out: [...DATA, ...LOGS] },
  { title: 'A byte order mark is no part of the first pattern', text: '\uFEFFdata', out: DATA },
  { title: 'A # at the start of a line makes a comment', text: '#data\n#  logs', out: [] },
  { title: 'A # behind a space is part of a pattern', text: ' #data', out: [] },
  { title: 'A # behind a pattern does not start a comment', text: 'data # not wanted', out: [] },
  { title: 'A star stays inside one name', text: '*.md', out: ['README.md', 'readme.md'] },
  { title: 'A star matches a name with a dot in front', text: '*', out: TREE },
  {
    title: 'A star in a folder part matches one level',
    text: '*/README.md',
    out: ['app/README.md', 'docs/README.md'],
  },
  {
    title: 'Two stars match at any depth and at the top',
    text: '**/README.md',
    out: ['README.md', 'app/README.md', 'docs/README.md', 'docs/guide/README.md'],
  },
  { title: 'Two stars before a star', text: '**/*.md', out: MARKDOWN },
  { title: 'Two stars at the end match all that is below', text: 'docs/**', out: DOCS },
  {
    title: 'Two stars in the middle match no folder, too',
    text: 'docs/**/index.md',
    out: ['docs/guide/index.md'],
  },
  { title: 'Two stars alone keep everything out', text: '**', out: TREE },
  { title: 'A ? is one character', text: 'fo?', out: ['foo'] },
  { title: 'A character class', text: '[Rr]*.md', out: ['README.md', 'readme.md'] },
  { title: 'A negated character class', text: 'data/raw/[^o]*', out: ['data/raw/two.csv'] },
  { title: 'Upper and lower case are different', text: 'readme.md', out: ['readme.md'] },
  {
    title: 'A plus and a dot stand for themselves',
    text: 'x+y.txt\nrequirements?txt',
    out: ['x+y.txt', 'requirements.txt'],
    olderEngines: 'they take a plus for a repetition',
  },
  { title: 'A backslash escapes a star', text: 'foo\\*', out: [] },
  { title: 'A single dot keeps nothing out', text: '.', out: [] },
  { title: 'A path above the context matches nothing', text: '../data', out: [] },
  { title: 'A ! takes a file back', text: '*.md\n!README.md', out: ['readme.md'] },
  {
    title: 'The last pattern that matches wins',
    text: '*.md\n!README.md\nREADME.md',
    out: ['README.md', 'readme.md'],
  },
  {
    title: 'A ! before the pattern that it is about does nothing',
    text: '!README.md\n*.md',
    out: ['README.md', 'readme.md'],
  },
  { title: 'Spaces behind a ! are trimmed', text: '*.md\n!  README.md', out: ['readme.md'] },
  {
    title: 'A ! reaches into a folder that is kept out',
    text: 'data\n!data/keep.csv',
    out: ['data/raw/one.csv', 'data/raw/two.csv'],
  },
  { title: 'A ! takes a whole folder back', text: 'data\n!data/raw', out: ['data/keep.csv'] },
  {
    title: 'Everything out, then what is wanted: an allow-list',
    text: '*\n!app\n!requirements.txt\napp/tests',
    out: TREE.filter(
      path => path !== 'requirements.txt' && (!path.startsWith('app/') || path.startsWith('app/tests/')),
    ),
  },
  {
    title: 'Two stars behind a ! reach into every folder',
    text: 'docs\n!**/README.md',
    out: ['docs/guide/index.md'],
    olderEngines: 'they do not enter a folder for a pattern that does not start with its name',
  },
  {
    title: 'A pattern with fewer folders keeps deeper files out',
    text: '**/static',
    out: ['app/static/logo.png', 'app/static/css/site.css'],
  },
  {
    title: 'A folder taken back by name does not take back what an earlier pattern kept out of it',
    text: 'logs/old\n!logs',
    out: ['logs/old/app.log'],
    olderEngines: 'they look for the folder above a file anew at every pattern',
  },
  { title: 'A ! in a character class does not negate it', text: '[!f]oo', out: ['foo'] },
  { title: 'A ! behind a backslash is part of the name', text: '\\!foo\n\\.env', out: ['.env'] },
  {
    title: 'White space between a pattern and the end of the line goes, also a no-break space',
    text: 'data\u00a0\t \n\u2003logs',
    out: [...DATA, ...LOGS],
  },
  {
    title: 'A byte order mark in a later line is part of the pattern',
    text: 'foo\n\uFEFFdata',
    out: ['foo'],
    olderEngines: 'they lose the mark on the way to the builder',
  },
  { title: 'Dots that lead to the context itself keep nothing out', text: 'data/..\n./', out: [] },
  { title: 'Dots that lead out of the context and back in match nothing', text: '../data/../data', out: [] },
  { title: 'A slash alone keeps nothing out', text: '/', out: [] },
  { title: 'A star with a slash behind it is a star', text: '*/', out: TREE },
  { title: 'Two stars with slashes around them are two stars', text: '/**/', out: TREE },
  { title: 'Three stars are two and one', text: '***', out: TREE },
  {
    title: 'Two stars and a star below a folder match all in it',
    text: 'docs/**/*',
    out: DOCS,
  },
  {
    title: 'A folder and a star keep out what is deeper, too',
    text: 'app/*',
    out: TREE.filter(it => it.startsWith('app/')),
  },
  {
    title: 'Two stars in front of an ending match it at the end of any path',
    text: '**.csv',
    out: DATA,
    olderEngines: 'they take two stars for folders only',
  },
  {
    title: 'Two stars behind a beginning match all that begins with it',
    text: 'foo**',
    out: ['foo', 'foobar'],
  },
  {
    title: 'Everything out, and a ! with stars in its folders',
    text: '*\n!*/*.md',
    out: TREE.filter(path => !['app/README.md', 'docs/README.md'].includes(path)),
    olderEngines: 'they do not enter a folder for a pattern that does not start with its name',
  },
  {
    title: 'A bar beside a star separates two patterns, as in a regular expression',
    text: '*/nothing|bar',
    out: ['foobar'],
  },
  { title: 'A number in braces beside a star repeats', text: 'fo{2}*', out: ['foo', 'foobar'] },
];
