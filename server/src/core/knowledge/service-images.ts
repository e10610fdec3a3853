import data from './service-images.json';

/** `tool` is a person's window into something else; nothing but a person uses it. */
export type ServiceKind = 'postgres' | 'database' | 'cache' | 'queue' | 'proxy' | 'tool';

export interface ServiceImage {
  /** Without registry, `library/` and tag. */
  readonly names: readonly string[];
  readonly kind: ServiceKind;
  /** Mebibytes: the limit that suits a small installation, and what is set aside. */
  readonly memory: { readonly limit: number; readonly reservation: number };
  /** A command that ends with 0 when the service is well, as Compose wants it. */
  readonly test?: readonly string[];
  /** The profiles that fit a tool. */
  readonly profiles?: readonly string[];
  /** Where this is written down. */
  readonly source: string;
}

type Row = Omit<ServiceImage, 'memory'> & { readonly memory: keyof (typeof data)['memory'] };

/** What is known of an image that services take as it is. @param name without its tag, as written */
export function serviceImage(name: string): ServiceImage | undefined {
  const plain = name.replace(/^(docker\.io\/|index\.docker\.io\/)?(library\/)?/, '');
  const row = (data.images as readonly Row[]).find(({ names }) => names.includes(plain));
  return row && { ...row, memory: data.memory[row.memory] };
}
