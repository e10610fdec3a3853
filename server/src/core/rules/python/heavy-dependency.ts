import { choosesTorchBuild } from '../../analysis/installs/torch-build';
import { describeLoad, type PackageLoad, packageLoad } from '../../analysis/sizes/package-weight';
import type { Dockerfile } from '../../dockerfile/model';
import { runCommands, stagesThatShip } from '../../dockerfile/query';
import type { Finding } from '../../finding';
import type { PythonManifest } from '../../manifests/model';
import { normalizedName, readRequirement } from '../../manifests/requirements';
import { type Context, sharedRule } from '../../rule';
import { inlineInstall } from '../../shell/inline-packages';
import type { Span } from '../../text/span';
import { excludesLinux, isCertain, weighedRequirements } from './heavy-dependency/requirement-weight';

export const heavyDependency = sharedRule({
  meta: {
    id: 'heavy-dependency',
    category: 'size',
    severity: 'hint',
    since: '0.2.0',
    fix: 'none',
    summary: 'A Python package that makes the image much larger, with what it depends on',
  },
  options: {
    megabytes: { default: 100, description: 'Report packages of at least this size, in MB' },
  },
  checks: {
    dockerfile: (file, context, options) => inDockerfile(file, context, options.megabytes * 1e6),
    'python-manifest': (file, context, options) => inManifest(file, context, options.megabytes * 1e6),
  },
});

function* inManifest(file: PythonManifest, context: Context, least: number): Iterable<Finding> {
  for (const { requirement, load } of weighedRequirements(file, context)) {
    if (load.bytes >= least) yield finding(requirement.nameSpan, requirement.name, load);
  }
}

function* inDockerfile(file: Dockerfile, { workspace, engine }: Context, least: number): Iterable<Finding> {
  for (const { command, run } of runCommands(stagesThatShip(file, workspace.targets))) {
    const install = inlineInstall(command);
    for (const word of install?.packages ?? []) {
      const entry = readRequirement(word.text);
      if (!word.literal || entry.kind !== 'named' || excludesLinux(entry.marker)) continue;
      const name = normalizedName(entry.name);
      const load = packageLoad(name, [file.path], engine);
      if (load && load.bytes >= least && isCertain(name, load, choosesTorchBuild(file, run))) {
        yield finding(word.span, entry.name, load);
      }
    }
  }
}

function finding(at: Span, name: string, load: PackageLoad): Finding {
  const message = `${name} adds ${describeLoad(load)} to the image, ${load.basis}`;
  return { at, message, evidence: load.evidence };
}
