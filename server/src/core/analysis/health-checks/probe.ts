import type { BaseImage } from '../../knowledge/base-images';
import { argumentsOf, type Command } from '../../shell/command';
import { readCommandLine } from '../../shell/options';
import type { Word } from '../../text/word';

/** What the probe asks: `http://127.0.0.1:8000/health`, or only the port. */
export interface Endpoint {
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly host: string;
  /** A number, or a variable that the shell puts in. */
  readonly port: string;
  readonly path: string;
  /** True where an answer with a status of 400 or above counts as a failure. */
  readonly wantsSuccess?: boolean;
  /** True where any certificate will do. */
  readonly insecure?: boolean;
}

const URL_WORD =
  /^(?:(https?):\/\/)?([\w.-]+|\[::1?\])(?::(\d+|\$\w+|\$\{\w+(?::-\d+)?\}))?(\/[\w./?&=%+~-]*)?$/;
const LOCAL = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])$/;

/** What a call of curl, wget or nc asks; undefined where it asks for more than one thing, or nothing can tell. */
export function endpointOf(command: Command): Endpoint | undefined {
  const words = argumentsOf(command);
  if (/^(nc|netcat|ncat)$/.test(command.name)) return socketOf(words);
  if (!/^(curl|wget)$/.test(command.name)) return undefined;
  const [endpoint, ...others] = words.flatMap(word => urlEndpoint(word.text) ?? []);
  if (!endpoint || others.length > 0) return undefined;
  // wget fails by itself at a status of 400, curl only where it is told to.
  const isGiven = (long: RegExp, short: string) =>
    words.some(({ text }) => long.test(text) || (/^-[a-zA-Z]+$/.test(text) && text.includes(short)));
  const fails = command.name === 'wget' || isGiven(/^--fail(-with-body)?$/, 'f');
  const insecure = isGiven(/^--(insecure|no-check-certificate)$/, 'k');
  return { ...endpoint, ...(fails && { wantsSuccess: true }), ...(insecure && { insecure: true }) };
}

function urlEndpoint(text: string): Endpoint | undefined {
  const [, scheme, host = '', port, path = '/'] = URL_WORD.exec(text) ?? [];
  const isAddress = scheme !== undefined || LOCAL.test(host) || (port !== undefined && !/^\d/.test(host));
  if (host === '' || !isAddress) return undefined;
  const secure = scheme === 'https';
  return {
    scheme: secure ? 'https' : 'http',
    host: LOCAL.test(host) ? '127.0.0.1' : host,
    port: port ?? (secure ? '443' : '80'),
    path,
  };
}

function socketOf(words: readonly Word[]): Endpoint | undefined {
  const { operands } = readCommandLine(words, { takesValue: ['-w', '-q', '-s', '-p', '-i'] });
  const [host, port, ...more] = operands.map(word => word.text);
  if (!host || !port || more.length > 0 || !/^(\d+|\$\w+|\$\{\w+(:-\d+)?\})$/.test(port)) return undefined;
  if (!LOCAL.test(host) && !/^[\w.-]+$/.test(host)) return undefined;
  return { scheme: 'tcp', host: LOCAL.test(host) ? '127.0.0.1' : host, port, path: '' };
}

export interface Probe {
  readonly title: string;
  /** The program and its arguments. */
  readonly words: readonly string[];
}

/**
 * The probe that the base can make by itself, which asks as much as the check does: the same path and its status, or
 * only whether the port takes connections. None of them holds a double quote or a backslash.
 *
 * @returns undefined where the base has nothing to ask with
 */
export function probeWith(base: BaseImage, endpoint: Endpoint): Probe | undefined {
  const { scheme, host, port } = endpoint;
  const url = `${scheme}://${host}:${port}${endpoint.path}`;
  const asksForPage = scheme !== 'tcp' && endpoint.wantsSuccess === true;
  if (base.has.includes('python')) return asksForPage ? pythonRequest(endpoint) : pythonSocket(endpoint);
  if (base.has.includes('node')) return nodeRequest(endpoint);
  if (scheme === 'http' && base.has.includes('wget'))
    return {
      title: 'Check with wget, which the base image has',
      words: ['wget', '-q', '-O', '/dev/null', url],
    };
  if (base.has.includes('bash') && !asksForPage)
    return { title: 'Probe the port with bash', words: ['bash', '-c', `: > /dev/tcp/${host}/${port}`] };
  return undefined;
}

/** Only the port: it takes connections, or it does not. */
export function pythonSocket({ host, port }: Endpoint, python = 'python'): Probe {
  return {
    title: "Probe the port with Python's socket",
    words: [python, '-c', `import socket; socket.create_connection(('${host}', ${port}), 3)`],
  };
}

/** The same request, without a package: fails at a status of 400 and above. */
export function pythonRequest({ scheme, host, port, path, insecure }: Endpoint, python = 'python'): Probe {
  const url = `${scheme}://${host}:${port}${path}`;
  const [modules, context] =
    scheme === 'https' && insecure
      ? ['ssl, urllib.request', ', context=ssl._create_unverified_context()']
      : ['urllib.request', ''];
  return {
    title: "Check with Python's urllib",
    words: [python, '-c', `import ${modules}; urllib.request.urlopen('${url}', timeout=3${context})`],
  };
}

/** Fails at a status of 400 and above; only the port where nobody speaks HTTP. */
export function nodeRequest({ scheme, host, port, path, insecure }: Endpoint): Probe {
  const failed = "on('error', () => process.exit(1))";
  const options = scheme === 'https' && insecure ? ', { rejectUnauthorized: false }' : '';
  const code =
    scheme === 'tcp'
      ? `require('net').connect(${port}, '${host}').on('connect', () => process.exit(0)).${failed}`
      : `require('${scheme}').get('${scheme}://${host}:${port}${path}'${options}, r => process.exit(r.statusCode < 400 ? 0 : 1)).${failed}`;
  return { title: `Check with Node's ${scheme === 'tcp' ? 'net' : scheme}`, words: ['node', '-e', code] };
}

/** Every address that a piece of code names in quotes, as what it asks. */
export function endpointsIn(code: string): Endpoint[] {
  const urls = [...code.matchAll(/["'`](https?:\/\/[^"'`\s]+)["'`]/g)].map(match => match[1] ?? '');
  return [...new Set(urls)].flatMap(text => urlEndpoint(text) ?? []);
}
