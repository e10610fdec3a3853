import { isInstalled } from '../../analysis/installs/installers';
import type { PythonManifest, PythonRequirement } from '../../manifests/model';
import { pythonManifestRule } from '../../rule';

export const unhashedRequirements = pythonManifestRule({
  meta: {
    id: 'unhashed-requirements',
    category: 'reproducibility',
    severity: 'hint',
    since: '0.2.0',
    fix: 'none',
    summary: 'A requirements file that pins every version, but no file by its hash',
    why: `A version pins the name of a release, not its contents: what a mirror, a second index or a stolen account
serves under that name is installed all the same, and what the pinned packages need themselves may be another version
in every build. With a hash behind each requirement pip installs exactly the files that were there when the hashes were
taken, and refuses all others.

Nobody writes hashes by hand. Keep what you ask for in \`requirements.in\`, and let a tool write the file:

\`\`\`sh
pip-compile --generate-hashes requirements.in            # pip-tools
uv pip compile --generate-hashes requirements.in -o requirements.txt
\`\`\`

Only files in which every requirement is pinned with \`==\` are reported: who leaves versions open does not ask for the
same files either.`,
    sources: [
      'https://pip.pypa.io/en/stable/topics/secure-installs/',
      'https://pip-tools.readthedocs.io/en/stable/cli/pip-compile/',
      'https://docs.astral.sh/uv/pip/compile/',
    ],
  },
  examples: [
    {
      before: '«fastapi==0.115.12»\nuvicorn==0.34.2\n',
      files: {
        Dockerfile: 'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
      },
    },
    {
      title: 'Hashes are there',
      before: 'fastapi==0.115.12 \\\n    --hash=sha256:00\n',
      files: {
        Dockerfile: 'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
      },
    },
  ],
  *check(file, { workspace }) {
    const [first] = file.requirements;
    if (!first || !isPinnedWithoutHashes(file) || !isInstalled(file.path, workspace)) return;
    const { length } = file.requirements;
    const [packages, versions] =
      length === 1 ? ['the package is', 'this version'] : [`the ${length} packages are`, 'these versions'];
    yield {
      at: first.span,
      message: `${packages} pinned without hashes, so a build takes whatever its index serves under ${versions}; pip-compile --generate-hashes writes them`,
    };
  },
});

/** Addresses and folders cannot be hashed together with the rest, so files with them are left alone. */
function isPinnedWithoutHashes({ format, path, requirements, unnamed, problems }: PythonManifest): boolean {
  return (
    format === 'requirements' &&
    path.endsWith('.txt') &&
    problems.length === 0 &&
    unnamed.length === 0 &&
    requirements.every(isPinned) &&
    requirements.every(it => it.hashes.length === 0)
  );
}

function isPinned({ specifier, from }: PythonRequirement): boolean {
  return from === 'index' && /^===?[^*,]+$/.test(specifier);
}
