import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversion } from '../../server/src/core/rule';
import { type Fence, sections } from './case-files';

/** One case of a conversion: from its own examples, or from `test/cases/CONVERSION.md`. */
export interface ConversionCase {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  /** Other files that are there. */
  readonly files: Readonly<Record<string, string>>;
  /** The Compose service to convert, where there are several. */
  readonly service: string | undefined;
  /** Every file that is changed or made, by path; undefined where the conversion is not offered. */
  readonly after: Readonly<Record<string, string>> | undefined;
  /** The reason, where it is not offered. */
  readonly declined: string | undefined;
}

const NAMES = { dockerfile: 'Dockerfile', compose: 'compose.yaml' } as const;

/** The examples of a conversion, then the cases of its file in `folder`. */
export function conversionCases(folder: string, conversion: Conversion): ConversionCase[] {
  const examples = conversion.examples.map(
    (example, index): ConversionCase => ({
      title: example.title ?? `example ${index + 1}`,
      path: example.path ?? NAMES[conversion.language],
      text: example.before,
      files: example.files ?? {},
      service: example.service,
      after: example.after,
      declined: example.declined,
    }),
  );
  const file = join(folder, `${conversion.meta.id}.md`);
  if (!existsSync(file)) return examples;
  const cases = sections(readFileSync(file, 'utf8')).map(({ title, fences }) =>
    readCase(title, fences, conversion),
  );
  return [...examples, ...cases];
}

/**
 * The fences of a case, by what stands behind the backquotes: `dockerfile` or `yaml` (a path may follow) is the file;
 * `service NAME` the one to convert; `after PATH` a file that is changed or made; `declined` the reason why it is not
 * offered; any other word the path of a file beside.
 */
function readCase(title: string, fences: readonly Fence[], conversion: Conversion): ConversionCase {
  const language = conversion.language === 'dockerfile' ? 'dockerfile' : 'yaml';
  const files: Record<string, string> = {};
  const after: Record<string, string> = {};
  let source: Fence | undefined;
  let service: string | undefined;
  let declined: string | undefined;
  for (const fence of fences) {
    const [word = '', path = ''] = fence.info.split(/\s+/);
    if (word === language && !source) source = fence;
    else if (word === 'after') after[path] = fence.text;
    else if (word === 'declined') declined = fence.text.trim();
    else if (word === 'service') service = path;
    else files[word] = /^@[\d.]+(kB|MB|GB)\s*$/.test(fence.text) ? fence.text.trim() : fence.text;
  }
  if (!source) throw new Error(`${conversion.meta.id}: the case "${title}" has no ${language} fence`);
  const path = source.info.split(/\s+/)[1] ?? NAMES[conversion.language];
  const converted = Object.keys(after).length > 0 ? after : undefined;
  return { title, path, text: source.text, files, service, after: converted, declined };
}
