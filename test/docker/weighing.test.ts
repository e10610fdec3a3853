import assert from 'node:assert/strict';
import { render } from '../../server/src/cli/format/render';
import { formatWeighing } from '../../server/src/cli/format/weighing';
import type { WeighedLayer, Weighing } from '../../server/src/docker/weigh';

function layer(
  index: number,
  instruction: string,
  bytes: number,
  more: Partial<WeighedLayer> = {},
): WeighedLayer {
  return { index, instruction, bytes, base: false, files: 1, deleted: 0, biggest: [], caches: [], ...more };
}

const weighing: Weighing = {
  version: 1,
  image: { name: 'api:latest', id: 'sha256:0', tags: ['api:latest'], bytes: 161_500_000 },
  dockerfile: 'api/Dockerfile',
  layers: [
    layer(0, 'Imported from -', 147_000_000, { base: true }),
    layer(1, 'WORKDIR /app', 0, { line: 1 }),
    layer(2, 'RUN pip install flask', 14_500_000, {
      line: 3,
      caches: [{ name: 'pip cache', path: '/root/.cache/pip', bytes: 2_400_000, files: 7 }],
      biggest: [{ path: '/usr/local/lib', kind: 'folder', bytes: 12_000_000 }],
    }),
    layer(3, 'RUN rm -rf /root/.cache', 0, { line: 4, deleted: 1 }),
  ],
  waste: {
    bytes: 2_400_000,
    paths: 11,
    baseBytes: 0,
    entries: [{ path: '/root/.cache/pip/a', bytes: 2_100_000, cause: 'deleted', by: 3, in: [2] }],
  },
};

describe('A weighing as the command line prints it', () => {
  it('The base image is one row, instructions that add nothing are another', () => {
    assert.equal(
      render(formatWeighing(weighing), 'plain'),
      [
        'api:latest  162 MB',
        '',
        '    147 MB  base image',
        '     15 MB  api/Dockerfile:4  RUN pip install flask',
        '                2.4 MB  /root/.cache/pip  (pip cache)',
        '                 12 MB  /usr/local/lib/',
        '       0 B  api/Dockerfile:5  RUN rm -rf /root/.cache',
        '                   0 B  1 path of older layers deleted',
        '       0 B  1 instruction that adds nothing',
        '',
        '2.4 MB wasted in 11 paths',
        '    2.1 MB  /root/.cache/pip/a  deleted by line 5',
        '            … and 10 more',
        '',
      ].join('\n'),
    );
  });

  it('An image without waste says so', () => {
    const waste = { bytes: 0, paths: 0, entries: [], baseBytes: 0 };
    assert.match(render(formatWeighing({ ...weighing, waste }), 'plain'), /\nno space is wasted\n$/);
  });
});
