import type { Compose } from './compose/model';
import type { Dockerfile } from './dockerfile/model';
import type { Finding, NotOffered, Offer, Safety, Severity } from './finding';
import type { PythonManifest } from './manifests/model';
import type { EngineFacts } from './project/engine';
import type { Language } from './project/language';
import type { WorkspaceFacts } from './project/workspace';

/** What a rule is about, for the tables of rules and the settings. */
export type Category =
  | 'correctness'
  | 'security'
  | 'size'
  | 'speed'
  | 'reproducibility'
  | 'operations'
  | 'style';

/** What people see of a rule beside its page, which is the file `ID.md` beside its code: its settings and its row in the tables. */
export interface RuleMeta {
  /** Names the bad pattern, for ever: settings and scripts hold it. */
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  /** The release it came with. */
  readonly since: string;
  /** One line of Markdown: what is reported. */
  readonly summary: string;
  readonly fix: 'none' | Safety;
  /** Ids of other tools for the same thing: `DL3042`, `StageNameCasing`. */
  readonly aliases?: readonly string[];
  /** False: only on request. */
  readonly defaultOn?: boolean;
}

/** What the outside world tells about a file: snapshots, read before any rule runs. */
export interface Context {
  readonly workspace: WorkspaceFacts;
  readonly engine: EngineFacts;
}

/** What a setting or a configuration file may give an option of a rule. */
export type OptionValue = string | number | boolean;

/** An option of a rule, with the value that it has by default. */
export interface OptionSpec<Value extends OptionValue = OptionValue> {
  readonly default: Value;
  readonly description: string;
}

/** The options of a rule, by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of a rule's options, by name, as `check` gets them. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Widened<Specs[Name]['default']>;
};

type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : never;

/** One rule in one object: what it is called, and the check. Its page and its examples are the file `ID.md` beside it. */
export interface Rule<File = SourceFile, Specs extends OptionSpecs = OptionSpecs> {
  /** The languages that it checks. */
  readonly languages: readonly [Language, ...Language[]];
  readonly meta: RuleMeta;
  readonly options?: Specs;
  check(file: File, context: Context, options: OptionsOf<Specs>): Iterable<Finding>;
  /**
   * Says in one finding what several of a file say alike. Asked only where more than one is left after comments have
   * silenced theirs; an editor still shows the fixes of each at its own place.
   */
  gather?(file: File, context: Context, options: OptionsOf<Specs>, found: readonly Finding[]): Finding;
}

/** What rules and conversions read. */
export type SourceFile = Dockerfile | Compose | PythonManifest;

type RuleFor<File, Specs extends OptionSpecs> = Omit<Rule<File, Specs>, 'languages'>;

/** Makes a rule about Dockerfiles; the types of its options follow from their defaults. */
export function dockerfileRule<const Specs extends OptionSpecs>(rule: RuleFor<Dockerfile, Specs>): Rule {
  return { ...rule, languages: ['dockerfile'] } as unknown as Rule;
}

/** Makes a rule about Compose files. */
export function composeRule<const Specs extends OptionSpecs>(rule: RuleFor<Compose, Specs>): Rule {
  return { ...rule, languages: ['compose'] } as unknown as Rule;
}

/** Makes a rule about requirements files, `pyproject.toml` and `Pipfile`. */
export function pythonManifestRule<const Specs extends OptionSpecs>(
  rule: RuleFor<PythonManifest, Specs>,
): Rule {
  return { ...rule, languages: ['python-manifest'] } as unknown as Rule;
}

interface FileOf {
  readonly dockerfile: Dockerfile;
  readonly compose: Compose;
  readonly 'python-manifest': PythonManifest;
}

type Checks<Specs extends OptionSpecs> = {
  readonly [Name in Language]?: (
    file: FileOf[Name],
    context: Context,
    options: OptionsOf<Specs>,
  ) => Iterable<Finding>;
};

type SharedRule<Specs extends OptionSpecs> = Omit<Rule<SourceFile, Specs>, 'languages' | 'check'> & {
  readonly checks: Checks<Specs>;
};

/** Makes a rule about one pattern that is in files of several languages: a check for each of them. */
export function sharedRule<const Specs extends OptionSpecs>({ checks, ...rule }: SharedRule<Specs>): Rule {
  const byLanguage = new Map<string, Rule['check']>(
    Object.entries(checks) as unknown as [string, Rule['check']][],
  );
  return {
    ...rule,
    languages: [...byLanguage.keys()],
    check: (file: SourceFile, context: Context, options: OptionsOf<OptionSpecs>) =>
      byLanguage.get(file.language)?.(file, context, options) ?? [],
  } as unknown as Rule;
}

/** What people see of a conversion beside its page: its title at the lightbulb and its row in the tables. */
export interface ConversionMeta {
  readonly id: string;
  /** What the lightbulb shows: `Convert to a multi-stage build with wheels`. */
  readonly title: string;
  readonly since: string;
  /** One line of Markdown: what it does. */
  readonly summary: string;
  readonly safety: Safety;
  /** Of what a container starts with, the instructions that it rewrites, to the same effect. */
  readonly rewrites?: readonly ('CMD' | 'ENTRYPOINT' | 'USER' | 'HEALTHCHECK')[];
}

/** One rewrite of a whole file in one object: what it is called, and its offers. Its page is the file `ID.md` beside it. */
export interface Conversion<File = SourceFile> {
  readonly language: Exclude<Language, 'python-manifest'>;
  readonly meta: ConversionMeta;
  /** Cheap: called at every lightbulb. One offer for each place that can be converted. */
  offers(file: File, context: Context): readonly (Offer | NotOffered)[];
}

/** Makes a conversion of Dockerfiles. */
export function dockerfileConversion(conversion: Omit<Conversion<Dockerfile>, 'language'>): Conversion {
  return { ...conversion, language: 'dockerfile' } as unknown as Conversion;
}

/** Makes a conversion of Compose files. */
export function composeConversion(conversion: Omit<Conversion<Compose>, 'language'>): Conversion {
  return { ...conversion, language: 'compose' } as unknown as Conversion;
}
