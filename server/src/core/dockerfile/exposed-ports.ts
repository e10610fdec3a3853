import type { Dockerfile, Stage } from './model';
import { ofKind } from './query';
import { lineage } from './stage-graph';
import { finalState, stateBefore } from './stage-state';
import { expand, type Variables } from './variables';

/** A port that EXPOSE names. */
export interface ExposedPort {
  /** A number, or `$NAME` where only the environment of the container tells; undefined for a range. */
  readonly port: string | undefined;
  readonly protocol: 'tcp' | 'udp';
}

/** The ports that a stage's image exposes, those of the stages it is built on first. */
export function exposedPorts(file: Dockerfile, stage: Stage): ExposedPort[] {
  const { env } = finalState(file, stage);
  return lineage(file, stage)
    .reverse()
    .flatMap(it => ofKind(it.instructions, 'EXPOSE'))
    .flatMap(expose => expose.words.map(({ text }) => ({ text, expose })))
    .map(({ text, expose }) => {
      const [written = '', protocol = 'tcp'] = text.replaceAll('"', '').split('/');
      return {
        port: portOf(written, env, () => stateBefore(file, expose).variables),
        protocol: protocol.toLowerCase() === 'udp' ? ('udp' as const) : ('tcp' as const),
      };
    });
}

function portOf(written: string, env: Variables, variables: () => Variables): string | undefined {
  if (/^\d+$/.test(written)) return written;
  const name = /^\$\{?(\w+)(:-\d+)?\}?$/.exec(written)?.[1];
  // A variable of the container may be set again when it is run, so the probe asks for it then.
  if (name !== undefined && env.has(name)) return `$${name}`;
  const value = expand(written, variables());
  return value !== undefined && /^\d+$/.test(value) ? value : undefined;
}
