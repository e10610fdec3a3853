import type { Copy, Dockerfile, Instruction, Stage } from '../../../dockerfile/model';
import { lineage, rootBase, stageNamed } from '../../../dockerfile/stage-graph';
import { baseImage, type Program } from '../../../knowledge/base-images';
import { argumentsOf, type Command } from '../../../shell/command';
import { type PackageCommand, packageCommand, packageName } from '../../../shell/packages';

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['curl', 'curl'],
  ['wget', 'wget'],
  ['nc', 'nc'],
  ['netcat', 'nc'],
  ['ncat', 'nc'],
  ['ps', 'ps'],
  ['pgrep', 'ps'],
  ['bash', 'bash'],
]);

/** What has to be in the image for the command to run; undefined for a program that nothing is known of. */
export function programOf(command: Command): Program | undefined {
  return PROGRAMS.get(command.name);
}

/** True where the base lacks the program for certain, and nothing that was done since can have brought it. */
export function isMissing(file: Dockerfile, stage: Stage, program: Program): boolean {
  const root = rootBase(file, stage);
  const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
  if (!base?.lacks.includes(program)) return false;
  let missing = true;
  for (const ancestor of lineage(file, stage).reverse()) {
    for (const instruction of ancestor.instructions) {
      const change = changeBy(file, instruction, program);
      if (change === 'unsure') return false;
      if (change) missing = change === 'removes';
    }
  }
  return missing;
}

type Change = 'brings' | 'removes' | 'unsure' | undefined;

function changeBy(file: Dockerfile, instruction: Instruction, program: Program): Change {
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD')
    return changeByCopy(file, instruction, program);
  if (instruction.kind !== 'RUN') return undefined;
  if (instruction.script.broken) return 'unsure';
  const changes = instruction.script.commands.map(command => changeByCommand(command, program));
  return changes.includes('unsure') ? 'unsure' : changes.findLast(change => change !== undefined);
}

/** Packages that bring the program, in any distribution. */
const PACKAGES: Readonly<Record<Program, readonly string[]>> = {
  bash: ['bash'],
  curl: ['curl', 'curl-minimal'],
  nc: ['netcat', 'netcat-openbsd', 'netcat-traditional', 'ncat', 'nmap', 'nmap-ncat'],
  node: ['nodejs'],
  ps: ['procps', 'procps-ng'],
  python: ['python3'],
  wget: ['wget', 'google-chrome-stable', 'ttf-mscorefonts-installer'],
};

function changeByCommand(command: Command, program: Program): Change {
  const packages = packageCommand(command);
  if (packages) return changeByPackages(packages, program);
  // A build that calls the program has it from somewhere.
  if (programOf(command) === program || runsScript(command)) return 'unsure';
  const names = [program, ...PACKAGES[program]];
  return argumentsOf(command).some(word => names.includes(lastPart(word.text))) ? 'unsure' : undefined;
}

function changeByPackages({ packages, action, virtual }: PackageCommand, program: Program): Change {
  const named = packages.some(word => PACKAGES[program].includes(packageName(word)));
  if (named && virtual) return 'unsure';
  if (named) return action === 'install' ? 'brings' : 'removes';
  return packages.some(word => !word.literal || word.text.startsWith('./')) ? 'unsure' : undefined;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A script of the project's own, or an installer of browser dependencies: either may install anything. */
function runsScript(command: Command): boolean {
  const program = command.words[0]?.text ?? '';
  if (/^\.{1,2}\/|\.(sh|bash)$/.test(program)) return true;
  if (command.words.some(word => /^(--with-deps|install-deps)$/.test(word.text))) return true;
  const isShell = /^(sh|bash|ash|dash|source|\.)$/.test(command.name);
  return isShell && !command.words.some(word => /^-[a-z]*c$/.test(word.text));
}

function changeByCopy(file: Dockerfile, copy: Copy, program: Program): Change {
  const target = copy.destination?.text ?? '';
  const paths = [...copy.sources.map(word => word.text), target];
  const isItself = (name: string) =>
    name.startsWith(program) && /^([-_.]|$)/.test(name.slice(program.length));
  if (paths.some(path => isItself(lastPart(path)))) return 'unsure';
  if (/^\/+$/.test(target) && copy.sources.some(word => /[/*.]$|^[\w-]+$/.test(word.text))) return 'unsure';
  if (copy.from === undefined) return undefined;
  const fromStage = stageNamed(file, copy.from) !== undefined;
  const wholeSystem = fromStage ? /^\/(usr\/?)?(s?bin\/?)?\*?$/ : /^\/(usr\/?)?(local\/?)?(s?bin\/?)?\*?$/;
  return copy.sources.some(word => wholeSystem.test(word.text) || /conda|mamba|\/nix\b|brew/.test(word.text))
    ? 'unsure'
    : undefined;
}
