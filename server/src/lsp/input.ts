import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { type Message, type MessageReader, StreamMessageReader } from 'vscode-languageserver/node';
import { fieldOf } from './answering';

/** Bytes of the headers of one message: there are two, of some forty bytes each. */
const MOST_HEADER = 8 * 1024;
/** Bytes of one message: five times the longest document that is read, each character of it escaped. */
const MOST_MESSAGE = 64 * 1024 * 1024;

const HEADER_END = '\r\n\r\n';

/**
 * Lets messages through as they come, and fails where a header does not end or announces what can be no message: the
 * library would keep all that follows, and wait for what never comes.
 */
class Framed extends Transform {
  private header = '';
  /** Bytes of the body that are still to come. */
  private rest = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const problem = this.problemOf(chunk);
    if (problem === undefined) done(null, chunk);
    else done(new Error(problem));
  }

  private problemOf(chunk: Buffer): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.rest > 0) {
        const taken = Math.min(this.rest, chunk.length - at);
        this.rest -= taken;
        at += taken;
        continue;
      }
      const before = this.header.length;
      this.header += chunk.toString('latin1', at, at + MOST_HEADER);
      const end = this.header.indexOf(HEADER_END);
      if (end === -1 && this.header.length > MOST_HEADER) return 'the header of a message does not end';
      if (end === -1) return undefined;
      const length = Number.parseInt(
        /^content-length:(.*)$/im.exec(this.header.slice(0, end))?.[1] ?? '',
        10,
      );
      if (length < 0 || length > MOST_MESSAGE) return `a message says that it has ${length} bytes`;
      at += end + HEADER_END.length - before;
      this.header = '';
      // The library passes over a header that says nothing.
      this.rest = Number.isNaN(length) ? 0 : length;
    }
    return undefined;
  }
}

/**
 * Makes a reader pass on what a server can read: `exit` does not wait for the thousands of messages that came before
 * it, and `initialize` has the parts that the library takes for granted.
 */
export function prompt<Reader extends MessageReader>(reader: Reader, onExit: (code: number) => void): Reader {
  const listen = reader.listen.bind(reader);
  let wasShutDown = false;
  reader.listen = callback =>
    listen(message => {
      const method = fieldOf(message, 'method');
      if (method === 'shutdown') wasShutDown = true;
      if (method === 'exit') onExit(wasShutDown ? 0 : 1);
      else callback(method === 'initialize' ? withCapabilities(message) : message);
    });
  return reader;
}

function withCapabilities(message: Message): Message {
  const params = fieldOf(message, 'params');
  const capabilities = fieldOf(params, 'capabilities');
  const isObject = typeof capabilities === 'object' && capabilities !== null;
  const sound = { ...(params ?? {}), capabilities: isObject ? capabilities : {} };
  return { ...message, params: sound } as Message;
}

/**
 * The messages of standard input.
 *
 * @param onEnd called when no more will come: with the exit code where the client says it, and with what is wrong where
 *   something is
 */
export function messagesOf(
  input: Readable,
  onEnd: (end: { readonly code?: number; readonly problem?: string }) => void,
): StreamMessageReader {
  const framed = new Framed();
  framed.once('error', error => onEnd({ code: 1, problem: error.message }));
  input.once('end', () => onEnd({}));
  input.once('close', () => onEnd({}));
  return prompt(new StreamMessageReader(input.pipe(framed)), code => onEnd({ code }));
}
