import type { Evidence, FileChange, Finding, Fix, Offer } from './finding';
import type { ExplainedEdit } from './text/explained-edits';
import { shownSentence } from './text/shown-sentence';

// Sentences quote names out of files, archives and images. What they say is made visible once, where rules and
// conversions pass it on, so that every program that shows it may show it as it is. Edits stay exact.

/** A finding whose texts show every character. */
export function visibleFinding<Of extends Finding>(finding: Of): Of {
  const { fixes, related, evidence } = finding;
  return {
    ...finding,
    message: shownSentence(finding.message),
    ...(related ? { related: related.map(it => ({ ...it, message: shownSentence(it.message) })) } : {}),
    ...(evidence ? { evidence: visibleEvidence(evidence) } : {}),
    ...(fixes ? { fixes: () => fixes().map(visibleFix) } : {}),
  };
}

function visibleFix(fix: Fix): Fix {
  return { ...fix, title: shownSentence(fix.title) };
}

function visibleEvidence(evidence: Evidence): Evidence {
  return { ...evidence, source: shownSentence(evidence.source) };
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
  if (change.kind === 'create') return { ...change, because: shownSentence(change.because) };
  return { ...change, edits: change.edits.map(visibleEdit) };
}

function visibleEdit(edit: ExplainedEdit): ExplainedEdit {
  return { ...edit, because: shownSentence(edit.because) };
}
