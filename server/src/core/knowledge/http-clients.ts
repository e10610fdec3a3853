import data from './http-clients.json';
import { entryOf, namesOf } from './table';

/** An HTTP client that is a package of its own. */
export interface HttpClient {
  readonly name: string;
  /** Milliseconds that loading it takes, with all that it loads; undefined if it was not measured. */
  readonly milliseconds: number | undefined;
}

const ofNode = namesOf(() => data.node);

/** Undefined for a module that is no HTTP client. @param module as `import` or `require` takes it */
export function httpClient(language: 'python' | 'node', module: string): HttpClient | undefined {
  if (language === 'node')
    return ofNode().has(module) ? { name: module, milliseconds: undefined } : undefined;
  const milliseconds = entryOf<number | null>(data.python, module);
  return milliseconds === undefined ? undefined : { name: module, milliseconds: milliseconds ?? undefined };
}
