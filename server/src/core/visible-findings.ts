import type { Evidence, FileChange, Finding, Fix, NotOffered, Offer } from './finding';
import { MOST_SENTENCE_LENGTH } from './limits';
import type { ExplainedEdit } from './text/explained-edits';
import { visible } from './text/visible';

// Sentences quote names out of files, archives and images. What they say is made visible once, where rules and
// conversions hand it over, so that every program that shows it may show it as it is. Edits stay exact.

/** A finding whose texts show every character. */
export function visibleFinding<Of extends Finding>(finding: Of): Of {
  const { fixes, related, evidence } = finding;
  return {
    ...finding,
    message: sentence(finding.message),
    ...(related ? { related: related.map(it => ({ ...it, message: sentence(it.message) })) } : {}),
    ...(evidence ? { evidence: visibleEvidence(evidence) } : {}),
    ...(fixes ? { fixes: () => fixes().map(visibleFix) } : {}),
  };
}

function visibleFix(fix: Fix): Fix {
  return { ...fix, title: sentence(fix.title) };
}

function visibleEvidence(evidence: Evidence): Evidence {
  return { ...evidence, source: sentence(evidence.source) };
}

/** The subject stays as it is written: callers choose by it. */
export function visibleOffer(offer: Offer): Offer {
  const { gain, changes } = offer;
  return {
    ...offer,
    ...(gain ? { gain: visibleEvidence(gain) } : {}),
    changes: () => changes().map(visibleChange),
  };
}

function visibleChange(change: FileChange): FileChange {
  if (change.kind === 'create') return { ...change, because: sentence(change.because) };
  return { ...change, edits: change.edits.map(visibleEdit) };
}

function visibleEdit(edit: ExplainedEdit): ExplainedEdit {
  return { ...edit, because: sentence(edit.because) };
}

export function visibleReason(declined: NotOffered): NotOffered {
  return { ...declined, because: sentence(declined.because) };
}

/** A name may be as long as its file, and stand in thousands of findings: a sentence that is too long is cut. */
function sentence(text: string): string {
  if (text.length <= MOST_SENTENCE_LENGTH) return visible(text);
  return `${visible(text.slice(0, MOST_SENTENCE_LENGTH).replace(/[\ud800-\udbff]$/, ''))}…`;
}
