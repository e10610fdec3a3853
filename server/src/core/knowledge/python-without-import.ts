/**
 * Packages that programs need though no Python file imports them: nobody can tell from imports that one is superfluous.
 * By normalized name; the source stands above each group.
 */
export const NEEDED_WITHOUT_IMPORT: ReadonlySet<string> = new Set([
  // Servers and tools that a command line starts.
  // https://docs.djangoproject.com/en/5.2/howto/deployment/, https://fastapi.tiangolo.com/deployment/manually/
  ...['uvicorn', 'gunicorn', 'hypercorn', 'daphne', 'granian', 'waitress', 'uwsgi', 'mod-wsgi', 'meinheld'],
  ...[
    'uvicorn-worker',
    'gevent-websocket',
    'supervisor',
    'circus',
    'honcho',
    'watchdog',
    'watchgod',
    'watchfiles',
  ],
  ...[
    'celery',
    'flower',
    'rq',
    'dramatiq',
    'huey',
    'arq',
    'streamlit',
    'gradio',
    'dash',
    'panel',
    'voila',
    'jupyter',
  ],
  ...[
    'jupyterlab',
    'notebook',
    'ipykernel',
    'ipython',
    'nbconvert',
    'locust',
    'mlflow',
    'dbt-core',
    'alembic',
  ],
  ...[
    'yt-dlp',
    'awscli',
    'httpie',
    'ansible',
    'ansible-core',
    'apache-airflow',
    'prefect',
    'dagster',
    'scrapyd',
  ],
  // What servers and clients use where it is installed.
  // https://www.uvicorn.org/#quickstart, https://docs.gunicorn.org/en/stable/install.html
  ...[
    'uvloop',
    'httptools',
    'websockets',
    'wsproto',
    'gevent',
    'eventlet',
    'greenlet',
    'setproctitle',
    'tornado',
  ],
  ...['h2', 'h11', 'hiredis', 'aiodns', 'brotli', 'brotlipy', 'cchardet', 'winloop'],
  // https://fastapi.tiangolo.com/tutorial/request-forms/, https://www.starlette.io/#dependencies
  ...['python-multipart', 'jinja2', 'itsdangerous', 'ujson', 'orjson'],
  // https://docs.pydantic.dev/latest/install/#optional-dependencies
  ...['email-validator', 'python-dotenv', 'pydantic-settings', 'tzdata'],
  // Drivers that an address names. https://docs.sqlalchemy.org/en/20/core/engines.html,
  // https://docs.djangoproject.com/en/5.2/ref/databases/
  ...[
    'psycopg',
    'psycopg2',
    'psycopg2-binary',
    'psycopg-binary',
    'psycopg-c',
    'psycopg-pool',
    'asyncpg',
    'pg8000',
  ],
  ...[
    'pymysql',
    'mysqlclient',
    'aiomysql',
    'asyncmy',
    'mysql-connector-python',
    'mariadb',
    'aiosqlite',
    'pyodbc',
  ],
  ...[
    'aioodbc',
    'oracledb',
    'cx-oracle',
    'pymssql',
    'sqlalchemy-bigquery',
    'snowflake-sqlalchemy',
    'duckdb-engine',
  ],
  ...['clickhouse-sqlalchemy', 'clickhouse-connect', 'sqlalchemy-redshift', 'trino', 'pyhive', 'geoalchemy2'],
  // Brokers and result stores of task queues.
  // https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/
  ...['redis', 'librabbitmq', 'amqp', 'kombu', 'pycurl', 'kazoo', 'pymongo', 'pylibmc', 'python-memcached'],
  // Readers and writers that pandas loads by a file's ending.
  // https://pandas.pydata.org/docs/getting_started/install.html#optional-dependencies
  ...[
    'openpyxl',
    'xlrd',
    'xlsxwriter',
    'pyxlsb',
    'odfpy',
    'python-calamine',
    'pyarrow',
    'fastparquet',
    'tables',
  ],
  ...[
    'lxml',
    'html5lib',
    'beautifulsoup4',
    's3fs',
    'gcsfs',
    'adlfs',
    'fsspec',
    'numexpr',
    'bottleneck',
    'tabulate',
  ],
  ...['pyreadstat', 'xarray', 'zstandard', 'blosc', 'h5py', 'netcdf4', 'zarr', 'cftime'],
  // Back ends and accelerators of libraries for models and data.
  // https://huggingface.co/docs/transformers/installation, https://scikit-learn.org/stable/install.html
  ...[
    'torch',
    'torchvision',
    'torchaudio',
    'tensorflow',
    'accelerate',
    'safetensors',
    'sentencepiece',
    'protobuf',
  ],
  ...[
    'bitsandbytes',
    'einops',
    'peft',
    'optimum',
    'tiktoken',
    'hf-transfer',
    'hf-xet',
    'onnxruntime',
    'onnxruntime-gpu',
  ],
  ...[
    'timm',
    'xformers',
    'flash-attn',
    'triton',
    'sacremoses',
    'numba',
    'threadpoolctl',
    'ctranslate2',
    'kaleido',
  ],
  ...['imageio-ffmpeg', 'soundfile', 'tokenizers', 'nvidia-ml-py', 'pillow-heif', 'pycocotools'],
  // Hashes and ciphers that passlib, PyJWT and python-jose look for; docopt and the like of source packages.
  // https://passlib.readthedocs.io/en/stable/install.html, https://pyjwt.readthedocs.io/en/stable/installation.html
  ...[
    'bcrypt',
    'argon2-cffi',
    'cryptography',
    'pycryptodome',
    'ecdsa',
    'rsa',
    'pysocks',
    'socksio',
    'pyopenssl',
  ],
  // Django applications that settings name, often in ways that only Django reads.
  // https://docs.djangoproject.com/en/5.2/ref/settings/#installed-apps
  ...[
    'whitenoise',
    'dj-database-url',
    'django-redis',
    'django-storages',
    'django-cors-headers',
    'django-filter',
  ],
  ...['boto3', 'psycopg2cffi', 'channels-redis', 'django-extensions', 'argon2'],
  // Tools of builds, tests and types, and what the interpreter itself reads.
  ...[
    'pip',
    'setuptools',
    'wheel',
    'build',
    'cython',
    'pybind11',
    'meson-python',
    'ninja',
    'cmake',
    'scikit-build',
  ],
  ...[
    'pytest',
    'tox',
    'nox',
    'coverage',
    'black',
    'isort',
    'flake8',
    'pylint',
    'mypy',
    'ruff',
    'pyright',
    'bandit',
  ],
  ...[
    'pre-commit',
    'poetry',
    'uv',
    'pipenv',
    'twine',
    'hatchling',
    'debugpy',
    'pip-tools',
    'colorama',
    'playwright-stealth',
  ],
  ...[
    'typing-extensions',
    'importlib-metadata',
    'backports-zoneinfo',
    'exceptiongroup',
    'tomli',
    'contextvars',
  ],
  ...['dataclasses', 'pytz', 'six', 'future', 'certifi', 'urllib3', 'packaging', 'sniffio', 'anyio'],
  // Agents that patch the program from a command (`ddtrace-run`, `newrelic-admin`, `opentelemetry-instrument`).
  // https://opentelemetry.io/docs/zero-code/python/
  ...[
    'ddtrace',
    'newrelic',
    'elastic-apm',
    'opentelemetry-distro',
    'opentelemetry-api',
    'opentelemetry-sdk',
    'sentry-sdk',
  ],
  ...['python-json-logger', 'concurrent-log-handler', 'watchtower', 'google-cloud-logging'],
]);

/**
 * The same by a pattern of the name: plug-ins that their host finds by entry points, and type stubs.
 * https://packaging.python.org/en/latest/specifications/entry-points/, https://peps.python.org/pep-0561/
 */
export const PLUGIN_NAMES: readonly RegExp[] = [
  /^types-/,
  /-stubs$/,
  /^(pytest|flake8|mkdocs|sphinx|sphinxcontrib|tox|pylint|airflow|apache-airflow-providers|dbt|jupyter|jupyterlab)-/,
  /^(opentelemetry|nvidia|azure-monitor|gunicorn|uvicorn|celery|keyrings?|prefect|dagster|mlflow|django|djangorestframework)-/,
  /^(langchain|llama-index|haystack|litellm|spacy|en|xx|streamlit|dash|gradio|flask|sqlalchemy|asgi|wsgi)-/,
  /-(plugin|plugins|extension|extensions|provider|backend|driver|dialect|stub)$/,
];

/** Drivers that the scheme of an address names: `postgresql+asyncpg://…`. Sources: as for the drivers above. */
export const DRIVERS: Readonly<Record<string, string>> = {
  postgresql: 'psycopg2 psycopg2-binary psycopg psycopg-binary asyncpg',
  postgres: 'psycopg2 psycopg2-binary psycopg psycopg-binary asyncpg',
  'postgresql+psycopg2': 'psycopg2 psycopg2-binary',
  'postgresql+psycopg': 'psycopg psycopg-binary',
  'postgresql+asyncpg': 'asyncpg',
  'mysql+pymysql': 'pymysql',
  'mysql+aiomysql': 'aiomysql',
  mysql: 'mysqlclient pymysql',
  'sqlite+aiosqlite': 'aiosqlite',
  redis: 'redis hiredis',
  rediss: 'redis hiredis',
  s3: 's3fs boto3',
  gs: 'gcsfs',
  mongodb: 'pymongo',
};
