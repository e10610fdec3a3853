import { formatBytes } from '../../server/src/core/text/bytes';
import type { Proof, ServiceMeasure, ServiceProof } from '../../server/src/prove/prove-services';
import type { DocumentRow, ProofCase } from './cases';

/** The case study's own table with its figures and ours side by side, for each service. */
export function proofSection(name: string, proofCase: ProofCase, proof: Proof): string {
  const { title, document } = proofCase;
  const header = ['service', 'figure', 'document', 'here before', 'here after', 'gain there', 'gain here'];
  const rows = proof.services.flatMap(service => document.map(row => cells(row, service)));
  const table = [header, header.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
  const builds = proof.services.map(
    ({ service, after }) => `${service} is built from nothing in ${seconds(after.buildTime)}`,
  );
  const short = shortfalls(proofCase, proof);
  const standIn = proof.standIn
    ? '\n\nThe base images here stand in for the official ones, before and after alike: Debian 12 with its own Python 3.11.'
    : '';
  return [
    `## ${name}: ${title}`,
    `\`npm run prove -- ${name}\` converts a copy of [examples/${name}](../examples/${name}), builds and starts both states in a real engine, and measures them.`,
    table,
    `Written by the conversion: ${proof.written.map(path => `\`${path}\``).join(', ')}. ${builds.join('; ')}.${standIn}`,
    'Size before is the image and what its container installs into itself at every start; after it is the image and what its container writes. The time after a code change ends with the first healthy answer.',
    ...(short.length > 0 ? [`Falls short of the document:\n\n${short.map(it => `- ${it}`).join('\n')}`] : []),
  ].join('\n\n');
}

function cells(row: DocumentRow, { service, before, after }: ServiceProof): string[] {
  const show = row.ours === 'bytes' ? formatBytes : seconds;
  const [was, is] = [figure(row, before), figure(row, after)];
  const gain =
    row.ours === 'bytes' ? `${Math.round((is / was - 1) * 100)} %` : `${(was / is).toFixed(0)}× faster`;
  return [service, row.metric, `${row.before} → ${row.after}`, show(was), show(is), row.gain, gain];
}

function figure({ ours }: DocumentRow, measure: ServiceMeasure): number {
  if (ours === 'bytes') return measure.bytes;
  return ours === 'start' ? measure.startTime : measure.changeTime;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** What falls short of the document's own result, as sentences. */
export function shortfalls({ document }: ProofCase, proof: Proof): string[] {
  return proof.services.flatMap(({ service, before, after }) =>
    document.flatMap(row => {
      const [was, is] = [figure(row, before), figure(row, after)];
      const reached = row.ours === 'bytes' ? 1 - is / was : was / is;
      if (reached >= row.target) return [];
      const why = row.caveat ? `: ${row.caveat}` : '';
      return [`${service}, ${row.metric}${why}`];
    }),
  );
}
