import { nearest } from './nearest';

interface KnownFlag {
  readonly takes: 'text' | 'texts' | 'boolean';
}

const TEXT: KnownFlag = { takes: 'text' };
const TEXTS: KnownFlag = { takes: 'texts' };
const BOOLEAN: KnownFlag = { takes: 'boolean' };

/** The flags of each instruction that has some, experimental ones too. Source: BuildKit 0.34, checked 2026-11. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, KnownFlag>>>> = {
  FROM: { platform: TEXT },
  RUN: { mount: TEXTS, network: TEXT, security: TEXT, device: TEXTS },
  COPY: { chown: TEXT, from: TEXT, chmod: TEXT, link: BOOLEAN, exclude: TEXTS, parents: BOOLEAN },
  ADD: {
    chown: TEXT,
    chmod: TEXT,
    link: BOOLEAN,
    'keep-git-dir': BOOLEAN,
    checksum: TEXT,
    unpack: BOOLEAN,
    exclude: TEXTS,
  },
  HEALTHCHECK: { interval: TEXT, timeout: TEXT, 'start-period': TEXT, 'start-interval': TEXT, retries: TEXT },
};

/** Instructions whose flags BuildKit drops without a look. */
const UNREAD: readonly string[] = ['ARG', 'STOPSIGNAL'];

/** A flag as `name` and the text after its `=`. */
export function flagParts(flag: string): { name: string; value: string | undefined } {
  const equals = flag.indexOf('=');
  if (equals === -1) return { name: flag.slice(2), value: undefined };
  return { name: flag.slice(2, equals), value: flag.slice(equals + 1) };
}

/**
 * What is wrong with the flags of an instruction: the flag, and a sentence. A flag that is unknown counts only where it
 * looks like a slip, or the instruction takes none at all: a later BuildKit may know more.
 */
export function flagProblem(
  keyword: string,
  flags: readonly string[],
): { flag: string; message: string } | undefined {
  if (UNREAD.includes(keyword)) return undefined;
  const known = FLAGS[keyword];
  const used = new Set<string>();
  for (const flag of flags) {
    const { name, value } = flagParts(flag);
    const kind = known && Object.hasOwn(known, name) ? known[name] : undefined;
    const message = kind
      ? misuse(name, value, kind, used.has(name))
      : unknownFlag(keyword, name, Object.keys(known ?? {}));
    if (message !== undefined) return { flag, message };
    used.add(name);
  }
  return undefined;
}

function misuse(
  name: string,
  value: string | undefined,
  { takes }: KnownFlag,
  again: boolean,
): string | undefined {
  if (again && takes !== 'texts') return `--${name} is set twice: only one is allowed`;
  if (takes !== 'boolean') return value === undefined ? `--${name} needs a value: --${name}=…` : undefined;
  return value === undefined || /^(true|false)$/i.test(value)
    ? undefined
    : `--${name} can only be true or false`;
}

function unknownFlag(keyword: string, name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) {
    const inForm =
      keyword === 'CMD' || keyword === 'ENTRYPOINT' ? ': write the arguments as a JSON array' : '';
    return `${keyword} takes no flags, but --${name} is read as one${inForm}`;
  }
  const meant = nearest(name, known);
  return meant && `${keyword} has no flag --${name}: did you mean --${meant}?`;
}
