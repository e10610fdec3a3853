import { sizeInWords } from '../../analysis/sizes/evidence';
import { packageLoad } from '../../analysis/sizes/package-weight';
import type { Finding } from '../../finding';
import type { PythonManifest } from '../../manifests/model';
import { type Context, pythonManifestRule } from '../../rule';
import { removeRequirement } from './unused-dependency/requirement-edit';
import { type UnusedRequirement, unusedRequirements } from './unused-dependency/unused';

export const unusedDependency = pythonManifestRule({
  meta: {
    id: 'unused-dependency',
    category: 'size',
    severity: 'info',
    since: '0.2.0',
    fix: 'unsafe',
    fixRisk:
      'Code outside the image, a notebook or a script of a developer, may import the package, and a program may load it by a name that it puts together.',
    summary: 'A requirement that no Python file of the image imports',
    why: `Requirements outlive the code that needed them. Each one that nothing imports is downloaded at every build, takes
its place in the image with all that it depends on, and brings its security advisories along.

Plimsoll reads the imports of all Python files that are sent to the build, and the words of the commands that build and
start the images. It says nothing where it cannot be sure: of servers, database drivers, plug-ins and tools, which work
without an import; where code imports modules by names that it makes at run time; where code comes from somewhere else
than the build context; of files that \`pip freeze\` or a resolver has written; and of packages whose modules it does not
know.

A package that another requirement installs anyway is a hint: the line then only chooses its version.`,
    sources: [
      'https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/',
      'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
    ],
  },
  examples: [
    {
      path: 'requirements.txt',
      before: 'fastapi==0.115.12\nuvicorn==0.34.2\n«pandas»==2.2.3\n',
      after: 'fastapi==0.115.12\nuvicorn==0.34.2\n',
      files: {
        Dockerfile: `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["uvicorn", "main:app"]
`,
        'main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
      },
    },
    {
      title: 'Some file imports modules that only running it tells',
      path: 'requirements.txt',
      before: 'fastapi==0.115.12\npandas==2.2.3\n',
      files: {
        Dockerfile:
          'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["python", "main.py"]\n',
        'main.py': 'import importlib\nimport sys\n\nimportlib.import_module(sys.argv[1]).run()\n',
      },
    },
  ],
  *check(file, { workspace, engine }) {
    for (const unused of unusedRequirements(file, workspace, engine)) {
      yield findingOf(file, unused, { workspace, engine });
    }
  },
});

function findingOf(file: PythonManifest, unused: UnusedRequirement, { engine, workspace }: Context): Finding {
  const { requirement, broughtBy, installers } = unused;
  const at = requirement.nameSpan;
  if (broughtBy !== undefined) {
    const message = `no Python file of the image imports ${requirement.name}, and ${broughtBy} installs it anyway: this line only chooses its version`;
    return { at, message, atMost: 'hint' };
  }
  const dockerfiles = [...new Set(installers.map(it => it.dockerfile.path))];
  const evidence = packageLoad(requirement.normalized, dockerfiles, engine)?.evidence;
  const size = sizeInWords(evidence);
  const edit = isLocked(file, workspace) ? undefined : removeRequirement(file, requirement);
  return {
    at,
    message: `no Python file of the image imports ${requirement.name}${size ? `, which takes ${size}` : ''}`,
    ...(evidence && { evidence }),
    fixes: () => (edit ? [{ title: `Remove ${requirement.name}`, safety: 'unsafe', edits: [edit] }] : []),
  };
}

const LOCK_FILES = ['uv.lock', 'poetry.lock', 'Pipfile.lock', 'pdm.lock'];

/** With a lock file beside it, an install may refuse a manifest that says something else. */
function isLocked({ path }: PythonManifest, { texts }: Context['workspace']): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return LOCK_FILES.some(name => texts.has(folder + name));
}
