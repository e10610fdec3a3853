import { DockerError } from './errors';

const LINE_END = '\n'.charCodeAt(0);

/**
 * Lines of a stream that are not empty, each as soon as it is complete.
 *
 * @param longest bytes
 * @throws DockerError where a line is longer
 */
export async function* readLines(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END, start)) {
      const line = Buffer.concat([...begun, piece.subarray(start, end)]).toString('utf8');
      begun = [];
      length = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    begun.push(piece.subarray(start));
    length += piece.length - start;
    if (length > longest) {
      throw new DockerError(
        'failed',
        'The container engine sends an event that is longer than Plimsoll reads.',
      );
    }
  }
}
