/** Where an engine listens: plain data, so that it can be handed to a worker thread. */
export type Endpoint = SocketEndpoint | TcpEndpoint;

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
  return endpoint.kind === 'tcp' ? `tcp://${endpoint.host}:${endpoint.port}` : endpoint.path;
}
