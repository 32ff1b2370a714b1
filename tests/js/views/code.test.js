import assert from 'node:assert/strict';
import {test} from 'node:test';

import view from '../../../static/views/code.js';
import {catalog, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name) => view.figure(watchContext(view, name));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm'));
});

test('the code is that of the model on screen', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'accents-lstm-bidirectional']) {
    const {code} = catalog.models.find(({id}) => id === name);
    const {lines, table} = figureOf(name);
    assert.deepEqual(
      lines.map(({text}) => text),
      Object.values(code),
    );
    assert.deepEqual(
      lines.map(({title}) => title),
      Object.keys(code).map((library) => ({pytorch: 'PyTorch', keras: 'Keras'})[library]),
    );
    assert.match(lines[0].text, name.includes('gru') ? /nn\.GRU/ : /nn\.LSTM/);
    assert.deepEqual(
      table().rows.map(([, count]) => count),
      lines.map(({text}) => text.trim().split('\n').length),
    );
  }
});

test('it applies where there is code', () => {
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), true);
  const answer = watchAnswer('sentiment-lstm');
  answer.models = answer.models.map((model) => ({...model, code: {}}));
  assert.equal(view.applies(watchContext(view, answer)), false);
});

test('another library has its own name', () => {
  const answer = watchAnswer('sentiment-lstm');
  answer.models = answer.models.map((model) => ({...model, code: {jax: 'x = 1\n'}}));
  assert.equal(view.applies(watchContext(view, answer)), true);
  assert.deepEqual(view.figure(watchContext(view, answer)).lines, [{title: 'jax', text: 'x = 1\n'}]);
});
