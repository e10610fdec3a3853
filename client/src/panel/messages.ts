// What the extension and the page of the layer view tell each other.

/** Extension to page. */
export type ToPage = { readonly kind: 'show'; readonly page: LayerPage };

/** Page to extension. */
export type FromPage =
  /** The page has loaded and can be told what to show. */
  | { readonly kind: 'ready' }
  /** Go to the Dockerfile line of a row. The page names the row only, so it cannot ask for any other file. */
  | { readonly kind: 'openLine'; readonly row: string }
  /** Open the Dockerfile of the image that is shown. */
  | { readonly kind: 'openDockerfile' };

/** All that the page shows. */
export type LayerPage = NoticePage | LoadingPage | ImagePage;

/** Nothing to show, and what to do about it. */
export interface NoticePage {
  readonly kind: 'notice';
  readonly title: string;
  readonly text: string;
}

export interface LoadingPage {
  readonly kind: 'loading';
  readonly title: string;
}

export interface ImagePage {
  readonly kind: 'image';
  readonly title: string;
  /** `412 MB · 3 h ago · 7 layers` */
  readonly facts: string;
  /** The Dockerfile that builds it, as a person would write its path. */
  readonly dockerfile?: string;
  /** What a screen reader says when the page changes: `python:3.11: 4 layers, 412 MB`. */
  readonly spoken: string;
  readonly rows: readonly PageRow[];
}

/** Where a row's bytes come from: the base image, a command, files of the build context, or nothing was added. */
export type Origin = 'base' | 'command' | 'files' | 'none';

/** A row of the page: a layer, or several that are folded into one. */
export interface PageRow {
  /** Unique in the page, and the same in the next page for the same place of the image. */
  readonly id: string;
  /** `RUN`; of folded rows what they have in common: `base image`. */
  readonly keyword: string;
  /** The rest of the instruction, on one line. */
  readonly text: string;
  readonly size: string;
  /** How much of the image it is, 0 to 1. */
  readonly share: number;
  readonly origin: Origin;
  /** Zero-based line of the Dockerfile that made it. */
  readonly line?: number;
  readonly tooltip: string;
  /** What a screen reader says of the row. */
  readonly spoken: string;
  /** The rows that are folded into it. */
  readonly folded?: readonly PageRow[];
}
