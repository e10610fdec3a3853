// Variables that bound how many threads numeric libraries start, and the Python packages that heed them.

/** What bounds the threads of OpenMP and of the linear algebra behind numpy; one of them is a decision. */
export const THREAD_VARIABLES: readonly string[] = [
  'OMP_NUM_THREADS',
  'MKL_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'OMP_THREAD_LIMIT',
  'TORCH_NUM_THREADS',
];

/**
 * Packages that start one thread for each CPU of the machine. `OMP_NUM_THREADS` is heeded by OpenMP, by OpenBLAS (in the
 * wheels of numpy and scipy) and by MKL where `MKL_NUM_THREADS` is not set; `MKL_NUM_THREADS` by the MKL inside torch.
 * Sources: https://numpy.org/doc/stable/reference/global_state.html#number-of-threads-used-for-linear-algebra,
 * https://scikit-learn.org/stable/computing/parallelism.html,
 * https://docs.pytorch.org/docs/stable/notes/cpu_threading_torchscript_inference.html
 */
const NUMERIC = new Set([
  ...['numpy', 'scipy', 'pandas', 'scikit-learn', 'faiss-cpu', 'numexpr', 'xgboost', 'lightgbm', 'catboost'],
  ...[
    'torch',
    'torchvision',
    'torchaudio',
    'tensorflow',
    'tensorflow-cpu',
    'keras',
    'onnxruntime',
    'openvino',
  ],
  ...['opencv-python', 'opencv-python-headless', 'spacy', 'gensim', 'statsmodels', 'umap-learn'],
]);

/**
 * Packages that bring Hugging Face's tokenizers, which start threads of their own and warn when the process forks.
 * Source: https://huggingface.co/docs/tokenizers/api/tokenizer (TOKENIZERS_PARALLELISM)
 */
const TOKENIZING = new Set([
  ...['tokenizers', 'transformers', 'sentence-transformers', 'fastembed', 'flair', 'bertopic'],
  ...['langchain-huggingface', 'llama-index-embeddings-huggingface', 'haystack-ai'],
]);

/** What bounds the threads of these packages, and the first package that starts them; undefined where none does. */
export function threadBounds(
  packages: ReadonlySet<string>,
): { readonly because: string; readonly variables: Readonly<Record<string, string>> } | undefined {
  const tokenizing = [...packages].find(name => TOKENIZING.has(name));
  const because = [...packages].find(name => NUMERIC.has(name)) ?? tokenizing;
  if (because === undefined) return undefined;
  const bounds = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return {
    because,
    variables: tokenizing === undefined ? bounds : { ...bounds, TOKENIZERS_PARALLELISM: 'false' },
  };
}
