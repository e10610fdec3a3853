/**
 * Packages that other packages load when some function of theirs is called, though the program never imports them: by
 * normalized name, the modules of the callers. Sources: the sections on optional dependencies of
 * https://pandas.pydata.org/docs/getting_started/install.html, https://www.starlette.io/testclient/,
 * https://docs.djangoproject.com/en/5.2/ref/models/fields/#imagefield, https://xgboost.readthedocs.io/en/stable/install.html,
 * https://lightgbm.readthedocs.io/en/stable/Python-Intro.html, https://plotly.com/python/linear-fits/,
 * https://networkx.org/documentation/stable/install.html, https://www.django-rest-framework.org/#requirements,
 * https://duckdb.org/docs/stable/clients/python/conversion
 */
export const LOADED_BY: Readonly<Record<string, string>> = {
  httpx: 'fastapi.testclient starlette.testclient',
  requests: 'starlette.testclient',
  matplotlib:
    'pandas networkx sklearn xgboost lightgbm catboost shap nltk wordcloud statsmodels prophet gensim',
  scipy: 'pandas networkx xarray librosa numba skimage PIL cv2',
  statsmodels: 'plotly seaborn',
  'scikit-learn': 'xgboost lightgbm catboost nltk librosa shap optuna torch',
  pillow:
    'django qrcode fpdf openpyxl matplotlib streamlit docx pptx reportlab torchvision transformers wagtail barcode',
  pandas:
    'streamlit plotly datasets seaborn xgboost lightgbm catboost dask pyspark duckdb polars gradio google.cloud.bigquery snowflake.connector clickhouse_connect great_expectations feast mlflow',
  numpy: 'cv2 torch pandas pyarrow faiss qdrant_client pgvector',
  markdown: 'rest_framework',
  pygments: 'rest_framework rich markdown',
  psutil: 'dask distributed accelerate torch luigi locust',
  rich: 'typer fastapi_cli',
  tqdm: 'pandas huggingface_hub nltk',
  regex: 'nltk dateparser tiktoken',
  pyparsing: 'rdflib httplib2 pydot',
  networkx: 'torch skimage',
  sympy: 'torch',
  websockets: 'uvicorn fastapi sanic',
  'python-dateutil': 'pandas celery arrow',
  croniter: 'celery rq airflow',
  sqlparse: 'django',
  sqlalchemy: 'pandas celery apscheduler optuna',
  nltk: 'textblob rouge_score sumy',
  aiohttp: 'slack_sdk slack_bolt discord fsspec s3fs openai',
  grpcio: 'google.cloud opentelemetry',
};

/**
 * Frameworks that load whatever a class of theirs stands for: a loader, a store or a model is named, its package is not.
 * https://python.langchain.com/docs/integrations/document_loaders/, https://docs.llamaindex.ai/en/stable/module_guides/
 */
export const LOADS_ANYTHING: readonly string[] = [
  ...[
    'langchain',
    'langchain_community',
    'langchain_huggingface',
    'llama_index',
    'haystack',
    'unstructured',
    'crewai',
  ],
  ...[
    'autogen',
    'litellm',
    'airflow',
    'dagster',
    'kedro',
    'great_expectations',
    'stevedore',
    'pluggy',
    'yapsy',
  ],
];
