import assert from 'node:assert/strict';
import {test} from 'node:test';

import {findPanelAt} from '../../../static/pages/panel_in_view.js';

const BOXES = [
  {id: 'picture', top: -900, bottom: -300},
  {id: 'gates', top: -290, bottom: 250},
  {id: 'left', top: 260, bottom: 700},
  {id: 'right', top: 260, bottom: 500},
];

test('the panel in view is the one across the line, the first of those side by side', () => {
  assert.equal(findPanelAt(BOXES, 300)?.id, 'left');
  assert.equal(findPanelAt(BOXES, 0)?.id, 'gates');
});

test('the picture at the top, a gap between panels and the foot of the page are none', () => {
  assert.equal(findPanelAt(BOXES, -400), null);
  assert.equal(findPanelAt(BOXES, 255), null);
  assert.equal(findPanelAt(BOXES, 800), null);
  assert.equal(findPanelAt([], 300), null);
});
