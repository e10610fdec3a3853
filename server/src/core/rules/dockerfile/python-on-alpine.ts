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
    summary: 'Python packages are compiled on Alpine that come as wheels on Debian',
  },
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
      const tools = [...new Set(users.flatMap(it => (isUnknown(installs) ? compilersIn(file, it) : [])))];
      if (tools.length === 0) continue;
      yield {
        at: image.span,
        message: `${listed(tools)} may compile packages here that have wheels on Debian: that takes minutes in every build`,
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
  const [have, them] = names.length === 1 ? ['has', 'it'] : ['have', 'them'];
  return `${listed(shown)} ${have} no wheel for Alpine: every build compiles ${them}, unlike on Debian`;
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
