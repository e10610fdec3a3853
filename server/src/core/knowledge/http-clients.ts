// HTTP clients that are packages of their own, with what loading them costs.

/**
 * Milliseconds that `import NAME` takes in a fresh process, with all that it loads, and the interpreter's start left
 * out. `urllib.request` of the standard library takes 28 and `socket` 7. Measured in November 2026 with Python 3.11 in
 * a container of a small machine, the middle of three runs, compiled files at hand.
 */
const PYTHON: Readonly<Record<string, number | undefined>> = {
  requests: 85,
  httpx: 60,
  aiohttp: 168,
  urllib3: 65,
  niquests: undefined,
  requests_html: undefined,
  httplib2: undefined,
  treq: undefined,
};

/** By the name that `require` takes. */
const NODE = new Set(['axios', 'got', 'node-fetch', 'undici', 'request', 'superagent', 'needle', 'ky']);

export interface HttpClient {
  readonly name: string;
  /** Milliseconds that loading it takes; undefined where nobody has measured. */
  readonly milliseconds: number | undefined;
}

/** The first of these modules that is an HTTP client; undefined where none is. */
export function httpClientAmong(
  language: 'python' | 'node',
  modules: readonly string[],
): HttpClient | undefined {
  if (language === 'node') {
    const name = modules.find(module => NODE.has(module));
    return name === undefined ? undefined : { name, milliseconds: undefined };
  }
  const name = modules.find(module => Object.hasOwn(PYTHON, module));
  return name === undefined ? undefined : { name, milliseconds: PYTHON[name] };
}
