// What moves over a chart on every frame: the cursor at the step, what dims the steps to come, the pulse along an
// arrow, the token and the readout. Placed from the figure's own axes and moved by CSS transforms alone.

import {surface} from '../core/colours.js';
import {fitChildren, make, placeIn, setStyle, setText} from './elements.js';
import {findLetter} from './letter_note.js';

const PULSE = 7; // half its size, in pixels

/**
 * One x axis and the y axes above it, in pixels; the first of an unrolled network's is that of its curve. The
 * cursor reaches from `top` to `bottom`, `ceiling` is where the highest axis begins.
 * @typedef {object} Span
 * @property {number} pixelsPerStep
 * @property {number} left
 * @property {number} width
 * @property {number} from what the left edge stands for, in steps
 * @property {number} top
 * @property {number} bottom
 * @property {number} ceiling
 * @property {{name: string, axis: MeasuredAxis}[]} uprights
 */

/**
 * A span with what lies over it.
 * @typedef {object} Band
 * @property {Span} span
 * @property {number} cursorWidth
 * @property {HTMLElement} cursor
 * @property {HTMLElement} token
 * @property {HTMLElement} readout
 * @property {{element: HTMLElement, reverse: boolean, slant: number, width: number}[]} dims `slant` in degrees, `width` in pixels
 */

/** The overlay of one chart; `on` hears `hover` and `pick`. */
export class ChartOverlay {
  /** @param {PanelListener} on */
  constructor(on) {
    this.on = on;
    this.root = make('div', {class: 'overlay'});
    this.tip = make('div', {class: 'tip', hidden: ''});
    /** @type {ChartFigure | null} */
    this.figure = null;
    /** @type {Band[]} */
    this.bands = [];
    /** @type {{element: HTMLElement, reverse: boolean, half: number}[]} */
    this.pulses = [];
    this.listen();
  }

  /**
   * Place it over a figure whose axes lie, in pixels, at `axes`.
   * @param {ChartFigure} figure
   * @param {MeasuredAxes} axes
   * @param {Theme} theme
   */
  place(figure, axes, theme) {
    this.figure = figure;
    const {overlay} = figure;
    for (const {element} of this.pulses) element.remove();
    const boxes = fitChildren(this.root, overlay.axes, makeBand);
    this.bands = overlay.axes.map(({x, y}, k) =>
      placeBand(figure, measureSpan(overlay, axes, x, [y].flat()), boxes[k], surface(theme).paper),
    );
    this.root.classList.toggle('main', Boolean(overlay.unrolled));
    this.placePulses(overlay.unrolled, axes);
  }

  /**
   * @param {UnrolledPlan | undefined} unrolled
   * @param {MeasuredAxes} axes
   */
  placePulses(unrolled, axes) {
    this.pulses = (unrolled?.pulses ?? []).map(({axis, y, colour, reverse}) => {
      const {offset, length} = axes[axis];
      const element = make('i', {class: 'pulse'});
      setStyle(element, {top: `${offset + (1 - y) * length - PULSE}px`, background: colour});
      this.root.append(element);
      return {element, reverse, half: unrolled?.half ?? 0};
    });
  }

  /**
   * Move the cursor to a step; `part` of the way on to the next; `backward` dims the other side.
   * @param {number} step
   * @param {number} [part]
   * @param {boolean} [backward]
   */
  move(step, part = 0, backward = false) {
    if (!this.figure) return;
    const {
      overlay: {columnOf, unrolled},
      layout: {width},
    } = this.figure;
    for (const {span, cursor, cursorWidth, token, readout, dims} of this.bands) {
      const middle = ((columnOf?.[step] ?? step) - span.from) * span.pixelsPerStep;
      cursor.style.transform = `translateX(${middle - cursorWidth / 2}px)`;
      cursor.hidden = middle < 0 || middle > span.width;
      for (const {element, reverse, slant, width} of dims) {
        const toTheLeft = reverse !== backward; // what is to come lies left
        const edge = middle + (toTheLeft ? -0.5 : 0.5) * span.pixelsPerStep;
        const kept = Math.min(span.width, Math.max(0, edge));
        const covered = toTheLeft
          ? `scaleX(${kept / width})`
          : `translateX(${kept}px) scaleX(${(width - kept) / width})`;
        element.style.transform = slant ? `skewX(${slant}deg) ${covered}` : covered;
      }
      token.hidden = !unrolled || cursor.hidden;
      readout.hidden = token.hidden;
      if (unrolled && !cursor.hidden) {
        setText(token, unrolled.tokens[step]);
        // Over its own word, which may be slanted.
        const {angle} = unrolled;
        setStyle(token, {
          left: `${span.left}px`,
          top: `${span.bottom + 12}px`,
          fontSize: angle ? '13px' : '', // as long as its word
          transformOrigin: angle ? '100% 0' : '',
          transform: angle
            ? `translateX(calc(${middle + 8}px - 100%)) rotate(${angle}deg)`
            : `translateX(calc(${middle}px - 50%))`,
        });
        placeReadout(readout, span, middle, unrolled.readouts[step], unrolled.readoutBelow, width);
      }
    }
    for (const pulse of this.pulses) this.movePulse(pulse, step, part, backward);
  }

  /**
   * Move a pulse along the arrow that leads to the step shown next: a layer that reads leftward has it on the other side.
   * @param {{element: HTMLElement, reverse: boolean, half: number}} pulse
   * @param {number} step
   * @param {number} part
   * @param {boolean} backward
   */
  movePulse({element, reverse, half}, step, part, backward) {
    const [{span}] = this.bands;
    const shown = part > 0 && part < 1;
    element.style.opacity = shown ? String(Math.sin(Math.PI * part)) : '0';
    if (!shown) return;
    const along = half + part * (1 - 2 * half);
    const at = step + (backward ? -1 : 1) * (reverse ? 2 - along : along);
    if (at < span.from || at > span.from + span.width / span.pixelsPerStep) element.style.opacity = '0';
    element.style.transform = `translateX(${span.left + (at - span.from) * span.pixelsPerStep - PULSE}px)`;
  }

  /**
   * What the figure has to say of the place under a pointer.
   * @param {MouseEvent} event
   * @returns {Hit | null}
   */
  hitTest(event) {
    const [x, y] = placeIn(this.root, event);
    for (const {span} of this.bands) {
      if (x < span.left || x > span.left + span.width) continue;
      const step = span.from + (x - span.left) / span.pixelsPerStep;
      for (const {name, axis} of span.uprights) {
        if (y < axis.offset || y > axis.offset + axis.length) continue;
        const [low, high] = axis.range;
        const value = low + (1 - (y - axis.offset) / axis.length) * (high - low);
        return this.figure?.hitTest?.(step, value, name) ?? null;
      }
      if (this.figure?.overlay.unrolled) {
        return this.figure.hitTest?.(step, 0, span.uprights[0].name) ?? null;
      }
    }
    return null;
  }

  listen() {
    this.root.addEventListener('pointermove', (event) => {
      const hit = this.hitTest(event);
      this.root.style.cursor = hit || findLetter(event) ? 'pointer' : '';
      this.tip.hidden = !hit?.label;
      if (hit?.label) this.placeTip(event, hit.label);
      if (event.pointerType === 'mouse') this.on.hover(hit);
    });
    this.root.addEventListener('pointerleave', () => {
      this.tip.hidden = true;
      this.on.hover(null);
    });
    this.root.addEventListener('click', (event) => {
      const hit = findLetter(event) ? null : this.hitTest(event);
      if (hit) this.on.pick(hit);
    });
  }

  /**
   * @param {MouseEvent} event
   * @param {string} label
   */
  placeTip(event, label) {
    setText(this.tip, label);
    const [x, y] = placeIn(this.root, event);
    const left = Math.min(x + 14, this.root.offsetWidth - this.tip.offsetWidth - 4);
    const top = y - 40;
    setStyle(this.tip, {transform: `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`});
  }
}

function makeBand() {
  const [cursor, token, readout] = [
    make('div', {class: 'cursor'}),
    make('b', {class: 'token'}),
    make('b', {class: 'readout'}),
  ];
  return make('div', {class: 'band'}, cursor, token, readout);
}

/**
 * @param {OverlayPlan} overlay
 * @param {MeasuredAxes} axes
 * @param {string} xName
 * @param {string[]} yNames
 * @returns {Span}
 */
function measureSpan({unrolled}, axes, xName, yNames) {
  const across = axes[xName];
  const uprights = yNames.map((name) => ({name, axis: axes[name]}));
  const covered = unrolled ? uprights.slice(1) : uprights; // by the cursor
  return {
    pixelsPerStep: across.length / (across.range[1] - across.range[0]),
    left: across.offset,
    width: across.length,
    from: across.range[0],
    top: Math.min(...covered.map(({axis}) => axis.offset)),
    bottom: Math.max(...covered.map(({axis}) => axis.offset + axis.length)),
    ceiling: Math.min(...uprights.map(({axis}) => axis.offset)),
    uprights,
  };
}

/**
 * Place what lies over a span in its box, whose last children are those of {@link makeBand}.
 * @param {ChartFigure} figure
 * @param {Span} span
 * @param {HTMLElement} box
 * @param {string} paper the colour that dims
 * @returns {Band}
 */
function placeBand(figure, span, box, paper) {
  const {unrolled} = figure.overlay;
  for (const old of box.querySelectorAll('.dim')) old.remove();
  const [cursor, token, readout] = /** @type {HTMLElement[]} */ ([...box.children]);
  const dims = listDims(figure, span).map(({top, bottom, reverse, slant = 0}) => {
    const element = make('div', {class: 'dim'});
    // What is slanted leaves a corner on the right, which the last word reaches into.
    const width = span.width + (bottom - top) * Math.abs(Math.tan((slant * Math.PI) / 180));
    setStyle(element, {
      left: `${span.left}px`,
      width: `${width}px`,
      background: paper,
      top: `${top}px`,
      height: `${bottom - top}px`,
    });
    return {element, reverse, slant, width};
  });
  box.prepend(...dims.map(({element}) => element));
  const cursorWidth = unrolled ? 2 * unrolled.half * span.pixelsPerStep + 4 : Math.max(3, span.pixelsPerStep);
  setStyle(cursor, {
    left: `${span.left}px`,
    width: `${cursorWidth}px`,
    top: `${span.top - 2}px`,
    height: `${span.bottom - span.top + 4}px`,
  });
  return {span, cursorWidth, cursor, token, readout, dims};
}

/**
 * What dims what is to come: one piece, or one a layer where a layer of the network reads leftward. Below slanted words
 * its edge is slanted as they are.
 * @param {ChartFigure} figure
 * @param {Span} span
 * @returns {{top: number, bottom: number, reverse: boolean, slant?: number}[]}
 */
function listDims({overlay, layout: {height}}, {top, bottom, ceiling, uprights}) {
  if (overlay.columnOf) return []; // the columns are not in the order of the steps
  if (!overlay.unrolled) return [{top, bottom, reverse: Boolean(overlay.reverse)}];
  const {reverse, angle} = overlay.unrolled;
  const words = {top: bottom + 2, bottom: height, reverse: false, slant: angle && -90 - angle};
  if (!reverse.includes(true)) return [{top: ceiling - 6, bottom: bottom + 2, reverse: false}, words];
  const layers = uprights.slice(1).map(({axis}, k) => ({
    top: axis.offset - 2,
    bottom: axis.offset + axis.length + 2,
    reverse: reverse[k],
  }));
  const [highest, lowest] = [
    Math.min(...layers.map((layer) => layer.top)),
    Math.max(...layers.map((layer) => layer.bottom)),
  ];
  return [{top: ceiling - 6, bottom: highest, reverse: false}, ...layers, {...words, top: lowest}];
}

/**
 * Beside the curve's point at this step: above it, or below where there is no room above.
 * @param {HTMLElement} readout
 * @param {Span} span
 * @param {number} middle
 * @param {{y: number, text: string}} said
 * @param {boolean} always whether it stands below everywhere
 * @param {number} width the figure's
 */
function placeReadout(readout, {left, uprights}, middle, {y, text}, always, width) {
  const [{axis}] = uprights;
  const [low, high] = axis.range;
  const at = axis.offset + (1 - (y - low) / (high - low)) * axis.length;
  setText(readout, text);
  const above = at > axis.offset + 34 && !always;
  // Within the figure and right of its axis' names, however long it is: the browser knows, and measures it no
  // sooner than it has to.
  const start = `clamp(${left + 2}px, ${left + middle}px - 50%, ${width - 2}px - 100%)`;
  setStyle(readout, {transform: `translate(${start}, ${above ? at - 36 : at + 12}px)`});
}
