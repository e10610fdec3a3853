import { alpinePython } from '../../analysis/base-images/slim-base';
import { withGap } from '../../analysis/installs/remove-packages';
import { aptBuildWeight } from '../../analysis/sizes/apt-build-weight';
import { layerEvidence, sizeInWords } from '../../analysis/sizes/evidence';
import { isOfficial, repositoryName } from '../../dockerfile/image-ref';
import type { Cmd, Copy, Dockerfile, Instruction, Run, Stage } from '../../dockerfile/model';
import { ofKind, runCommands, stagesThatShip } from '../../dockerfile/query';
import { lineage, possibleBases, rootBase } from '../../dockerfile/stage-graph';
import type { Evidence, Fix } from '../../finding';
import { alpineRuntimeLibrary, buildPackage } from '../../knowledge/build-packages';
import { runtimeLibraries } from '../../knowledge/debian-headers';
import { debianReleases } from '../../knowledge/debian-releases';
import { languageOf } from '../../project/language';
import type { BuildTarget } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { dependencyInstall } from '../../shell/dependency-install';
import { packagesKept } from '../../shell/package-removal';
import { type PackageCommand, type PackageManager, packageCommand, packageName } from '../../shell/packages';
import { pipInstall } from '../../shell/pip';
import { uvCommand } from '../../shell/uv';
import { shippedToolchain } from '../../stages/shipped-toolchain';
import { type Edit, remove, replace } from '../../text/edit';
import { listed } from '../../text/sentence';
import { textAt } from '../../text/span';
import type { Word } from '../../text/word';
import { runTimeTools } from './build-tools-in-final-image/run-time-tools';

export const buildToolsInFinalImage = dockerfileRule({
  meta: {
    id: 'build-tools-in-final-image',
    category: 'size',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'Compilers, headers, `-dev` packages or a whole toolchain are in the final stage',
  },
  *check(file, { workspace, engine }) {
    if (/(^|\/)\.devcontainer\//.test(file.path)) return;
    const stages = stagesForAProgram(file, workspace.targets);
    for (const { command, run, stage } of runCommands(stages)) {
      const install = command.scope === 'branch' ? undefined : packageCommand(command);
      const installed = install?.action === 'install' ? buildTools(install, run) : [];
      if (installed.length === 0) continue;
      const called = runTimeTools(file, stage, workspace);
      const tools = called.compiles ? [] : installed.filter(it => !called.isCalled(packageName(it)));
      const [first] = tools;
      if (!install || !first) continue;
      const evidence = layerEvidence(file, run, engine) ?? estimated(file, stage, install, tools);
      yield {
        at: first.span,
        message: messageOf(tools, evidence),
        ...(evidence ? { evidence } : {}),
        fixes: () => libraryFixes(file, stage, install, tools),
        conversions: conversionsFor(file, stage, install.manager),
      };
    }
    const toolchain = shippedToolchain(file, workspace);
    if (!toolchain || stages.length > 1 || DEVELOPMENT_STAGE.test(file.stages[0]?.name ?? '')) return;
    yield {
      at: toolchain.at,
      message: `${toolchain.name} stays in the final image, where nothing is compiled`,
      conversions: [toolchain.conversion],
    };
  },
});

const DEVELOPMENT_STAGE =
  /(^|[-_])(dev|devel|development|devcontainer|debug|ci|tests?|toolchain|builder?|sdk)([-_]|$)/;
const TOOLCHAIN_IMAGES = [
  'gcc',
  'golang',
  'rust',
  'buildpack-deps',
  'maven',
  'gradle',
  'emsdk',
  'devcontainers',
];
const TOOL_PROGRAMS = ['gcc', 'g++', 'make', 'cmake', 'cargo', 'clang', 'go', 'ninja', 'meson'];

/** The stages that ship but for images to develop or to build in: there the tools are what the image is for. */
function stagesForAProgram(file: Dockerfile, targets: readonly BuildTarget[]): Stage[] {
  const inherited = new Set(
    file.stages.flatMap(stage =>
      stage.base.kind === 'stage' ? [stage.base.index] : possibleBases(stage, file).map(it => it.index),
    ),
  );
  const anyStarts = inherited.size > 0 && startsAProgram(file.stages.flatMap(it => it.instructions));
  return stagesThatShip(file, targets).filter(stage => {
    const base = rootBase(file, stage);
    if (base.kind === 'image' && isToolchain(base.ref.name, repositoryName(base.ref))) return false;
    if (inherited.has(stage.index)) return anyStarts;
    return !DEVELOPMENT_STAGE.test(stage.name ?? '') && startsAProgram(lineageInstructions(file, stage));
  });
}

function startsAProgram(instructions: readonly Instruction[]): boolean {
  const starts = ofKind(instructions, 'CMD', 'ENTRYPOINT');
  if (starts.some(it => it.script.commands.some(command => TOOL_PROGRAMS.includes(command.name))))
    return false;
  if (starts.length > 0 && starts.every(opensAShell)) return false;
  return starts.length > 0 || ofKind(instructions, 'COPY', 'ADD').some(bringsAProgram);
}

/** Not where only the list of what to install is copied: that alone makes no program. */
function bringsAProgram({ from, sources }: Copy): boolean {
  return from !== undefined || sources.some(({ text }) => languageOf(text) !== 'python-manifest');
}

/** `CMD ["bash"]`, and `bash -c` as an ENTRYPOINT: whoever starts the container works in it by hand. */
function opensAShell({ script }: Cmd): boolean {
  if (script.broken || script.commands.length === 0) return false;
  return script.commands.every(
    ({ name, words }) =>
      /^(ba|da|z)?sh$/.test(name) && words.slice(1).every(({ text }) => text.startsWith('-')),
  );
}

function isToolchain(name: string, repository: string): boolean {
  return (
    TOOLCHAIN_IMAGES.includes(repository) || /(^|\/)(devcontainers|vscode\/devcontainers|gitpod)\//.test(name)
  );
}

function lineageInstructions(file: Dockerfile, stage: Stage) {
  return lineage(file, stage).flatMap(it => it.instructions);
}

/** The packages that serve to compile and are still there when the RUN is over. */
function buildTools(install: PackageCommand, run: Run): Word[] {
  const tools = packagesKept(run.script, install).filter(
    word => word.literal && buildPackage(install.manager, packageName(word)) !== undefined,
  );
  // By themselves they compile nothing: jlink calls objcopy, and profilers call nm and addr2line.
  return tools.every(it => packageName(it) === 'binutils') ? [] : tools;
}

/** Only in slim images: the full ones bring the tools along, and installing them once more adds nothing. */
function estimated(
  file: Dockerfile,
  stage: Stage,
  install: PackageCommand,
  tools: readonly Word[],
): Evidence | undefined {
  if (install.manager !== 'apt' || !isSlim(file, stage)) return undefined;
  return aptBuildWeight(tools.map(packageName));
}

/** True where the base image brings no compiler. */
function isSlim(file: Dockerfile, stage: Stage): boolean {
  const base = rootBase(file, stage);
  if (base.kind !== 'image') return false;
  return /slim|alpine/.test(base.ref.tag ?? '') || ['debian', 'alpine'].includes(repositoryName(base.ref));
}

const NAMED = 4;

function messageOf(tools: readonly Word[], evidence: Evidence | undefined): string {
  const names = tools.map(packageName);
  const shown =
    names.length > NAMED ? [...names.slice(0, NAMED - 1), `${names.length - NAMED + 1} more`] : names;
  const stay = `${listed(shown)} ${names.length === 1 ? 'stays' : 'stay'} in the final image`;
  const size = sizeInWords(evidence);
  if (size === undefined) return `${stay}, where nothing is compiled`;
  return evidence?.how === 'measured'
    ? `${stay}, in a layer of ${size}`
    : `${stay}: ${size} only needed to compile`;
}

/** On Alpine the compilers go with Alpine itself; else wheels first: they leave the packages where programs look. */
function conversionsFor(file: Dockerfile, stage: Stage, manager: PackageManager): string[] {
  const root = lineage(file, stage).at(-1);
  const base = rootBase(file, stage);
  if (base.kind === 'image' && isOfficial(base.ref, 'node'))
    return ['multi-stage-static-site', 'multi-stage-node'];
  if (manager === 'apk') return root && alpinePython(root) ? ['alpine-to-slim'] : [];
  const commands = runCommands(lineage(file, stage)).map(it => it.command);
  const installs = commands.flatMap(it => dependencyInstall(it)?.program ?? (pipInstall(it) ? 'pip' : []));
  if (commands.some(it => uvCommand(it)?.verb === 'sync')) return ['uv-sync'];
  return installs.some(program => ['pip', 'poetry', 'pipenv'].includes(program))
    ? ['multi-stage-wheels', 'multi-stage-venv']
    : [];
}

/** Offered where nothing can be compiled, and the library of every header package is known. */
function libraryFixes(
  file: Dockerfile,
  stage: Stage,
  install: PackageCommand,
  tools: readonly Word[],
): Fix[] {
  if (canCompile(file, stage)) return [];
  const present = new Set(install.packages.map(packageName));
  const edits: Edit[] = [];
  const libraries: string[] = [];
  for (const word of tools) {
    const name = packageName(word);
    const needed = LIBRARYLESS.includes(name) ? [] : librariesOf(file, stage, install.manager, name);
    // Not where a version or quotes stand with it.
    if (!needed || textAt(file.text, word.span) !== name) return [];
    const missing = needed.filter(library => !present.has(library));
    for (const library of missing) present.add(library);
    libraries.push(...missing);
    edits.push(missing.length > 0 ? replace(word.span, missing.join(' ')) : remove(withGap(file.text, word)));
  }
  if (libraries.length === 0 && tools.length === install.packages.length) return [];
  const title =
    libraries.length > 0
      ? `Install ${listed(libraries)} instead`
      : `Remove ${listed(tools.map(packageName))}`;
  return [{ title, safety: 'unsafe', edits }];
}

/** Headers of the C library and of Python: what they are for is in the image anyway. */
const LIBRARYLESS = ['libc6-dev', 'libc-dev', 'musl-dev', 'python3-dev', 'linux-libc-dev'];

/** A compiler is installed, or the base image may bring one. */
function canCompile(file: Dockerfile, stage: Stage): boolean {
  if (!isSlim(file, stage)) return true;
  return runCommands(lineage(file, stage)).some(({ command }) => {
    const packages = packageCommand(command);
    if (packages?.action !== 'install') return false;
    return packages.packages.some(word => {
      const kind = buildPackage(packages.manager, packageName(word))?.kind;
      return !word.literal || kind === 'compiler' || kind === 'build-program';
    });
  });
}

function librariesOf(
  file: Dockerfile,
  stage: Stage,
  manager: PackageManager,
  name: string,
): readonly string[] | undefined {
  const base = rootBase(file, stage);
  if (base.kind !== 'image') return undefined;
  if (manager === 'apt') return runtimeLibraries(name, debianReleases(base.ref));
  const library = manager === 'apk' ? alpineRuntimeLibrary(name) : undefined;
  return library === undefined ? undefined : [library];
}
