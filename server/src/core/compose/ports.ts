import type { Node, Service } from './model';
import { listItems, scalarAt } from './query';

/** The TCP ports of the container that a service publishes or exposes, each once; ranges and variables are left out. */
export function containerPorts({ node }: Service): number[] {
  const published = listItems(node, 'ports').map(item =>
    item.kind === 'mapping' ? scalarAt(item, 'target')?.text : shortPort(item),
  );
  const exposed = listItems(node, 'expose').map(item => (item.kind === 'scalar' ? item.text : undefined));
  const ports = [...published, ...exposed].map(text => (/^\d+$/.test(text ?? '') ? Number(text) : 0));
  return [...new Set(ports.filter(port => port > 0))];
}

/** `8080:80/tcp` */
function shortPort(item: Node): string | undefined {
  if (item.kind !== 'scalar') return undefined;
  const [address = '', protocol = 'tcp'] = item.text.split('/');
  return protocol === 'tcp' ? address.slice(address.lastIndexOf(':') + 1) : undefined;
}
