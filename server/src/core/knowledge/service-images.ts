// Images that services take as they are: what they are for, what they need, how to ask whether they are well.

/** `tool` is a person's window into something else; nothing but a person uses it. */
export type ServiceKind = 'postgres' | 'database' | 'cache' | 'queue' | 'proxy' | 'tool';

export interface ServiceImage {
  /** Without registry, `library/` and tag. */
  readonly names: readonly string[];
  readonly kind: ServiceKind;
  /** Mebibytes: the limit that suits a small installation, and what is set aside. */
  readonly memory: { readonly limit: number; readonly reservation: number };
  /** A command that ends with 0 when the service is well, as Compose wants it. */
  readonly test?: readonly string[];
  /** The profiles that fit a tool. */
  readonly profiles?: readonly string[];
  /** Where this is written down. */
  readonly source: string;
}

const SMALL = { limit: 256, reservation: 64 };
const MEDIUM = { limit: 512, reservation: 128 };
const LARGE = { limit: 1024, reservation: 256 };

/** The first entry that fits decides. */
const SERVICE_IMAGES: readonly ServiceImage[] = [
  {
    names: ['postgres', 'postgis/postgis', 'pgvector/pgvector'],
    kind: 'postgres',
    memory: MEDIUM,
    test: ['CMD-SHELL', 'pg_isready -U $${POSTGRES_USER:-postgres}'],
    source: 'https://www.postgresql.org/docs/current/app-pg-isready.html',
  },
  {
    names: ['mysql'],
    kind: 'database',
    memory: LARGE,
    test: ['CMD', 'mysqladmin', 'ping', '-h', '127.0.0.1', '--silent'],
    source: 'https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html',
  },
  {
    names: ['mariadb'],
    kind: 'database',
    memory: LARGE,
    test: ['CMD-SHELL', 'mariadb-admin ping -h 127.0.0.1 --silent || mysqladmin ping -h 127.0.0.1 --silent'],
    source: 'https://mariadb.com/kb/en/mariadb-admin/',
  },
  {
    names: ['mongo', 'timescale/timescaledb', 'neo4j', 'influxdb'],
    kind: 'database',
    memory: LARGE,
    source: 'https://hub.docker.com/_/mongo',
  },
  {
    names: ['clickhouse/clickhouse-server', 'clickhouse'],
    kind: 'database',
    memory: { limit: 4096, reservation: 1024 },
    source: 'https://clickhouse.com/docs/guides/sizing-and-hardware-recommendations',
  },
  {
    names: ['elasticsearch', 'opensearchproject/opensearch'],
    kind: 'database',
    memory: { limit: 2048, reservation: 1024 },
    source: 'https://hub.docker.com/_/elasticsearch',
  },
  {
    names: ['redis'],
    kind: 'cache',
    memory: SMALL,
    test: ['CMD', 'redis-cli', 'ping'],
    source: 'https://redis.io/docs/latest/commands/ping/',
  },
  {
    names: ['valkey/valkey'],
    kind: 'cache',
    memory: SMALL,
    test: ['CMD', 'valkey-cli', 'ping'],
    source: 'https://valkey.io/commands/ping/',
  },
  { names: ['memcached'], kind: 'cache', memory: SMALL, source: 'https://hub.docker.com/_/memcached' },
  {
    names: ['rabbitmq'],
    kind: 'queue',
    memory: MEDIUM,
    test: ['CMD', 'rabbitmq-diagnostics', '-q', 'ping'],
    source: 'https://www.rabbitmq.com/docs/monitoring#health-checks',
  },
  {
    names: ['nginx', 'caddy', 'httpd', 'traefik', 'haproxy'],
    kind: 'proxy',
    memory: SMALL,
    source: 'https://hub.docker.com/_/nginx',
  },
  tool(['adminer', 'phpmyadmin', 'phpmyadmin/phpmyadmin'], 'https://hub.docker.com/_/adminer'),
  tool(
    ['dpage/pgadmin4', 'sosedoff/pgweb'],
    'https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html',
  ),
  tool(['mongo-express'], 'https://hub.docker.com/_/mongo-express'),
  tool(
    ['rediscommander/redis-commander', 'redis/redisinsight'],
    'https://hub.docker.com/r/redis/redisinsight',
  ),
  tool(['mher/flower'], 'https://flower.readthedocs.io/en/latest/install.html'),
  tool(
    ['provectuslabs/kafka-ui', 'obsidiandynamics/kafdrop'],
    'https://hub.docker.com/r/provectuslabs/kafka-ui',
  ),
  tool(
    ['swaggerapi/swagger-ui', 'swaggerapi/swagger-editor'],
    'https://hub.docker.com/r/swaggerapi/swagger-ui',
  ),
  tool(['amir20/dozzle', 'portainer/portainer-ce'], 'https://dozzle.dev/guide/getting-started'),
  tool(
    ['mailhog/mailhog', 'axllent/mailpit', 'sj26/mailcatcher', 'maildev/maildev'],
    'https://mailpit.axllent.org/docs/install/docker/',
  ),
  {
    ...tool(['grafana/grafana', 'grafana/grafana-oss'], 'https://hub.docker.com/r/grafana/grafana'),
    memory: MEDIUM,
    profiles: ['monitoring'],
  },
  {
    names: [
      'jupyter/base-notebook',
      'jupyter/minimal-notebook',
      'jupyter/scipy-notebook',
      'jupyter/datascience-notebook',
      'quay.io/jupyter/base-notebook',
      'quay.io/jupyter/minimal-notebook',
      'quay.io/jupyter/scipy-notebook',
      'quay.io/jupyter/datascience-notebook',
    ],
    kind: 'tool',
    memory: { limit: 2048, reservation: 256 },
    profiles: ['notebooks'],
    source: 'https://jupyter-docker-stacks.readthedocs.io/en/latest/using/selecting.html',
  },
];

function tool(names: readonly string[], source: string): ServiceImage {
  return { names, kind: 'tool', memory: MEDIUM, profiles: ['tools'], source };
}

/** @param name an image's name without its tag, as written */
export function serviceImage(name: string): ServiceImage | undefined {
  const plain = name.replace(/^(docker\.io\/|index\.docker\.io\/)?(library\/)?/, '');
  return SERVICE_IMAGES.find(({ names }) => names.includes(plain));
}
