import { languageOf } from '../../server/src/core/project/language';
import type { CaseFiles } from '../support/facts';
import { caseProjects, exampleProjects, type Project } from '../support/projects';
import { damaged } from './damage';
import { Random } from './random';

/** One input: what it is for, and the text or the files that are damaged. The same for the same seed and number. */
export type Input =
  | { readonly kind: 'project'; readonly project: Project; readonly subject: string; readonly draw: number }
  /** `text` is read by every reader, whatever it was before it was damaged. */
  | { readonly kind: 'text' | 'env' | 'ignore' | 'config'; readonly text: string }
  | { readonly kind: 'disk'; readonly files: Readonly<Record<string, Buffer>> }
  | { readonly kind: 'archive'; readonly layers: number; readonly damage: (archive: Buffer) => Buffer };

/** Larger files take longer to read than a thousand small ones, and say little more: characters. */
const MOST_CHARACTERS = 2_500;

/** Where inputs are drawn from: every example, case and case study of the repository. */
export class Inputs {
  private readonly projects = [...caseProjects(), ...exampleProjects()].filter(
    it => subjectsIn(it.files).length > 0,
  );
  private readonly texts = this.projects.flatMap(({ files }) => Object.values(files).filter(isShort));

  constructor(private readonly seed: number) {}

  /** @param number from 0 */
  at(number: number): Input {
    const random = new Random(this.seed, number);
    const draw = random.below(100);
    if (draw < 10) return { kind: 'env', text: this.damaged(ENV, random) };
    if (draw < 20) return { kind: 'ignore', text: this.damaged(IGNORE, random) };
    if (draw < 28) return { kind: 'config', text: this.damaged(CONFIG, random) };
    if (draw < 45) return { kind: 'text', text: this.damaged(random.pick(this.texts), random) };
    if (draw < 46) return random.oneIn(4) ? this.onDisk(random) : archive(random);
    return this.project(random);
  }

  private damaged(text: string, random: Random): string {
    return damaged(text, random, random.pick(this.texts));
  }

  /** Mostly the file that is checked, sometimes one that stands beside it. */
  private project(random: Random): Input {
    const project = random.pick(this.projects);
    const subject = random.pick(subjectsIn(project.files));
    const beside = Object.keys(project.files).filter(
      path => path !== subject && isShort(project.files[path] ?? ''),
    );
    const path = beside.length > 0 && random.oneIn(6) ? random.pick(beside) : subject;
    const text = this.damaged(project.files[path] ?? '', random);
    return {
      kind: 'project',
      project: { ...project, files: { ...project.files, [path]: text } },
      subject,
      draw: random.below(1 << 20),
    };
  }

  /** Files with bytes that are no UTF-8, here and there. */
  private onDisk(random: Random): Input {
    const { files } = random.pick(this.projects);
    const small = Object.entries(files).filter(([path, text]) => isShort(text) && !path.includes('..'));
    const entries = small.map(
      ([path, text]) => [path, random.oneIn(2) ? undecodable(text, random) : Buffer.from(text)] as const,
    );
    return { kind: 'disk', files: Object.fromEntries(entries) };
  }
}

function undecodable(text: string, random: Random): Buffer {
  if (random.oneIn(6)) return Buffer.from(`\uFEFF${text}`, 'utf16le');
  const bytes = Buffer.from(text);
  const at = random.below(bytes.length + 1);
  const odd = Buffer.from([random.pick([0xe9, 0xff, 0xc0, 0x80, 0xfe, 0xed])]);
  // What comes behind must be no continuation of it.
  return Buffer.concat([bytes.subarray(0, at), odd, Buffer.from('\n# '), bytes.subarray(at)]);
}

function archive(random: Random): Input {
  const places = Array.from(
    { length: 1 + random.below(6) },
    () => [random.below(1_000_000), random.below(256)] as const,
  );
  const kept = random.oneIn(4) ? random.below(1_000_000) : 1_000_000;
  return {
    kind: 'archive',
    layers: 1 + random.below(3),
    damage: bytes => {
      const result = Buffer.from(bytes);
      for (const [place, value] of places) result[Math.floor((place / 1_000_000) * result.length)] = value;
      return result.subarray(0, Math.ceil((kept / 1_000_000) * result.length));
    },
  };
}

function isShort(text: string): boolean {
  return text.length > 0 && text.length <= MOST_CHARACTERS;
}

/** The files of a project that rules read. */
function subjectsIn(files: CaseFiles): string[] {
  return Object.keys(files)
    .filter(path => languageOf(path) !== undefined && isShort(files[path] ?? ''))
    .sort();
}

const ENV = `# the database\nexport DB_URL="postgres://user:\${PASSWORD}@db/app"\nPASSWORD='a b'\nDEBUG=1 # on\nKEY="line one\nline two"\nEMPTY=\nTAG: 1.2\n`;
const IGNORE = `# what no build needs\n.git\n**/node_modules\n!node_modules/keep\n/data/*\n*.py[co]\nlogs/**/*.log\n\\#odd\n!/src/[a-z]?\n`;
const CONFIG = `rules:\n  pip-cache-left: off\n  runs-as-root:\n    severity: error\n  heavy-dependency:\n    options:\n      megabytes: 10\n`;
