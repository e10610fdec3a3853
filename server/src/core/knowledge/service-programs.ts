import data from './service-programs.json';

export type Runtime = 'python' | 'node' | 'java' | 'ruby' | 'php' | 'dotnet' | 'native';

export interface ServiceProgram {
  readonly names: readonly string[];
  /** What interprets it; `native` for what starts by itself, in a fraction of a second. */
  readonly runtime: Runtime;
  /** A server takes connections on a port; a worker takes jobs from a queue; a runtime may do either, or end. */
  readonly kind: 'server' | 'worker' | 'runtime';
  /** What the server speaks. */
  readonly scheme?: 'http' | 'tcp';
  /** The port that it listens on by default. */
  readonly port?: number;
  /** Options whose value is the port. */
  readonly portOptions?: readonly string[];
  /** Options whose value is an address that ends in the port: `0.0.0.0:8000`. */
  readonly addressOptions?: readonly string[];
  /** Words without one of which it is no server: `run` of `flask run`. */
  readonly verbs?: readonly string[];
  /** Where this is written down. */
  readonly source: string;
}

/** Programs that containers run. The first entry that fits decides. */
export function servicePrograms(): readonly ServiceProgram[] {
  return data.programs as readonly ServiceProgram[];
}
