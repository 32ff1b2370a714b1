// What moves over a chart on every frame: the cursor at the step, what dims the steps to come, the pulse along an
// arrow, the token and the readout. Placed from the figure's own axes and moved by CSS transforms alone.

import {surface} from '../core/colours.js';
import {make, setStyle, setText} from './elements.js';

const PULSE = 7; // half its size, in pixels

/** The overlay of one chart; `on` hears `hover` and `pick`. */
export class ChartOverlay {
  constructor(on) {
    this.on = on;
    this.root = make('div', {class: 'overlay'});
    this.tip = make('div', {class: 'tip', hidden: ''});
    this.bands = [];
    this.pulses = [];
    this.position = null; // where the cursor stands: [step, part, backward]
    this.listen();
  }

  /** Place it over a figure whose axes lie, in pixels, at `axes`. */
  place(figure, axes, theme) {
    this.figure = figure;
    const {overlay} = figure;
    this.bands = overlay.axes.map(({x, y}) => measureBand(overlay, axes, x, [y].flat()));
    const paper = surface(theme).paper;
    while (this.root.childElementCount < this.bands.length) {
      this.root.append(
        make(
          'div',
          {class: 'band'},
          make('div', {class: 'cursor'}),
          make('b', {class: 'token'}),
          make('b', {class: 'readout'}),
        ),
      );
    }
    while (this.root.childElementCount > this.bands.length) this.root.lastChild.remove();
    this.bands.forEach((band, k) => {
      band.element = this.root.children[k];
      for (const old of band.element.querySelectorAll('.dim')) old.remove();
      const [cursor] = band.element.children;
      band.dims = this.spanDims(band).map(({top, bottom, reverse}) => {
        const element = make('div', {class: 'dim'});
        setStyle(element, {
          left: `${band.left}px`,
          width: `${band.width}px`,
          background: paper,
          top: `${top}px`,
          height: `${bottom - top}px`,
        });
        return {element, reverse};
      });
      band.element.prepend(...band.dims.map(({element}) => element));
      band.cursorWidth = overlay.unrolled
        ? 2 * overlay.unrolled.half * band.pixelsPerStep + 4
        : Math.max(3, band.pixelsPerStep);
      setStyle(cursor, {
        left: `${band.left}px`,
        width: `${band.cursorWidth}px`,
        top: `${band.top - 2}px`,
        height: `${band.bottom - band.top + 4}px`,
      });
    });
    this.root.classList.toggle('main', Boolean(overlay.unrolled));
    this.placePulses(overlay.unrolled?.pulses ?? [], axes);
    if (this.position) this.move(...this.position);
  }

  placePulses(pulses, axes) {
    for (const {element} of this.pulses) element.remove();
    this.pulses = pulses.map(({axis, y, colour, reverse}) => {
      const {offset, length} = axes[axis];
      const element = make('i', {class: 'pulse'});
      setStyle(element, {top: `${offset + (1 - y) * length - PULSE}px`, background: colour});
      this.root.append(element);
      return {element, reverse};
    });
  }

  // What dims what is to come: one piece, or one a layer where a layer of the network reads leftward.
  spanDims(band) {
    const {
      overlay,
      layout: {height},
    } = this.figure;
    if (overlay.columnOf) return []; // the columns are not in the order of the steps
    if (!overlay.unrolled) return [{top: band.top, bottom: band.bottom, reverse: Boolean(overlay.reverse)}];
    const {reverse} = overlay.unrolled;
    if (!reverse.includes(true)) return [{top: band.ceiling - 6, bottom: height, reverse: false}];
    const layers = band.uprights.slice(1).map(({axis}, k) => ({
      top: axis.offset - 2,
      bottom: axis.offset + axis.length + 2,
      reverse: reverse[k],
    }));
    return [
      {top: band.ceiling - 6, bottom: Math.min(...layers.map(({top}) => top)), reverse: false},
      ...layers,
      {top: Math.max(...layers.map(({bottom}) => bottom)), bottom: height, reverse: false},
    ];
  }

  /** Move the cursor to a step; `part` of the way on to the next; `backward` dims the other side. */
  move(step, part = 0, backward = false) {
    this.position = [step, part, backward];
    if (!this.bands.length) return;
    const {columnOf, unrolled} = this.figure.overlay;
    for (const band of this.bands) {
      const [cursor, token, readout] = [...band.element.children].slice(-3);
      const middle = ((columnOf?.[step] ?? step) - band.from) * band.pixelsPerStep;
      cursor.style.transform = `translateX(${middle - band.cursorWidth / 2}px)`;
      cursor.hidden = middle < 0 || middle > band.width;
      for (const {element, reverse} of band.dims) {
        const toTheLeft = reverse !== backward; // what is to come lies left
        const edge = Math.min(
          band.width,
          Math.max(0, middle + (toTheLeft ? -0.5 : 0.5) * band.pixelsPerStep),
        );
        element.style.transform = toTheLeft
          ? `scaleX(${edge / band.width})`
          : `translateX(${edge}px) scaleX(${(band.width - edge) / band.width})`;
      }
      token.hidden = readout.hidden = !unrolled || cursor.hidden;
      if (unrolled && !cursor.hidden) {
        setText(token, unrolled.tokens[step]);
        setStyle(token, {
          left: `${band.left}px`,
          top: `${band.bottom + 12}px`,
          transform: `translateX(calc(${middle}px - 50%))`,
        });
        this.placeReadout(readout, band, middle, unrolled.readouts[step]);
      }
    }
    for (const pulse of this.pulses) this.movePulse(pulse, step, part, backward);
  }

  // Along the arrow that leads to the step shown next: a layer that reads leftward has it on the other side.
  movePulse({element, reverse}, step, part, backward) {
    const [band] = this.bands;
    const {half} = this.figure.overlay.unrolled;
    const shown = part > 0 && part < 1;
    element.style.opacity = shown ? String(Math.sin(Math.PI * part)) : '0';
    if (!shown) return;
    const along = half + part * (1 - 2 * half);
    const at = step + (backward ? -1 : 1) * (reverse ? 2 - along : along);
    if (at < band.from || at > band.from + band.width / band.pixelsPerStep) element.style.opacity = '0';
    element.style.transform = `translateX(${band.left + (at - band.from) * band.pixelsPerStep - PULSE}px)`;
  }

  // Beside the curve's point at this step: above it, or below where there is no room above.
  placeReadout(readout, band, middle, {y, text}) {
    const {axis} = band.uprights[0];
    const [low, high] = axis.range;
    const at = axis.offset + (1 - (y - low) / (high - low)) * axis.length;
    setText(readout, text);
    const half = readout.offsetWidth / 2;
    const left = Math.min(Math.max(band.left + middle - half, 4), this.figure.layout.width - 2 * half - 2);
    setStyle(readout, {
      left: `${left}px`,
      top: `${at > axis.offset + 34 && !this.figure.overlay.unrolled.readoutBelow ? at - 36 : at + 12}px`,
    });
  }

  // What the figure has to say of the place under a pointer.
  hitTest(event) {
    const box = this.root.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    for (const band of this.bands) {
      if (x < band.left || x > band.left + band.width) continue;
      const step = band.from + (x - band.left) / band.pixelsPerStep;
      for (const {name, axis} of band.uprights) {
        if (y < axis.offset || y > axis.offset + axis.length) continue;
        const [low, high] = axis.range;
        return this.figure.hitTest?.(step, low + (1 - (y - axis.offset) / axis.length) * (high - low), name);
      }
      if (this.figure.overlay.unrolled) return this.figure.hitTest?.(step, 0, band.uprights[0].name);
    }
    return null;
  }

  listen() {
    this.root.addEventListener('pointermove', (event) => {
      const hit = this.hitTest(event);
      this.root.style.cursor = hit ? 'pointer' : '';
      this.tip.hidden = !hit?.label;
      if (hit?.label) this.placeTip(event, hit.label);
      if (event.pointerType === 'mouse') this.on.hover(hit);
    });
    this.root.addEventListener('pointerleave', () => {
      this.tip.hidden = true;
      this.on.hover(null);
    });
    this.root.addEventListener('click', (event) => {
      const hit = this.hitTest(event);
      if (hit) this.on.pick(hit);
    });
  }

  placeTip(event, label) {
    setText(this.tip, label);
    const box = this.root.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 14, box.width - this.tip.offsetWidth - 4);
    setStyle(this.tip, {
      transform: `translate(${Math.max(0, left)}px, ${Math.max(0, event.clientY - box.top - 40)}px)`,
    });
  }
}

// A band is one x axis and the y axes above it; the first of an unrolled network's is that of its curve.
function measureBand({unrolled}, axes, xName, yNames) {
  const across = axes[xName];
  const uprights = yNames.map((name) => ({name, axis: axes[name]}));
  const covered = unrolled ? uprights.slice(1) : uprights; // by the cursor
  return {
    pixelsPerStep: across.length / (across.range[1] - across.range[0]),
    left: across.offset,
    from: across.range[0],
    width: across.length,
    uprights,
    top: Math.min(...covered.map(({axis}) => axis.offset)),
    bottom: Math.max(...covered.map(({axis}) => axis.offset + axis.length)),
    ceiling: Math.min(...uprights.map(({axis}) => axis.offset)),
  };
}
