import { downloadingCalls, isModelDownloader, isWeightFile } from '../../knowledge/model-weights';
import type { Command } from '../../shell/command';
import { argumentsOf } from '../../shell/command';
import { escapedForPattern } from '../../text/pattern-source';
import type { Word } from '../../text/word';

/** A command that fetches the weights of a model. */
export interface ModelDownload {
  /** The model's name or the file, where the command says it: `all-MiniLM-L6-v2`. */
  readonly model: string | undefined;
}

/**
 * Reads a command as the download of a model; undefined for all others.
 *
 * @param program code that the command gets on its standard input: the body of a heredoc
 */
export function modelDownload(command: Command, program = ''): ModelDownload | undefined {
  if (/^(python|pypy)[\d.]*$/.test(command.name)) return pythonDownload(command, program);
  if (FETCHERS.has(command.name)) return fetched(command);
  if (command.name === 'git') return cloned(command);
  const args = argumentsOf(command).filter(word => !word.text.startsWith('-'));
  if (isModelDownloader(command.name, args[0]?.text)) return { model: named(args[1]) };
  return scriptDownload(command.words[0]) ? { model: undefined } : undefined;
}

const FETCHERS = new Set(['wget', 'curl', 'aria2c', 'axel', 'aws', 'gsutil', 'gcloud', 'azcopy', 's5cmd']);

function named(word: Word | undefined): string | undefined {
  return word?.literal ? word.text.split('/').at(-1) : undefined;
}

function fetched(command: Command): ModelDownload | undefined {
  for (const { text } of argumentsOf(command)) {
    if (!/^[a-z][a-z0-9]*:\/\//i.test(text)) continue;
    const path = text.replace(/[?#].*/s, '');
    const isOfHub = /^https:\/\/(huggingface\.co|hf\.co)\/.+\/resolve\//.test(path) && /\.bin$/.test(path);
    if (isOfHub || isWeightFile(path)) return { model: path.slice(path.lastIndexOf('/') + 1) };
  }
  return undefined;
}

function cloned({ words }: Command): ModelDownload | undefined {
  if (!words.some(word => word.text === 'clone')) return undefined;
  const url = words.find(word =>
    /^https:\/\/(huggingface\.co|hf\.co)\/(?!spaces\/|datasets\/)/.test(word.text),
  );
  return url && { model: named(url)?.replace(/\.git$/, '') };
}

function pythonDownload(command: Command, program: string): ModelDownload | undefined {
  const args = argumentsOf(command);
  const [first, second, third, fourth] = args;
  if (first?.text === '-m' && second?.text === 'spacy' && third?.text === 'download')
    return { model: named(fourth) };
  const code =
    first?.text === '-c' ? (second?.text ?? '') : args.length === 0 || first?.text === '-' ? program : '';
  if (code !== '') return downloadInCode(code);
  const script = first?.text === '-m' ? second : args.find(word => !word.text.startsWith('-'));
  return scriptDownload(script) ? { model: undefined } : undefined;
}

/** `download_models.py`, `scripts/fetch-weights.sh`: programs that say by their name what they fetch. */
function scriptDownload(word: Word | undefined): boolean {
  const name =
    word?.text
      .replace(/\.(py|sh)$/, '')
      .split(/[/.]/)
      .at(-1) ?? '';
  return /^(pre)?-?_?(download|fetch|load|get|cache|pull)(er)?[-_](the[-_])?([a-z0-9]+[-_])?(models?|weights|checkpoints?)$/i.test(
    name,
  );
}

function downloadInCode(code: string): ModelDownload | undefined {
  for (const call of downloadingCalls()) {
    const at = new RegExp(`(^|[^\\w])${escapedForPattern(call)}(\\.\\w+)?\\(([^)]*)`).exec(code);
    if (!at) continue;
    const quoted = /["']([\w./@:-]+)["']/.exec(at[3] ?? '')?.[1];
    // A path is a model that is there already.
    if (quoted !== undefined && /^[./]/.test(quoted)) continue;
    return { model: quoted?.split('/').at(-1) };
  }
  return undefined;
}
