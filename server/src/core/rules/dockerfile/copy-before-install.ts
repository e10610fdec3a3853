import { blockOf } from '../../dockerfile/instruction-block';
import type { Copy, Dockerfile, Run } from '../../dockerfile/model';
import { builtStages } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import { imagePath } from '../../project/copied-files';
import { dockerfileRule } from '../../rule';
import { type Edit, insert, replace } from '../../text/edit';
import { linesOf } from '../../text/lines';
import { span, textAt } from '../../text/span';
import { type EarlyCopy, earlyCopy, type MissingFile } from './copy-before-install/install-order';

export const copyBeforeInstall = dockerfileRule({
  meta: {
    id: 'copy-before-install',
    category: 'speed',
    severity: 'warning',
    since: '0.1.0',
    fix: 'safe',
    summary:
      'The code is copied before the dependencies are installed, so that every edit installs them again',
    why: `A layer is taken from the cache as long as nothing above it has changed. With \`COPY . .\` above the install, any
edit of any file is a change above it: the dependencies are downloaded and built again, minutes for a line of code.
The other way round, the install depends on nothing but the files that list the dependencies, and a rebuild after an edit
copies the code and is done.

The fix copies just those files first (with the ones that they include: \`-r base.txt\`, lock files) and moves the
copy of the code behind the install, with the comment above it. It is offered where the install reads no code and
nothing between the two does; not for workspaces, or packages whose install scripts may run code of the project.

\`pip install .\` and its like install the project and its dependencies at once, so they need the code. The fix parts
them: first the dependencies by themselves, then the copy, then the project alone. uv and Poetry have options for
that (\`uv sync --no-install-project\`, \`uv pip install -r pyproject.toml\`, \`poetry install --no-root\`). pip has none;
there the list is read out of \`pyproject.toml\` by \`tomllib\`, which Python has since 3.11, and handed to pip as a
requirements file. The same packages get installed. It is not offered where the list is dynamic, names files, or where the
image's Python may be older; a requirements file of one's own, or uv, is the other way.`,
    sources: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://docs.docker.com/build/cache/invalidation/',
    ],
  },
  examples: [
    {
      title: 'The requirements file is copied, but too late',
      before:
        'FROM python:3.10-slim\nWORKDIR /app\n«COPY . /app»\nCOPY requirements_minimal.txt .\nRUN pip install --no-cache-dir -r requirements_minimal.txt\nEXPOSE 8006\n',
      after:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY requirements_minimal.txt .\nRUN pip install --no-cache-dir -r requirements_minimal.txt\nCOPY . /app\nEXPOSE 8006\n',
      files: { 'requirements_minimal.txt': 'fastapi==0.115.12\n', 'mcp/main.py': 'print()\n' },
    },
    {
      title: 'Only the whole context brings the requirements file',
      before:
        'FROM python:3.11\nWORKDIR /app\n\n# code, documents, everything\n«COPY . .»\n\nRUN pip install --no-cache-dir -r requirements.txt\n\n# build the search index once\nRUN python -m api.build_index\n',
      after:
        'FROM python:3.11\nWORKDIR /app\n\nCOPY requirements.txt ./\n\nRUN pip install --no-cache-dir -r requirements.txt\n\n# code, documents, everything\nCOPY . .\n\n# build the search index once\nRUN python -m api.build_index\n',
      files: { 'requirements.txt': 'numpy==2.2.6\n', 'api/build_index.py': 'print()\n' },
    },
    {
      title: 'uv installs from pyproject.toml, which stands there already',
      before:
        'FROM python:3.14-slim\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\n«COPY . .»\nRUN uv pip install --system -r pyproject.toml\n',
      after:
        'FROM python:3.14-slim\nRUN pip install --no-cache-dir uv\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv pip install --system -r pyproject.toml\nCOPY . .\n',
      files: {
        'pyproject.toml':
          '[project]\nname = "mikrom"\nversion = "0.4.0"\ndependencies = ["fastapi>=0.115.6"]\n',
        'uv.lock': 'version = 1\n',
        'mikrom/main.py': 'print()\n',
      },
    },
    {
      title: 'The project itself is installed, with its dependencies',
      before:
        'FROM python:3.11-slim\nWORKDIR /app\n# source, documents, everything\n«COPY . .»\nRUN pip install --no-cache-dir .\nCMD ["uvicorn", "backend.main:app"]\n',
      after:
        "FROM python:3.11-slim\nWORKDIR /app\nCOPY pyproject.toml ./\n# what pyproject.toml depends on, without the code\nRUN python -c \"import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\\n')\" > /tmp/requirements.txt \\\n    && pip install --no-cache-dir -r /tmp/requirements.txt \\\n    && rm /tmp/requirements.txt\n# source, documents, everything\nCOPY . .\nRUN pip install --no-cache-dir --no-deps .\nCMD [\"uvicorn\", \"backend.main:app\"]\n",
      files: {
        'pyproject.toml':
          '[build-system]\nrequires = ["setuptools>=69"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "agente-hibrido"\nversion = "0.9.0"\nreadme = "README.md"\ndependencies = ["fastapi==0.115.12"]\n',
        'README.md': '# agent\n',
        'backend/main.py': 'print()\n',
      },
    },
    {
      title: 'The code comes last',
      before:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
      files: { 'package.json': '{}\n', 'package-lock.json': '{}\n', 'src/index.js': '\n' },
    },
  ],
  *check(file, { workspace }) {
    const targets = workspace.targets.flatMap(({ target }) => (target === undefined ? [] : [target]));
    for (const stage of builtStages(file, targets)) {
      const found = earlyCopy(file, stage, workspace);
      if (!found) continue;
      const [copy] = found.copies;
      yield {
        at: copy.span,
        message: `the code is copied before ${found.steps?.label ?? found.install.label}, so every edit of it installs all dependencies again`,
        related: [{ at: found.install.at, message: 'the dependencies are installed here' }],
        fixes: () => fixesOf(file, found),
      };
    }
  },
});

function fixesOf(file: Dockerfile, found: EarlyCopy): Fix[] {
  const { missing, copies } = found;
  if (!missing) return [];
  const eol = linesOf(file.text).eol;
  const first = copies[0];
  const manifests = manifestCopies(file, first, missing).map(line => line + eol);
  const moved = copies.map(copy => blockOf(file, copy));
  const [firstBlock] = moved;
  if (!firstBlock) return [];
  const behind = blockOf(file, found.run).end;
  const gap = manifests.length > 0 || moved.length > 1 ? 0 : blankLinesTwice(file, firstBlock);
  const edits: Edit[] = moved.map((block, index) =>
    replace(
      { start: block.start, end: block.end + (index === 0 ? gap : 0) },
      index === 0 ? manifests.join('') : '',
    ),
  );
  const text =
    moved.map(block => withLineEnd(textAt(file.text, block), eol)).join('') + projectStep(file, found);
  edits.push(insert(behind, insertion(file, { text, behind, eol, apart: isApart(file, firstBlock.end) })));
  const which = missing.map(it => it.source);
  if (found.steps) {
    edits.push(replace(span(found.run.argsSpan.start, found.run.span.end), found.steps.dependencies));
    if (found.steps.comment) edits.push(commentAbove(file, found.run, found.steps.comment));
    const title = `Install the dependencies from ${which.join(' ') || 'pyproject.toml'} first, the project behind the copy`;
    return [{ title, safety: 'safe', edits }];
  }
  const title =
    which.length > 0
      ? `Copy ${which.join(' ')} first, the code behind the install`
      : 'Move the COPY of the code behind the install';
  return [{ title, safety: 'safe', edits }];
}

function commentAbove(file: Dockerfile, run: Run, text: string): Edit {
  const lines = linesOf(file.text);
  return insert(lines.startOf(lines.lineOf(run.span.start)), `# ${text}${lines.eol}`);
}

/** The RUN that installs the project alone, with the flags of the one that installed all; empty where there is none. */
function projectStep(file: Dockerfile, { run, steps }: EarlyCopy): string {
  if (!steps) return '';
  return textAt(file.text, span(run.span.start, run.argsSpan.start)) + steps.project + linesOf(file.text).eol;
}

/** A COPY for each folder that the missing files go to, with the owner and mode that the code is copied with. */
function manifestCopies(file: Dockerfile, copy: Copy, missing: readonly MissingFile[]): string[] {
  const workdir = stateBefore(file, copy).workdir ?? '/';
  const folders = new Map<string, string[]>();
  for (const { source, path } of missing) {
    const folder = imagePath('/', path.slice(0, path.lastIndexOf('/')));
    folders.set(folder, [...(folders.get(folder) ?? []), source]);
  }
  const flags = copy.flags.map(flag => `${textAt(file.text, flag.span)} `).join('');
  return [...folders].map(([folder, sources]) => {
    const words = [...sources, shownFolder(folder, workdir)];
    const plain = !copy.args.text.startsWith('[') && words.every(word => /^[\w./@+-]+$/.test(word));
    const written = plain ? words.join(' ') : JSON.stringify(words).replaceAll('","', '", "');
    const keyword = copy.keyword.text === copy.keyword.text.toLowerCase() ? 'copy' : 'COPY';
    return `${keyword} ${flags}${written}`;
  });
}

function shownFolder(folder: string, workdir: string): string {
  const root = imagePath('/', workdir);
  if (folder === root) return './';
  if (root === '/') return `${folder}/`;
  const prefix = `${root}/`;
  return folder.startsWith(prefix) ? `./${folder.slice(prefix.length)}/` : `${folder}/`;
}

/** The length of the blank line below a block that would come to stand below another blank line. */
function blankLinesTwice(file: Dockerfile, block: { start: number; end: number }): number {
  const before = file.text.slice(0, block.start);
  const next = /^[ \t]*\r?\n/.exec(file.text.slice(block.end));
  return /\n[ \t]*\r?\n$/.test(before) && next ? next[0].length : 0;
}

function isApart(file: Dockerfile, end: number): boolean {
  return /^[ \t]*\r?\n/.test(file.text.slice(end));
}

interface Insertion {
  readonly text: string;
  readonly behind: number;
  readonly eol: string;
  /** True where a blank line stood below the code's COPY: then one stands above it, too. */
  readonly apart: boolean;
}

function insertion(file: Dockerfile, { text, behind, eol, apart }: Insertion): string {
  const lineEnd = file.text.slice(0, behind).endsWith('\n') ? '' : eol;
  const isLast = file.text.slice(behind).trim() === '';
  const body = lineEnd === '' || !isLast ? text : text.slice(0, -eol.length);
  return lineEnd + (apart ? eol : '') + body;
}

function withLineEnd(text: string, eol: string): string {
  return text.endsWith('\n') ? text : text + eol;
}
