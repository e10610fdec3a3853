import { keywordInCaseOf } from '../../dockerfile/edit';
import type { Dockerfile } from '../../dockerfile/model';
import type { BaseImage } from '../../knowledge/base-images';
import type { ServiceProgram } from '../../knowledge/service-programs';
import { linesOf } from '../../text/lines';
import { type Endpoint, nodeRequest, type Probe, pythonSocket } from './probe';
import { execWords, shellWords } from './probe-edit';

/**
 * A request of the start page of a web server that serves files, with the client of its base.
 *
 * @returns undefined where the program is another one, or the base has no client
 */
export function startPageProbe(
  { has }: BaseImage,
  program: ServiceProgram | undefined,
  port: string,
): Probe | undefined {
  if (program?.runtime !== 'native' || program.scheme !== 'http') return undefined;
  const url = `http://127.0.0.1:${port}/`;
  if (has.includes('wget'))
    return { title: 'Check with wget', words: ['wget', '-q', '-O', '/dev/null', url] };
  if (has.includes('curl'))
    return { title: 'Check with curl', words: ['curl', '-fsS', '-o', '/dev/null', url] };
  return undefined;
}

/**
 * The probe of a port that an image can make by itself, whether or not anything answers there in HTTP.
 *
 * @param port a number, or a variable that a shell puts in
 * @returns undefined where the base has nothing to ask with
 */
export function ownProbe(
  base: BaseImage,
  program: ServiceProgram | undefined,
  port: string,
): Probe | undefined {
  const endpoint: Endpoint = { scheme: 'tcp', host: '127.0.0.1', port, path: '' };
  const { has } = base;
  const runtime = program?.runtime;
  if (has.includes('node') && runtime !== 'python') return nodeRequest(endpoint);
  if (has.includes('python') && (runtime === 'python' || runtime === undefined))
    return pythonSocket(endpoint);
  if (base.packageManager === 'apk' && has.includes('nc'))
    return { title: 'Probe the port with nc', words: ['nc', '-z', '127.0.0.1', port] };
  if (!has.includes('bash')) return undefined;
  return { title: 'Probe the port with bash', words: ['bash', '-c', `: > /dev/tcp/127.0.0.1/${port}`] };
}

/** The lines of a HEALTHCHECK in the file's style. A variable makes it the shell form, which alone puts it in. */
export function checkLines(file: Dockerfile, probe: Probe, startSeconds: number): string[] {
  const { eol } = linesOf(file.text);
  const start = startSeconds > 0 ? ` --start-period=${startSeconds}s` : '';
  const needsShell = probe.words.some(word => word.includes('$'));
  const command = needsShell ? shellWords(probe) : `[${execWords(probe)}]`;
  const keyword = keywordInCaseOf(file, 'HEALTHCHECK');
  const options = `${keyword} --interval=30s --timeout=5s${start} --retries=3 ${file.escape}`;
  return [`${options}${eol}    ${keywordInCaseOf(file, 'CMD')} ${command}`];
}
