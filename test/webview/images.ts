import type { ImageLayers, ImageSummary, LayerRow } from '../../server/src/protocol';

export const now = Date.UTC(2026, 0, 31, 12);
export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;

export const dockerfile = 'file:///srv/calidda/srv-img/Dockerfile';

export function image(name: string, overrides: Partial<ImageSummary> = {}): ImageSummary {
  return {
    id: `sha256:${name}`,
    tags: [`${name}:latest`],
    bytes: 412e6,
    createdAt: now - 3 * hours,
    ...overrides,
  };
}

/** Bytes, instruction, zero-based line. */
type Written = readonly [number, string, number?];

const base: readonly Written[] = [
  [74.8e6, '# debian.sh --arch "amd64" out/ "bookworm"'],
  [0, 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin'],
  [0, 'ENV LANG=C.UTF-8'],
  [9.25e6, 'RUN set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates tzdata'],
  [46.5e6, 'RUN set -eux; savedAptMark="$(apt-mark showmanual)"; wget -O python.tar.xz …'],
  [36, 'RUN set -eux; for src in idle3 pip3 pydoc3 python3; do ln -svT "$src" "$dst"; done'],
  [0, 'CMD ["python3"]'],
];

const own: readonly Written[] = [
  [0, 'WORKDIR /app', 2],
  [0, 'ENV PYTHONUNBUFFERED=1', 3],
  [
    402e6,
    'RUN apt-get update && \\\n    apt-get install -y build-essential libgl1 libglib2.0-0 tesseract-ocr \\\n    curl git',
    5,
  ],
  [1.2e3, 'COPY requirements.txt .', 9],
  [318e6, 'RUN pip install -r requirements.txt', 10],
  [61.4e6, 'COPY . .', 12],
  [0, 'EXPOSE 8000', 13],
  [0, 'HEALTHCHECK --interval=30s CMD curl -f http://localhost:8000/health || exit 1', 14],
  [0, 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]', 16],
];

/** An image as the calidda case builds it: a base image of 131 MB, then the Dockerfile's own layers. */
export function calidda(overrides: Partial<ImageSummary> = {}): ImageLayers {
  const rows = [...base, ...own].map(
    ([bytes, instruction, line], index): LayerRow => ({
      index,
      bytes,
      instruction,
      createdAt: now - (line === undefined ? 9 * days : 3 * hours),
      base: line === undefined,
      ...(line === undefined ? {} : { line: { uri: dockerfile, line } }),
    }),
  );
  const summary = image('srv-img', {
    tags: ['calidda-srv-img:latest'],
    bytes: 912e6,
    dockerfile,
    ...overrides,
  });
  return { image: summary, layers: rows };
}

/** `file:///srv/a/b` as `a/b`. */
export const pathOf = (uri: string) => uri.replace('file:///srv/', '');
