import assert from 'node:assert/strict';
import { treeRows } from '../../client/src/panel/view-model';
import { visiblePage } from '../../client/src/panel/visible-page';
import { plainMessage } from '../../server/src/core/text/plain-message';
import type { EngineState } from '../../server/src/protocol';

const ODD = 'api\u001b[2J\u202e\u009b';
const SHOWN = String.raw`api\x1b[2J\u202e\x9b`;

describe('names in the panel', () => {
  it('are visible in every text of a page, however deep, and the page stays what it is', () => {
    const page = {
      title: ODD,
      rows: [{ id: 'layer-0', share: 0.5, folded: [{ text: `a\n${ODD}` }] }],
      line: undefined,
    };
    assert.deepEqual(visiblePage(page), {
      title: SHOWN,
      rows: [{ id: 'layer-0', share: 0.5, folded: [{ text: `a\n${SHOWN}` }] }],
      line: undefined,
    });
  });

  it('are visible in the tree, which still finds the image by its own name', () => {
    const image = { id: 'sha256:0', tags: [ODD, `${ODD}2`], bytes: 1, createdAt: 0, dockerfile: 'file:///a' };
    const state = { kind: 'connected', images: [image] } as unknown as EngineState;
    const [row] = treeRows(state, 1, uri => `${uri}${ODD}`);
    assert.equal(row?.reference, ODD);
    assert.equal(row?.label, SHOWN);
    assert.doesNotMatch(`${row?.tooltip}${row?.spoken}`.replaceAll('\n', ''), /\p{C}/u);
  });

  it('make no link in a notification', () => {
    assert.equal(plainMessage(`[run](command:quit) ${ODD}`), `[run] (command:quit) ${SHOWN}`);
  });
});
