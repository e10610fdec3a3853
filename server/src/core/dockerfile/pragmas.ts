import { firstFrom } from '../text/in-order';
import type { Comment, Dockerfile, Instruction } from './model';

/** Tools that take orders in comments above an instruction. */
const TOOLS =
  /^(?:plimsoll|hadolint|tally|shellcheck|trivy|checkov|kics-scan|semgrep|snyk|terrascan|dockle|grype|dclint|renovate)\b/i;
/** An order is one of the first two words behind the tool's name. */
const ORDER = /^[\s:]*\S*\s*\S*/;
const OTHER_ORDERS = [
  /^check\s*=/i,
  /^kics-scan\b/i,
  /^[\w.-]+[\s:]+([\w-]+\s+)?(ignore|disable|skip|suppress|allow)[\w-]*\s*[=:]/i,
  /^[\w.]+[-:](ignore|disable|skip|allow)\b/i,
  /\bNOSONAR\b|\bnosem(grep)?\b|\bnosec\b|\bnolint\b|\bpragma:/,
];

/** True for a comment that tells a tool something about the instruction below it: `hadolint ignore=…`, `renovate: …`. */
export function isPragma({ text }: Pick<Comment, 'text'>): boolean {
  const tool = TOOLS.exec(text)?.[0];
  if (tool !== undefined && /[=:]/.test(ORDER.exec(text.slice(tool.length))?.[0] ?? '')) return true;
  return OTHER_ORDERS.some(order => order.test(text));
}

/** The pragmas in the comments right above an instruction. */
export function pragmasAbove(file: Dockerfile, instruction: Instruction): Comment[] {
  const found: Comment[] = [];
  let end = instruction.span.start;
  for (let at = firstFrom(file.comments, end) - 1; at >= 0; at--) {
    const comment = file.comments[at];
    if (!comment) break;
    // Blank lines do not part a pragma from its instruction, another instruction does.
    if (file.text.slice(comment.span.end, end).trim() !== '' || comment.inInstruction) break;
    if (isPragma(comment)) found.unshift(comment);
    end = comment.span.start;
  }
  return found;
}
