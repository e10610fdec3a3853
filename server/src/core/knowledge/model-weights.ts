/** Names of files that hold the weights of a model, whatever is in front. */
export const WEIGHT_FILES: readonly RegExp[] = [
  /\.(safetensors|gguf|ggml|ckpt|onnx|pth?|tflite|keras|h5|mlmodel|engine)$/i,
  /(^|\/)(pytorch_model|model|ggml|tf_model|flax_model|adapter_model)[\w.-]*\.(bin|msgpack)$/i,
  /\.(pkl|pickle|joblib|bin)$/i,
];

/** Files of the last pattern are weights only where they are large. */
export const SURE_WEIGHT_FILES = WEIGHT_FILES.slice(0, 2);

/** Calls of Python libraries that fetch a model by its name. */
export const DOWNLOADING_CALLS: readonly string[] = [
  ...['from_pretrained', 'SentenceTransformer', 'CrossEncoder', 'snapshot_download', 'hf_hub_download'],
  ...['pipeline', 'WhisperModel', 'whisper.load_model', 'torch.hub.load', 'hub.load', 'TextEmbedding'],
  ...[
    'HuggingFaceEmbeddings',
    'HuggingFaceBgeEmbeddings',
    'SentenceTransformerEmbeddings',
    'spacy.cli.download',
  ],
  ...[
    'AutoModel',
    'YOLO',
    'FlagModel',
    'open_clip.create_model_and_transforms',
    'PaddleOCR',
    'easyocr.Reader',
  ],
];

/**
 * What some models weigh as they are downloaded, in bytes.
 *
 * Sources: the file lists of the models on https://huggingface.co (all-MiniLM-L6-v2, …),
 * https://spacy.io/models/en, https://github.com/ggml-org/whisper.cpp/blob/master/models/README.md (2026-11)
 */
export const MODEL_BYTES: Readonly<Record<string, number>> = {
  'all-minilm-l6-v2': 91e6,
  'all-minilm-l12-v2': 134e6,
  'all-mpnet-base-v2': 438e6,
  'multi-qa-mpnet-base-dot-v1': 438e6,
  'paraphrase-multilingual-minilm-l12-v2': 471e6,
  'paraphrase-multilingual-mpnet-base-v2': 1.1e9,
  'bge-small-en-v1.5': 133e6,
  'bge-base-en-v1.5': 438e6,
  'bge-large-en-v1.5': 1.3e9,
  'bge-m3': 2.3e9,
  'multilingual-e5-base': 1.1e9,
  'multilingual-e5-large': 2.2e9,
  'bert-base-uncased': 440e6,
  'distilbert-base-uncased': 268e6,
  en_core_web_sm: 12e6,
  en_core_web_md: 31e6,
  en_core_web_lg: 382e6,
  en_core_web_trf: 436e6,
};

/** Programs that fetch a model, with the words that say so. */
export const DOWNLOADERS: readonly { readonly program: string; readonly verb: string }[] = [
  { program: 'huggingface-cli', verb: 'download' },
  { program: 'hf', verb: 'download' },
  { program: 'ollama', verb: 'pull' },
  { program: 'spacy', verb: 'download' },
];
