import { alpinePython } from '../../analysis/base-images/slim-base';
import { pythonTag } from '../../analysis/installs/prebuilt-wheels';
import type { Dockerfile, Stage } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { builtStages, lineage, stagesOn } from '../../dockerfile/stage-graph';
import { buildPackage } from '../../knowledge/build-packages';
import type { PythonTag } from '../../knowledge/python-wheels';
import { dockerfileRule } from '../../rule';
import { packageCommand, packageName } from '../../shell/packages';
import { listed } from '../../text/sentence';
import { type MuslInstalls, muslInstalls } from './python-on-alpine/musl-wheels';

export const pythonOnAlpine = dockerfileRule({
  meta: {
    id: 'python-on-alpine',
    category: 'speed',
    severity: 'warning',
    since: '0.2.0',
    fix: 'none',
    summary: 'Python packages compile on Alpine that come as wheels on Debian',
    why: `Alpine's C library is musl. Most packages with compiled code publish wheels for glibc, the C library of Debian,
and many for musl too, but not all of them and not for every Python. Where a wheel is missing, pip takes the source
and compiles it, in every build and for minutes: with \`gcc\`, headers and sometimes all of Rust, which then ship in
the image as well. The image is no smaller for it: one team measured 120 to 150 MB on Alpine and 115 MB on a slim
Debian, and ten to fifteen minutes for a build that takes less than seven.

The slim image of the same Python takes the wheels, and needs no compiler. Plimsoll offers to convert the file.

It is quiet where every package has a wheel for musl, which the lock file tells, else a table of the Python Package
Index: then only the compilers are one too many, and \`compiler-for-prebuilt-wheels\` says so. It is quiet, too, about
packages that compile on Debian just as well.`,
    sources: [
      'https://peps.python.org/pep-0656/',
      'https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/',
    ],
  },
  examples: [
    {
      title: 'What gevent needs has no wheel for Alpine',
      before:
        'FROM «python:3.14-alpine»\n\n# cryptography, gevent and psycopg2 are compiled here\nRUN apk add --no-cache \\\n    cargo \\\n    rust \\\n    gcc \\\n    musl-dev \\\n    postgresql-dev \\\n    libffi-dev \\\n    openssl-dev\n\nRUN pip install --no-cache-dir "cryptography>=44.0.0" "gevent>=24.11.1" "psycopg2-binary>=2.9.10"\nCMD ["python", "-m", "mikrom"]\n',
    },
    {
      title: 'Every wheel is there for musl too',
      before:
        'FROM python:3.12-alpine\nRUN pip install --no-cache-dir fastapi==0.115.12 uvicorn==0.34.2\nCMD ["uvicorn", "main:app"]\n',
    },
    {
      title: 'Debian compiles it just as well',
      before:
        'FROM python:3.12-alpine\nRUN apk add --no-cache gcc musl-dev postgresql-dev\nRUN pip install --no-cache-dir psycopg2==2.9.10\n',
    },
  ],
  *check(file, { workspace }) {
    const targets = workspace.targets.flatMap(({ target }) => target ?? []);
    const built = builtStages(file, targets);
    for (const stage of built) {
      const { image } = stage.from;
      const alpine = alpinePython(stage);
      const python = alpine && (alpine.version === undefined ? NEWEST : pythonTag(alpine.version));
      if (!python || !image) continue;
      const users = stagesOn(file, stage).filter(it => built.includes(it));
      const installs = users.map(it => muslInstalls(file, it, python, workspace));
      const compiled = [...new Set(installs.flatMap(it => it.compiled))];
      if (compiled.length > 0) {
        yield { at: image.span, message: compiledMessage(compiled), conversions: ['alpine-to-slim'] };
        continue;
      }
      const tools = users.flatMap(it => (isUnknown(installs) ? compilersIn(file, it) : []));
      if (tools.length === 0) continue;
      yield {
        at: image.span,
        message: `${listed(tools)} may compile packages here that come as wheels on Debian, which costs minutes in every build`,
        atMost: 'hint',
        conversions: ['alpine-to-slim'],
      };
    }
  },
});

/** What a tag without a version is. */
const NEWEST: PythonTag = 'cp314';

function isUnknown(installs: readonly MuslInstalls[]): boolean {
  return installs.some(it => it.someUnknown);
}

const NAMED = 3;

function compiledMessage(names: readonly string[]): string {
  const shown =
    names.length > NAMED ? [...names.slice(0, NAMED - 1), `${names.length - NAMED + 1} more`] : names;
  const they = names.length === 1 ? 'it has' : 'they have';
  return `no wheel of ${listed(shown)} fits Alpine, so ${they} to be compiled in every build; on Debian the published wheels fit`;
}

/** The compilers that apk installs in a stage or in one that it is built on. */
function compilersIn(file: Dockerfile, stage: Stage): string[] {
  const names = runCommands(lineage(file, stage)).flatMap(({ command }) => {
    const install = packageCommand(command);
    if (install?.manager !== 'apk' || install.action !== 'install') return [];
    return install.packages.map(packageName).filter(name => buildPackage('apk', name)?.kind === 'compiler');
  });
  return [...new Set(names)];
}
