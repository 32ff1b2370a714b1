// The curve of a series under its box: it shows where the step is, and is drawn over with the mouse.

import {writeQuantity} from '../core/followed_answer.js';
import {readSeries, writeSeries} from '../core/series_text.js';
import {make, makeSvg} from './elements.js';

const HEIGHT = 96; // pixels
const ROOM = 8; // above and below the curve
const LEFT = 56; // for the numbers at its left

/**
 * Draw a series into an element.
 * @param {HTMLElement} root
 * @param {object} shown
 * @param {string} shown.text
 * @param {Task} shown.task
 * @param {number | null} shown.step
 * @param {string} shown.language
 * @param {Say} shown.say
 * @param {(texts: Texts) => string} shown.title
 * @param {(text: string, step: number) => void} shown.write hears the series as it is drawn
 * @param {(step: number) => void} shown.seek
 */
export function drawSeries(root, {text, task, step, language, say, title, write, seek}) {
  const rows = readSeries(text, task.features.length);
  const values = rows.map(([first]) => (typeof first === 'number' ? first : NaN));
  const known = values.filter(Number.isFinite);
  if (!known.length) return root.replaceChildren();
  const width = Math.max(120, root.clientWidth || 600);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = high - low || 1;
  /** @param {number} k */
  const x = (k) => LEFT + ((k + 0.5) * (width - LEFT - 4)) / values.length;
  /** @param {number} value */
  const y = (value) => HEIGHT - ROOM - ((value - low) / span) * (HEIGHT - 2 * ROOM);
  let path = '';
  let open = false;
  values.forEach((value, k) => {
    if (Number.isFinite(value)) path += `${open ? 'L' : 'M'}${x(k).toFixed(1)},${y(value).toFixed(1)}`;
    open = Number.isFinite(value);
  });
  const svg = makeSvg(
    'svg',
    {viewBox: `0 0 ${width} ${HEIGHT}`, width: String(width), height: String(HEIGHT), class: 'series'},
    makeSvg('path', {d: path, class: 'curve'}),
    ...(step === null
      ? []
      : [
          makeSvg('line', {
            x1: String(x(step)),
            x2: String(x(step)),
            y1: '0',
            y2: String(HEIGHT),
            class: 'cursor',
          }),
        ]),
  );
  const {features} = task;
  const unit = title(features[0].unit);
  /** @param {number} value */
  const told = (value) => writeQuantity(value, unit, language);
  const bounds = [make('span', {class: 'high'}, told(high)), make('span', {class: 'low'}, told(low))];
  root.replaceChildren(
    make('figcaption', {}, say('series.draw', {name: title(features[0].title), count: values.length})),
    make(
      'div',
      {
        class: 'plot',
        role: 'img',
        'aria-label': say('series.range', {count: values.length, low: told(low), high: told(high)}),
      },
      ...bounds,
      svg,
    ),
  );

  /** @param {PointerEvent} event */
  const placeOf = (event) => {
    // The curve is drawn anew while it is drawn over.
    const box = (root.querySelector('svg') ?? svg).getBoundingClientRect();
    const scale = width / box.width;
    const k = Math.floor((((event.clientX - box.left) * scale - LEFT) / (width - LEFT - 4)) * values.length);
    const share = (HEIGHT - ROOM - (event.clientY - box.top) * scale) / (HEIGHT - 2 * ROOM);
    // A little beyond what there is, so that a person can draw a record.
    return {
      k: Math.max(0, Math.min(values.length - 1, k)),
      value: low + span * Math.max(-0.15, Math.min(1.15, share)),
    };
  };
  svg.addEventListener('pointerdown', (down) => {
    down.preventDefault();
    let last = placeOf(down);
    seek(last.k);
    const stop = new AbortController();
    addEventListener(
      'pointermove',
      (event) => {
        const next = placeOf(event);
        const drawn = rows.map((row) => [...row]);
        // Every step that the pointer passed, also those between two of its places.
        const [from, to] = [Math.min(last.k, next.k), Math.max(last.k, next.k)];
        for (let k = from; k <= to; k += 1) {
          const part = next.k === last.k ? 1 : (k - last.k) / (next.k - last.k);
          const value = last.value + part * (next.value - last.value);
          drawn[k][0] = Number(value.toPrecision(3));
          rows[k][0] = drawn[k][0];
        }
        last = next;
        write(writeSeries(drawn), next.k);
      },
      {signal: stop.signal},
    );
    addEventListener('pointerup', () => stop.abort(), {signal: stop.signal});
    addEventListener('pointercancel', () => stop.abort(), {signal: stop.signal});
  });
}
