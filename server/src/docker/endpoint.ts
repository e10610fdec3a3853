/** Where an engine listens: plain data, so that it can be handed to a worker thread. */
export type Endpoint = SocketEndpoint | TcpEndpoint | SshEndpoint;

export interface SocketEndpoint {
  /** A Unix socket, or a named pipe of Windows. */
  readonly kind: 'unix' | 'npipe';
  readonly path: string;
}

export interface TcpEndpoint {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMaterial | undefined;
}

/** An engine on a machine that the ssh program reaches. What is undefined is as ssh has it. */
export interface SshEndpoint {
  readonly kind: 'ssh';
  readonly user: string | undefined;
  /** A name or an address; it may be one of the user's settings of ssh. */
  readonly host: string;
  readonly port: number | undefined;
  /** The path of the engine's socket on that machine, where it is not the usual one. */
  readonly socket: string | undefined;
}

/** PEM texts; what is missing is not used. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** False where the user has switched the check of the engine's certificate off. */
  readonly verify: boolean;
}

/** As DOCKER_HOST writes it. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'tcp') return `tcp://${endpoint.host}:${endpoint.port}`;
  if (endpoint.kind !== 'ssh') return endpoint.path;
  const { user, host, port, socket } = endpoint;
  return `ssh://${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}${socket ?? ''}`;
}
