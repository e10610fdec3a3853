import { declineAt, isDeclined, type Outcome } from '../decline';
import { containerStart } from '../dockerfile/container-start';
import type { Dockerfile, Run } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { stateBefore } from '../dockerfile/stage-state';
import { runtimeLibraries } from '../knowledge/debian-headers';
import { type DebianRelease, debianReleases } from '../knowledge/debian-releases';
import { gemNeeds } from '../knowledge/ruby-gems';
import { imagePath } from '../project/copied-files';
import { lockedGems } from '../project/gemfile-lock';
import type { WorkspaceFacts } from '../project/workspace';
import type { Command } from '../shell/command';
import { readCommandLine } from '../shell/options';
import type { Ecosystem } from './ecosystem';
import { librariesOf } from './header-libraries';
import { leftBehind, type StageSplit } from './plan';
import { projectCopy } from './project-copy';
import { type SlimVariant, slimVariant } from './slim-variant';

interface RubyRead extends SlimVariant {
  readonly releases: readonly DebianRelease[];
}

/** The official images set GEM_HOME and BUNDLE_APP_CONFIG to it. Source: https://hub.docker.com/_/ruby (2026-11) */
const GEMS = '/usr/local/bundle';

export const RUBY: Ecosystem<RubyRead> = {
  conversion: 'multi-stage-ruby',
  images: ['ruby'],
  otherImage: 'not-official-ruby',
  because:
    'The final stage has the installed gems and the project, on an image without compilers and headers',
  read(base) {
    const image = slimVariant(base, 'ruby-on-alpine');
    if (isDeclined(image)) return image;
    const releases = debianReleases(base.ref);
    if (releases.length === 0) return declineAt(base.file, base.stage.from, 'unknown-debian-release');
    return { ...image, releases };
  },
  steps: ({ releases }) => ({
    buildsWith: 'bundle install',
    builds: buildsRuby,
    prepares: preparesRuby,
    runs: program => PROGRAMS.test(program),
    shipsFolder: true,
    isRun: path => /\.(rb|ru|rake)$/.test(path),
    librariesOf: headers => librariesOf(headers, releases),
  }),
  final(split, read, workspace) {
    const { file, stage } = split;
    if (containerStart(file, stage).commands.length === 0)
      return declineAt(file, stage.from, 'starts-nothing');
    if (read.isSlim && leftBehind(split).length === 0)
      return declineAt(file, stage.from, 'nothing-to-leave-out');
    const places = gemFolders(split);
    if (isDeclined(places)) return places;
    const needs = neededPackages(split, read, workspace);
    if (isDeclined(needs)) return needs;
    const project = projectCopy(split);
    if (isDeclined(project)) return project;
    const copies = [...places.map(path => `${path} ${path}`), project];
    return { image: read.image, copies, packages: [...new Set([...split.packages, ...needs])] };
  },
};

/** What Ruby, Bundler and the gems of web applications bring. */
const PROGRAMS =
  /^(ruby|bundle|bundler|gem|rake|rails|puma|rackup|sidekiq|unicorn|thin|resque|good_job|irb)$/;

/** `assets:precompile` of `bundle exec rails assets:precompile`: the words behind what only starts a program. */
function taskOf({ words, name }: Command): readonly string[] {
  const texts = words.map(it => it.text);
  return name === 'bundle' && texts[1] === 'exec' ? texts.slice(2) : texts;
}

function buildsRuby(command: Command): boolean {
  if (isBundleInstall(command)) return true;
  const [program = '', ...args] = taskOf(command);
  if (/^(\.\/)?(bin\/)?(rails|rake)$/.test(program))
    return args.some(it => /^(assets:(precompile|clean)|(webpacker|shakapacker):compile)(\[|$)/.test(it));
  return program === 'bootsnap' && args[0] === 'precompile';
}

function isBundleInstall({ name, words }: Command): boolean {
  const verb = words[1]?.text;
  return name === 'bundle' && (verb === undefined || verb === 'install' || /^(-j|--jobs|--retry)/.test(verb));
}

/** Settings that Bundler keeps beside the gems when they are local; others would stay in the home folder of the builder. */
const SETTINGS = /^(without|with|frozen|deployment|jobs|retry|silence_root_warning)$/;

function preparesRuby({ name, words }: Command): boolean {
  const [, first = '', ...rest] = words.map(it => it.text);
  if (name === 'gem') return first === 'install' && rest.length > 0 && onlyBundler(rest);
  if (name === 'rm') return words.slice(1).every(it => it.text.startsWith('-') || isDownload(it.text));
  if (name !== 'bundle') return false;
  if (/^(check|-v|--version|version)$/.test(first)) return true;
  const given = rest.filter(it => it !== 'set' && it !== '--local');
  return (
    first === 'config' && rest.includes('--local') && given.length === 2 && SETTINGS.test(given[0] ?? '')
  );
}

function onlyBundler(args: readonly string[]): boolean {
  const names = args.filter(
    (it, index) => !it.startsWith('-') && !/^(-v|--version)$/.test(args[index - 1] ?? ''),
  );
  return names.length > 0 && names.every(it => /^bundler(:[\d.]+)?$/.test(it));
}

/** Downloads that nothing reads again. */
function isDownload(path: string): boolean {
  if (/^(~|\/root)\/\.(bundle|gem)(\/cache)?\/?$/.test(path)) return true;
  const folders = path.replace(/\/\*(\.gem)?$/, '').split('/');
  return folders.at(-1) === 'cache' && folders.some(it => /^(bundle|gems?|ruby)$/.test(it));
}

/** The folders of the image that hold gems, beside the project. */
function gemFolders({ file, stage, lastBuild, workdir }: StageSplit): Outcome<readonly string[]> {
  for (const run of ofKind(stage.instructions, 'RUN')) {
    if (run.span.start > lastBuild.span.start) break;
    const objection = run.script.commands.some(isBundleInstall) ? objectionToInstall(file, run) : undefined;
    if (objection) return objection;
  }
  const { env } = stateBefore(file, lastBuild);
  const foreign = [...env.keys()].find(it =>
    /^(GEM_|RUBY(OPT|LIB)$|BUNDLE_(APP_CONFIG|USER_|BIN|GEMFILE|SYSTEM))/.test(it),
  );
  if (foreign !== undefined) return declineAt(file, lastBuild, 'bundler-setting', { setting: foreign });
  if (!env.has('BUNDLE_PATH')) return [GEMS];
  const path = env.get('BUNDLE_PATH') ?? '';
  if (!/^(\/[\w.-]+)+$/.test(path))
    return declineAt(file, lastBuild, 'bundler-setting', { setting: 'BUNDLE_PATH' });
  return path === GEMS || path.startsWith(`${workdir}/`) ? [GEMS] : [GEMS, path];
}

const INSTALL_OPTIONS =
  /^(-j|--jobs|-r|--retry|--without|--with|--deployment|--frozen|--quiet|--no-cache|--clean|--verbose|--full-index|--prefer-local)$/;

function objectionToInstall(file: Dockerfile, run: Run) {
  const { workdir = '/', env } = stateBefore(file, run);
  const held = [GEMS, env.get('BUNDLE_PATH') ?? GEMS, imagePath(workdir, 'vendor/bundle')];
  const mounted = run.mounts.some(({ type, target }) => {
    const path = target === undefined ? '' : imagePath(workdir, target);
    return (
      type !== 'bind' && held.some(it => `${it}/`.startsWith(`${path}/`) || path.startsWith(`${it}/ruby`))
    );
  });
  if (mounted) return declineAt(file, run, 'installs-into-mount');
  for (const command of run.script.commands.filter(isBundleInstall)) {
    const { options } = readCommandLine(command.words.slice(1), {
      takesValue: ['-j', '--jobs', '-r', '--retry', '--without', '--with'],
    });
    const odd = options.find(it => !INSTALL_OPTIONS.test(it.name));
    if (odd) return declineAt(file, run, 'bundler-setting', { setting: odd.name });
    const setting = command.assignments.find(
      it => /^(BUNDLE|GEM)_/.test(it.name) && !/_(JOBS|RETRY)$/.test(it.name),
    );
    if (setting) return declineAt(file, run, 'bundler-setting', { setting: setting.name });
  }
  return undefined;
}

/** On a slim image, the file itself says what gems link with; from the full one they take libraries that no line names. */
function neededPackages(
  split: StageSplit,
  { isSlim, releases }: RubyRead,
  workspace: WorkspaceFacts,
): Outcome<readonly string[]> {
  const { file, lastBuild } = split;
  const gems = lockedGems(workspace);
  if (!gems) return declineAt(file, lastBuild, 'no-gemfile-lock');
  if (gems.hasOtherSources) return declineAt(file, lastBuild, 'gems-of-other-sources');
  const losesPrograms = leftBehind(split).some(it => /^(git|mercurial|subversion)$/.test(it));
  const packages: string[] = [];
  for (const gem of gems.names) {
    const needs = gemNeeds(gem);
    const libraries = needs?.headers.map(it => runtimeLibraries(it, releases));
    if (needs && libraries && !libraries.includes(undefined))
      packages.push(...needs.packages, ...libraries.flatMap(it => it ?? []));
    else if (!isSlim || losesPrograms) return declineAt(file, lastBuild, 'unknown-gem', { gem });
  }
  return packages;
}
