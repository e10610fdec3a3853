import { ofKind } from '../../dockerfile/query';
import { dockerfileRule } from '../../rule';
import { argumentsOf, type Command, type Script } from '../../shell/command';
import type { Word } from '../../text/word';

export const unverifiedInstaller = dockerfileRule({
  meta: {
    id: 'unverified-installer',
    category: 'security',
    severity: 'info',
    since: '0.3.0',
    fix: 'none',
    summary: 'A script from the network is run unchecked: `curl … | bash`',
  },
  *check(file) {
    for (const run of ofKind(file.instructions, 'RUN')) {
      if (run.script.broken) continue;
      for (const { download, shell } of pipedDownloads(run.script)) {
        const address = addressIn(download);
        yield {
          at: shell.words[0]?.span ?? shell.span,
          message: `${shell.name} runs whatever ${hostOf(address?.text)} serves at build time: nothing checks it`,
        };
      }
    }
  },
});

const DOWNLOADS = /^(curl|wget)$/;
const INTERPRETERS = /^(ba|da|a|z|k)?sh$|^python[\d.]*$|^perl$|^ruby$|^node$|^php$/;

interface PipedDownload {
  readonly download: Command;
  readonly shell: Command;
}

/** `curl … | sh`, with filters between; not where a program in the pipe or beside it checks what came. */
function pipedDownloads({ commands }: Script): PipedDownload[] {
  const found: PipedDownload[] = [];
  for (const [index, shell] of commands.entries()) {
    if (shell.after !== '|' || !INTERPRETERS.test(shell.name) || readsAFile(shell)) continue;
    let at = index - 1;
    while (commands[at]?.after === '|' && commands[at]?.scope === shell.scope) at--;
    const download = commands[at];
    const between = commands.slice(at, index);
    if (!download || !DOWNLOADS.test(download.name) || between.some(checks)) continue;
    found.push({ download, shell });
  }
  return found;
}

function checks({ name }: Command): boolean {
  return /^(sha\d+sum|shasum|md5sum|b2sum|cksum|gpgv?|cosign|minisign|openssl|tee)$/.test(name);
}

/** `sh -s -- -y` reads what the pipe brings, `sh install.sh` and `python -c …` do not. */
function readsAFile(shell: Command): boolean {
  const [first] = argumentsOf(shell);
  if (!first || first.text === '-') return false;
  if (/^-\w*c$/.test(first.text) || first.text === '-m') return true;
  return !first.text.startsWith('-') && !argumentsOf(shell).some(({ text }) => text === '-s');
}

function addressIn(download: Command): Word | undefined {
  return argumentsOf(download).find(({ text }) => /^["']?https?:\/\//.test(text));
}

function hostOf(address: string | undefined): string {
  return /^["']?https?:\/\/([\w.-]+)/.exec(address ?? '')?.[1] ?? 'the server';
}
