import {
  CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { messageCame } from '../host/turns';

/** Throws where the client has withdrawn its request: to be called between two pieces of work. */
export type GoOn = () => void;

export type Answer<Params, Result> = (params: Params, goOn: GoOn) => Promise<Result>;

/** Something that happened unexpectedly: said once, however often it comes. */
export class Surprises {
  private readonly said = new Set<string>();

  constructor(private readonly connection: Pick<Connection, 'console'>) {}

  /** @param where what was being done, as the subject of a sentence */
  log(where: string, error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `${where} failed: ${what}`;
    if (this.said.has(message) || this.said.size >= MOST_SAID) return;
    this.said.add(message);
    this.connection.console.error(message);
  }
}

/** Nobody reads on after so many different ones. */
const MOST_SAID = 100;

/**
 * Answers requests: one that is withdrawn at once, as withdrawn, also while it waits for something; one that is
 * malformed with what is wrong in it; one that fails unexpectedly with an error, which is logged once.
 *
 * @param name of the request, for the log
 */
export function answering<Params, Result>(
  name: string,
  surprises: Surprises,
  answer: Answer<Params, Result>,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<never>> {
  return async (first, second) => {
    messageCame();
    // A request without params comes with its token in their place.
    const isAlone = CancellationToken.is(first);
    const token = [second, first].find(one => CancellationToken.is(one)) ?? CancellationToken.None;
    // What a client sends may be any; each answer looks at what it takes.
    const params = (isAlone ? undefined : first) as Params;
    const withdrawn = whenWithdrawn(token);
    try {
      const goOn = () => {
        if (token.isCancellationRequested) throw cancelled();
      };
      goOn();
      return await Promise.race([answer(params, goOn), withdrawn.answer]);
    } catch (error) {
      if (error instanceof ResponseError) return error as ResponseError<never>;
      // The workspace has other folders than when the request came.
      if (error instanceof Error && error.name === 'AbortError') return contentModified();
      surprises.log(name, error);
      return new ResponseError<never>(ErrorCodes.InternalError, `${name} failed: ${String(error)}`);
    } finally {
      withdrawn.forget();
    }
  };
}

/** Heeds notifications: nobody hears that one was malformed, so that it is logged, once. */
export function heeding<Params>(
  name: string,
  surprises: Surprises,
  heed: (params: Params) => void,
): (params: Params) => void {
  return params => {
    messageCame();
    try {
      heed(params);
    } catch (error) {
      surprises.log(name, error);
    }
  };
}

function whenWithdrawn(token: CancellationToken): {
  answer: Promise<ResponseError<never>>;
  forget: () => void;
} {
  let forget: () => void = () => undefined;
  const answer = new Promise<ResponseError<never>>(resolve => {
    const listening = token.onCancellationRequested(() => resolve(cancelled()));
    forget = () => listening.dispose();
  });
  return { answer, forget };
}

function cancelled(): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'the request was cancelled');
}

/** The document is not what it was when the client asked. */
export function contentModified(): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed in the meantime');
}

/** A request that is not what the protocol says. */
export function invalid(what: string): ResponseError<never> {
  return new ResponseError(ErrorCodes.InvalidParams, `${what} is missing or does not follow the protocol`);
}

/** What a value of a client has under a name; undefined where it is no object. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** @throws ResponseError where a request has no text of that name */
export function textField(params: unknown, name: string): string {
  const text = fieldOf(params, name);
  if (typeof text !== 'string') throw invalid(name);
  return text;
}

/** The URI of the document that a request is about. @throws ResponseError where there is none */
export function documentUri(params: unknown): string {
  const uri = fieldOf(fieldOf(params, 'textDocument'), 'uri');
  if (typeof uri !== 'string') throw invalid('textDocument.uri');
  return uri;
}

/** @throws ResponseError where a value is no position */
export function checkPosition(value: unknown, name: string): void {
  const isCount = (part: unknown) => Number.isInteger(part) && Number(part) >= 0;
  if (!isCount(fieldOf(value, 'line')) || !isCount(fieldOf(value, 'character'))) throw invalid(name);
}

/** @throws ResponseError where a value is no range */
export function checkRange(value: unknown, name: string): void {
  checkPosition(fieldOf(value, 'start'), `${name}.start`);
  checkPosition(fieldOf(value, 'end'), `${name}.end`);
}
