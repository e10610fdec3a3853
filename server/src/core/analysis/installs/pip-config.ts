import type { Dockerfile, Run } from '../../dockerfile/model';
import { ofKind, runCommands } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import type { Command } from '../../shell/command';

/**
 * True where pip's own configuration may keep it from its cache: `pip config set global.no-cache-dir true` before the
 * command, or a `pip.conf` that is copied, which nobody reads here.
 */
export function keepsNoCacheByConfig(file: Dockerfile, run: Run, command: Command): boolean {
  const stage = file.stages[run.stage];
  const stages = stage ? lineage(file, stage) : [];
  const isConfigured = runCommands(stages).some(
    it => it.command.span.start < command.span.start && setsNoCache(it.command),
  );
  const copies = ofKind(
    stages.flatMap(it => it.instructions),
    'COPY',
    'ADD',
  );
  return (
    isConfigured ||
    copies.some(copy =>
      [...copy.sources, copy.destination].some(it => /(^|\/)pip\.conf$/.test(it?.text ?? '')),
    )
  );
}

function setsNoCache({ words }: Command): boolean {
  const at = words.findIndex(({ text }) => /^(global|install|user|site)\.no-cache-dir$/.test(text));
  const isSet = at > 0 && words.slice(0, at).some(({ text }) => text === 'config');
  return isSet && !/^(false|0|no|off|n|f)?$/i.test(words[at + 1]?.text ?? '');
}
