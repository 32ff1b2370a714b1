import assert from 'node:assert/strict';
import {test} from 'node:test';

import {cutTitle, cutToken, labelToken, readMarkup, wrapTitle} from '../../../static/charts/labels.js';

test('a token is cut where it is too long, and its markup is harmless', () => {
  assert.equal(cutToken('four', 4), 'four');
  assert.equal(cutToken('fives', 4), 'fiv…');
  assert.equal(cutToken('<b>&', 9), '&lt;b&gt;&amp;');
  assert.equal(cutToken('<<>>&&', 9), '&lt;&lt;&gt;&gt;&amp;&amp;');
  assert.equal(cutToken('a&b<c', 4), 'a&amp;b…');
});

test('an unknown token is marked, in the quiet colour', () => {
  const trace = {tokens: ['known', '<zz>'], known: [true, false]};
  assert.equal(labelToken(trace, 0, 9, '#111111'), 'known');
  assert.equal(labelToken(trace, 1, 9, '#111111'), '<span style="color:#111111"><i>&lt;zz&gt;</i>?</span>');
  assert.equal(labelToken(trace, 1, 3, '#111111'), '<span style="color:#111111"><i>&lt;z…</i>?</span>');
});

test('a label’s markup is read into runs, innermost tag and colour', () => {
  const run = (text, tag = null, colour = null) => ({text, tag, colour});
  assert.deepEqual(readMarkup('plain'), [run('plain')]);
  assert.deepEqual(readMarkup('10<sup>−6</sup> of'), [run('10'), run('−6', 'sup'), run(' of')]);
  assert.deepEqual(readMarkup('<b>f<i>x</i>y</b>z'), [run('f', 'b'), run('x', 'i'), run('y', 'b'), run('z')]);
  assert.deepEqual(readMarkup('<span style="color:#123456">3 <i>a</i>?</span> b'), [
    run('3 ', null, '#123456'),
    run('a', 'i', '#123456'),
    run('?', null, '#123456'),
    run(' b'),
  ]);
  assert.deepEqual(readMarkup('<span>a</span>'), [run('a')]);
  assert.deepEqual(readMarkup('&lt;b&gt; &amp;lt;'), [run('<b> &lt;')]);
  assert.deepEqual(readMarkup(''), []);
  assert.deepEqual(readMarkup('a &lt;&lt; b &gt;&gt; &amp;&amp;'), [run('a << b >> &&')]);
});

test('what is cut and marked reads back as it was', () => {
  for (const token of ['<img src=x>', 'a & b', '&lt;', '“x”'])
    assert.deepEqual(readMarkup(cutToken(token, 99)), [{text: token, tag: null, colour: null}]);
});

test('a title is cut into lines between its parts, and loses nothing', () => {
  const title = 'LSTM, both ways, trained · right to left · at c, all paths';
  assert.deepEqual(wrapTitle(title, 60), [title]);
  assert.deepEqual(wrapTitle(title, 40), ['LSTM, both ways, trained · right to left', 'at c, all paths']);
  assert.deepEqual(wrapTitle(title, 30), [
    'LSTM, both ways, trained',
    'right to left · at c, all paths'.slice(0, 13),
    'at c, all paths',
  ]);
  assert.deepEqual(wrapTitle('Bag of words', 6), ['Bag o…']);
});

test('where a title is cut, its last part stays', () => {
  const title = 'LSTM, both ways, trained · right to left · c';
  assert.equal(cutTitle(title, 60), title);
  assert.equal(cutTitle(title, 20), 'LSTM, both ways… · c');
  assert.equal(cutTitle(title, 20).length, 20);
  assert.equal(cutTitle(title, 4), 'LST…');
  assert.equal(cutTitle('Bag of words', 6), 'Bag o…');
});
