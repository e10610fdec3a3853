/**
 * Bytes of bytecode that pip on Python 3.11 compiles of a package's own modules, for packages where it is 2.5 MB or
 * more: the `.pyc` files beside the modules that the package's RECORD names, added up after
 * `pip install --no-deps`. Measured in November 2026 with the versions that PyPI had then.
 * Source: https://pypi.org/
 */
export const BYTECODE_WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['altair', 4_016_181],
  ['azure-mgmt-network', 15_763_672],
  ['chromadb', 3_095_618],
  ['dagster', 10_384_952],
  ['dask', 10_067_012],
  ['debugpy', 5_103_435],
  ['diffusers', 29_932_337],
  ['django', 7_556_523],
  ['faker', 6_759_177],
  ['fonttools', 5_967_414],
  ['google-cloud-aiplatform', 80_003_388],
  ['gradio', 3_039_690],
  ['kubernetes', 49_128_424],
  ['langchain-community', 10_655_842],
  ['langchain-core', 2_829_493],
  ['matplotlib', 11_427_128],
  ['networkx', 9_490_305],
  ['nltk', 6_686_124],
  ['numpy', 14_003_858],
  ['onnx', 3_124_254],
  ['onnxruntime', 4_463_137],
  ['openai', 8_458_025],
  ['pandas', 36_932_810],
  ['plotly', 20_573_070],
  ['pyarrow', 4_585_230],
  ['scikit-learn', 16_990_827],
  ['scipy', 28_567_029],
  ['sentence-transformers', 2_929_985],
  ['spacy', 5_534_299],
  ['sqlalchemy', 10_346_402],
  ['statsmodels', 18_970_506],
  ['streamlit', 5_866_729],
  ['sympy', 48_540_509],
  ['transformers', 62_071_061],
  ['twilio', 24_964_851],
  ['xarray', 9_908_095],
]);

export const BYTECODE_MEASURED = 'bytecode that pip compiled on Python 3.11 in November 2026';
