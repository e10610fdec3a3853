import type { Dockerfile, Stage } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { type AptCommand, aptInstall } from '../shell/apt';
import type { Command } from '../shell/command';
import { linesOf } from '../text/lines';

/**
 * The shell text of a RUN that installs packages and leaves nothing else, a command to a line.
 *
 * @param recommending those that the file installs with all that they recommend, which they may need: `chromium`
 */
export function aptStep(
  file: Dockerfile,
  packages: readonly string[],
  recommending: ReadonlySet<string> = new Set(),
): string {
  const next = ` ${file.escape}${linesOf(file.text).eol}    && `;
  const [full, bare] = [true, false].map(it => packages.filter(name => recommending.has(name) === it));
  const installs = [
    ...(full?.length ? [`apt-get install -y ${full.join(' ')}`] : []),
    ...(bare?.length ? [`apt-get install -y --no-install-recommends ${bare.join(' ')}`] : []),
  ];
  return ['apt-get update', ...installs, 'rm -rf /var/lib/apt/lists/*'].join(next);
}

/** The packages that a stage installs with what they recommend, as written. */
export function recommendingPackages({ instructions }: Stage): ReadonlySet<string> {
  const commands = ofKind(instructions, 'RUN').flatMap(run => run.script.commands);
  if (commands.some(turnsRecommendsOff)) return new Set();
  const installs = commands.flatMap(command => aptInstall(command) ?? []);
  return new Set(
    installs.filter(it => !leavesRecommended(it)).flatMap(it => it.packages.map(word => word.text)),
  );
}

function leavesRecommended({ line: { options } }: AptCommand): boolean {
  return options.some(
    ({ name, value }) =>
      /^(--no-install-recommends|--without-recommends|-R)$/.test(name) || LEAVES_OUT.test(value ?? ''),
  );
}

/** `APT::Install-Recommends "0";` in a file of apt's configuration. */
function turnsRecommendsOff({ words, redirects }: Command): boolean {
  const writes = redirects.some(({ target }) => target?.text.startsWith('/etc/apt/apt.conf'));
  return writes && words.some(({ text }) => LEAVES_OUT.test(text));
}

const LEAVES_OUT = /install-recommends["\s=]*(0|false|no)\b/i;
