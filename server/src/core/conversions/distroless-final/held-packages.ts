import { type Reason, reason } from '../../decline';
import type { Dockerfile, Run } from '../../dockerfile/model';
import { chainOf } from '../../dockerfile/run-chain';
import type { Command } from '../../shell/command';
import { packageCommand, packageName } from '../../shell/packages';

/**
 * Why a step cannot go where an image holds some packages anyway; undefined where it does nothing but install those.
 *
 * @returns the end of a sentence that begins with the line
 */
export function installsOnly(file: Dockerfile, run: Run, holds: readonly string[]): Reason | undefined {
  const chain = chainOf(file, run);
  if (!chain) return reason('needs-shell');
  for (const { command } of chain) {
    const packages = packageCommand(command);
    if (packages?.action === 'install') {
      const foreign = packages.packages.find(word => !word.literal || !holds.includes(packageName(word)));
      if (foreign) return reason('package-not-distroless', { package: foreign.text });
    } else if (!isUpkeep(command))
      return reason('program-needs-shell', { program: command.name || 'a program named by a variable' });
  }
  return undefined;
}

/** Around an install: lists that are downloaded and deleted. */
function isUpkeep({ name, words, redirects }: Command): boolean {
  if (redirects.some(it => it.target !== undefined && !it.target.text.startsWith('/dev/'))) return false;
  if (/^(apt|apt-get|apk)$/.test(name)) return /^(update|clean|autoclean)$/.test(words[1]?.text ?? '');
  if (name === 'rm') return words.slice(1).every(it => /^-|^\/var\/(lib\/apt|cache)\//.test(it.text));
  return name === 'set' || name === 'update-ca-certificates';
}
