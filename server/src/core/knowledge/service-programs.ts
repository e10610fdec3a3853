// Programs that containers run, with what they listen on and how long they take until they do.

export type Runtime = 'python' | 'node' | 'java' | 'ruby' | 'php' | 'dotnet' | 'native';

export interface ServiceProgram {
  readonly names: readonly string[];
  /** What interprets it; `native` for what starts by itself, in a fraction of a second. */
  readonly runtime: Runtime;
  /** A server takes connections on a port; a worker takes jobs from a queue; a runtime may do either, or end. */
  readonly kind: 'server' | 'worker' | 'runtime';
  /** What the server speaks. */
  readonly scheme?: 'http' | 'tcp';
  /** The port that it listens on where nobody says otherwise. */
  readonly port?: number;
  /** Options whose value is the port. */
  readonly portOptions?: readonly string[];
  /** Options whose value is an address that ends in the port: `0.0.0.0:8000`. */
  readonly addressOptions?: readonly string[];
  /** A word without which it is no server: `run` of `flask run`. */
  readonly verb?: RegExp;
  /** Where this is written down. */
  readonly source: string;
}

/** The first entry that fits decides. */
export const SERVICE_PROGRAMS: readonly ServiceProgram[] = [
  {
    names: ['uvicorn'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    portOptions: ['--port'],
    source: 'https://www.uvicorn.org/settings/#socket-binding',
  },
  {
    names: ['gunicorn'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    addressOptions: ['-b', '--bind'],
    source: 'https://docs.gunicorn.org/en/stable/settings.html#bind',
  },
  {
    names: ['hypercorn'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    addressOptions: ['-b', '--bind'],
    source: 'https://hypercorn.readthedocs.io/en/latest/how_to_guides/binds.html',
  },
  {
    names: ['granian'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    portOptions: ['--port'],
    source: 'https://github.com/emmett-framework/granian#options',
  },
  {
    names: ['daphne'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    portOptions: ['-p', '--port'],
    source: 'https://github.com/django/daphne#running',
  },
  {
    names: ['waitress-serve'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8080,
    portOptions: ['--port'],
    addressOptions: ['--listen'],
    source: 'https://docs.pylonsproject.org/projects/waitress/en/latest/runner.html',
  },
  {
    names: ['flask'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 5000,
    portOptions: ['-p', '--port'],
    verb: /^run$/,
    source: 'https://flask.palletsprojects.com/en/stable/cli/',
  },
  {
    names: ['fastapi'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    portOptions: ['--port'],
    verb: /^(run|dev)$/,
    source: 'https://fastapi.tiangolo.com/fastapi-cli/',
  },
  {
    names: ['streamlit'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8501,
    portOptions: ['--server.port'],
    verb: /^run$/,
    source: 'https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server',
  },
  {
    names: ['celery'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 5555,
    portOptions: ['--port'],
    verb: /^flower$/,
    source: 'https://flower.readthedocs.io/en/latest/config.html#port',
  },
  {
    names: ['celery'],
    runtime: 'python',
    kind: 'worker',
    verb: /^(worker|beat|multi)$/,
    source: 'https://docs.celeryq.dev/en/stable/reference/cli.html',
  },
  {
    names: ['rq', 'dramatiq', 'arq', 'huey_consumer'],
    runtime: 'python',
    kind: 'worker',
    source: 'https://python-rq.org/docs/workers/',
  },
  {
    names: ['manage.py', 'django-admin'],
    runtime: 'python',
    kind: 'server',
    scheme: 'http',
    port: 8000,
    verb: /^runserver$/,
    source: 'https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver',
  },
  {
    names: ['next'],
    runtime: 'node',
    kind: 'server',
    scheme: 'http',
    port: 3000,
    portOptions: ['-p', '--port'],
    verb: /^(start|dev)$/,
    source: 'https://nextjs.org/docs/app/api-reference/cli/next#next-start-options',
  },
  {
    names: ['nginx'],
    runtime: 'native',
    kind: 'server',
    scheme: 'http',
    port: 80,
    source: 'https://hub.docker.com/_/nginx',
  },
  {
    names: ['httpd', 'httpd-foreground', 'apache2-foreground', 'apache2ctl', 'apachectl'],
    runtime: 'native',
    kind: 'server',
    scheme: 'http',
    port: 80,
    source: 'https://hub.docker.com/_/httpd',
  },
  {
    names: ['caddy'],
    runtime: 'native',
    kind: 'server',
    scheme: 'http',
    port: 80,
    verb: /^run$/,
    source: 'https://hub.docker.com/_/caddy',
  },
  {
    names: ['php-fpm'],
    runtime: 'native',
    kind: 'server',
    scheme: 'tcp',
    port: 9000,
    source: 'https://hub.docker.com/_/php',
  },
  {
    names: ['rails', 'bin/rails', 'puma', 'rackup', 'unicorn'],
    runtime: 'ruby',
    kind: 'server',
    scheme: 'http',
    portOptions: ['-p', '--port'],
    source: 'https://guides.rubyonrails.org/command_line.html',
  },
  {
    names: ['python', 'ipython', 'pypy3', 'pypy'],
    runtime: 'python',
    kind: 'runtime',
    source: 'https://docs.python.org/3/using/cmdline.html',
  },
  {
    names: ['node', 'nodejs', 'npm', 'npx', 'yarn', 'pnpm', 'bun', 'pm2-runtime', 'tsx', 'ts-node'],
    runtime: 'node',
    kind: 'runtime',
    source: 'https://nodejs.org/api/cli.html',
  },
  {
    names: ['java', 'catalina.sh'],
    runtime: 'java',
    kind: 'runtime',
    source: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
  },
  {
    names: ['ruby', 'bundle', 'rake', 'sidekiq'],
    runtime: 'ruby',
    kind: 'runtime',
    source: 'https://www.ruby-lang.org/en/documentation/',
  },
  {
    names: ['php'],
    runtime: 'php',
    kind: 'runtime',
    source: 'https://www.php.net/manual/en/features.commandline.php',
  },
  {
    names: ['dotnet'],
    runtime: 'dotnet',
    kind: 'runtime',
    source: 'https://learn.microsoft.com/en-us/dotnet/core/tools/dotnet',
  },
];
