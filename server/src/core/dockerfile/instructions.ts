import { type Excerpt, sourceSpan, subExcerpt } from '../text/excerpt';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import type { Copy, From, Healthcheck, Heredoc, Instruction, Onbuild, Words } from './model';
import { readScript } from './shell-form';
import {
  isLegacyProperty,
  jsonWord,
  mountOf,
  readFlags,
  readJsonStrings,
  readLegacyProperty,
  readProperties,
  splitWords,
} from './words';

/** One instruction as the splitter found it. */
export interface Segment {
  readonly span: Span;
  readonly keyword: Word;
  /** What stands behind the keyword, up to the first heredoc body. */
  readonly line: Excerpt;
  readonly heredocs: readonly Heredoc[];
  readonly stage: number;
  readonly posixShell: boolean;
  /** The whole file. */
  readonly text: string;
}

type Common = Omit<From, 'kind' | 'image' | 'asKeyword' | 'alias'>;

/** Gives an instruction its type: what stands in it, each part with its place. */
export function typedInstruction(segment: Segment): Instruction {
  const { flags, end } = readFlags(segment.line);
  const argsEnd = segment.line.text.trimEnd().length;
  const args = subExcerpt(segment.line, span(end, Math.max(end, argsEnd)));
  const common: Common = {
    span: segment.span,
    keyword: segment.keyword,
    flags,
    args,
    argsSpan: sourceSpan(args, span(0, args.text.length)),
    heredocs: segment.heredocs,
    stage: segment.stage,
  };
  return build(segment.keyword.text.toUpperCase(), common, segment);
}

/** The kind comes first: V8 gives every object that begins with a spread and is frozen a shape of its own. */
function build(keyword: string, common: Common, segment: Segment): Instruction {
  switch (keyword) {
    case 'FROM':
      return from(common);
    case 'RUN':
      return {
        kind: 'RUN',
        ...common,
        mounts: common.flags.filter(flag => flag.name === 'mount').map(mountOf),
        ...command(common, segment),
      };
    case 'CMD':
    case 'ENTRYPOINT':
      return { kind: keyword, ...common, ...command(common, segment) };
    case 'HEALTHCHECK':
      return healthcheck(common, segment);
    case 'COPY':
    case 'ADD':
      return copy(keyword, common);
    case 'ARG':
      return { kind: 'ARG', ...common, properties: readProperties(common.args) };
    case 'ENV':
    case 'LABEL':
      return variables(keyword, common);
    case 'USER':
      return { kind: 'USER', ...common, user: splitWords(common.args)[0] };
    case 'ONBUILD':
      return onbuild(common, segment);
    default:
      return words(keyword, common);
  }
}

function command(common: Common, segment: Segment) {
  return readScript({
    args: common.args,
    argsSpan: common.argsSpan,
    heredocs: common.heredocs,
    file: segment.text,
    posixShell: segment.posixShell,
  });
}

function from(common: Common): From {
  const [image, asKeyword, alias] = splitWords(common.args);
  const named = asKeyword?.text.toLowerCase() === 'as';
  return {
    kind: 'FROM',
    ...common,
    image,
    asKeyword: named ? asKeyword : undefined,
    alias: named ? alias : undefined,
  };
}

function healthcheck(common: Common, segment: Segment): Healthcheck {
  const verb = /^(\S+)\s*/.exec(common.args.text);
  const none = verb?.[1]?.toUpperCase() === 'NONE';
  const rest = subExcerpt(common.args, span(verb?.[0].length ?? 0, common.args.text.length));
  const argsSpan = sourceSpan(rest, span(0, rest.text.length));
  const { form, script } = readScript({
    args: rest,
    argsSpan,
    heredocs: [],
    file: segment.text,
    posixShell: segment.posixShell,
  });
  return { kind: 'HEALTHCHECK', ...common, none, form, script };
}

function copy(kind: 'COPY' | 'ADD', common: Common): Copy {
  const strings = readJsonStrings(common.args)?.map(jsonWord);
  const all = strings ?? splitWords(common.args);
  const destination = all.at(-1);
  return {
    kind,
    ...common,
    from: common.flags.find(flag => flag.name === 'from')?.value,
    sources: all.slice(0, -1).filter(word => !isHeredoc(word, common.heredocs)),
    destination: all.length > 1 ? destination : undefined,
  };
}

function isHeredoc(word: Word, heredocs: readonly Heredoc[]): boolean {
  return heredocs.some(({ opening }) => opening.start < word.span.end && word.span.start < opening.end);
}

function variables(kind: 'ENV' | 'LABEL', common: Common): Instruction {
  const legacy = isLegacyProperty(common.args.text);
  const properties = legacy ? readLegacyProperty(common.args) : readProperties(common.args);
  return { kind, ...common, properties, legacy };
}

const WORD_KINDS = ['WORKDIR', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'MAINTAINER', 'SHELL'] as const;

function words(keyword: string, common: Common): Words {
  const kind = WORD_KINDS.find(known => known === keyword) ?? 'UNKNOWN';
  const strings =
    kind === 'SHELL' || kind === 'VOLUME' ? readJsonStrings(common.args)?.map(jsonWord) : undefined;
  return { kind, ...common, words: strings ?? splitWords(common.args) };
}

function onbuild(common: Common, segment: Segment): Onbuild {
  const keyword = splitWords(common.args)[0];
  if (!keyword) return { kind: 'ONBUILD', ...common, trigger: undefined };
  const line = subExcerpt(common.args, span(keyword.text.length, common.args.text.length));
  const trigger = typedInstruction({
    ...segment,
    span: span(keyword.span.start, segment.span.end),
    keyword,
    line,
  });
  return { kind: 'ONBUILD', ...common, trigger };
}
