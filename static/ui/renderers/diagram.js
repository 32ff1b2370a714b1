// Draws boxes and wires as SVG, and vectors as strips of pixels below it.

import {ARROW_HEAD} from '../../charts/diagram_layout.js';
import {readMarkup} from '../../charts/labels.js';
import {FONT, surface} from '../../core/colours.js';
import {encodeBitmap, paintBitmap} from '../bitmap_canvas.js';
import {fitChildren, make, setStyle} from '../elements.js';

const SVG = 'http://www.w3.org/2000/svg';
const VALVE = {length: 36, thickness: 9}; // pixels

/**
 * @typedef {object} Part an SVG element that is to be made
 * @property {string} name
 * @property {Record<string, string | number>} attributes
 * @property {string} [text]
 * @property {Part[]} [children]
 */

/**
 * Draw diagrams into a card; a click on a strip chooses a unit.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<DiagramFigure>}
 */
export function createDiagram({body, title}, on) {
  const ground = makeSvg({name: 'svg', attributes: {class: 'ground'}});
  const canvasBox = make('div', {class: 'pixels'});
  const drawing = makeSvg({name: 'svg', attributes: {}});
  const box = make('div', {class: 'diagram', 'aria-hidden': 'true'}, ground, canvasBox, drawing);
  const scroller = make('div', {class: 'scroll', role: 'region'}, box);
  const numbers = make('p', {class: 'numbers'});
  body.replaceChildren(scroller, numbers);
  /** @type {DiagramFigure | null} */
  let drawn = null;

  box.addEventListener('click', (event) => {
    const {left, top} = box.getBoundingClientRect();
    const hit = drawn && findHit(drawn, event.clientX - left, event.clientY - top);
    if (hit) on.pick(hit);
  });

  return {
    draw(figure, {theme}) {
      drawn = figure;
      const {width, height} = figure;
      setStyle(box, {width: `${width}px`, height: `${height}px`});
      const canvases = fitChildren(canvasBox, figure.strips, () => make('canvas', {}));
      figure.strips.forEach((strip, k) => {
        setStyle(canvases[k], {
          left: `${strip.left}px`,
          top: `${strip.top}px`,
          width: `${strip.width}px`,
          height: `${strip.height}px`,
        });
        paintBitmap(canvases[k], strip.bitmap);
      });
      for (const layer of [ground, drawing]) setSize(layer, width, height);
      fillSvg(ground, figure.bands.map(drawBox));
      fillSvg(drawing, drawFigure(figure, theme));
      // What is wider than the card can be reached by keyboard.
      if (figure.scrolls) scroller.setAttribute('tabindex', '0');
      else scroller.removeAttribute('tabindex');
      scroller.setAttribute('aria-label', title.textContent ?? '');
      numbers.hidden = !figure.numbers.length;
      numbers.replaceChildren(
        ...figure.numbers.map((line) =>
          make('span', {}, ...readMarkup(line).map(({text, tag}) => (tag ? make('sub', {}, text) : text))),
        ),
      );
    },
  };
}

/**
 * Draw a whole diagram into a picture: a PNG or an SVG, as a data address.
 * @param {DiagramFigure} figure
 * @param {Theme} theme
 * @param {string} format
 * @returns {Promise<string>}
 */
export async function exportDiagram(figure, theme, format) {
  const {width, height, strips} = figure;
  const picture = makeSvg({name: 'svg', attributes: {'font-family': FONT}});
  setSize(picture, width, height);
  fillSvg(picture, [
    describe('rect', {width, height, fill: surface(theme).paper}),
    ...figure.bands.map(drawBox),
    ...strips.map((strip) =>
      describe('image', {
        x: strip.left,
        y: strip.top,
        width: strip.width,
        height: strip.height,
        href: encodeBitmap(strip.bitmap),
        preserveAspectRatio: 'none',
        'image-rendering': 'pixelated',
      }),
    ),
    ...drawFigure(figure, theme),
  ]);
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
  if (format === 'svg') return address;
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = make('canvas', {width: 2 * width, height: 2 * height});
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}

/**
 * All that lies over the strips.
 * @param {DiagramFigure} figure
 * @param {Theme} theme
 */
function drawFigure({wires, strips, marks, circles, valves, labels}, theme) {
  const {paper, ink} = surface(theme);
  return [
    ...wires.map(({path, width, colour}) =>
      describe('path', {
        d: path,
        fill: 'none',
        stroke: colour,
        'stroke-width': width,
        'stroke-linejoin': 'round',
      }),
    ),
    ...wires.filter(({arrow}) => arrow).map(({path, colour, width}) => drawArrow(path, colour, width)),
    ...strips.map(({left, top, width, height, colour}) =>
      describe('rect', {
        x: left,
        y: top,
        width,
        height,
        rx: 2,
        fill: 'none',
        stroke: colour,
        'stroke-width': 1.2,
      }),
    ),
    ...marks.map(drawBox),
    ...circles.flatMap(({x, y, radius, colour, text}) => [
      describe('circle', {cx: x, cy: y, r: radius, fill: paper, stroke: colour, 'stroke-width': 2}),
      drawText({x, y, text, size: text.length > 2 ? radius * 0.64 : 17, colour: ink, anchor: 'middle'}),
    ]),
    ...valves.flatMap((valve) => drawValve(valve, paper)),
    ...labels.flatMap((label) => {
      if (!label.pill) return [drawText(label, paper)];
      const width = 22 + 8.4 * label.text.length;
      const pill = {x: label.x - width / 2, y: label.y - 13, width, height: 26, rx: 8, fill: label.colour};
      return [describe('rect', pill), drawText({...label, colour: paper, text: `<b>${label.text}</b>`})];
    }),
  ];
}

/** @param {DiagramBox} box */
const drawBox = ({x, y, width, height, radius, colour}) =>
  describe('rect', {x, y, width, height, rx: radius, fill: colour});

/**
 * Two plates that leave a gap: all of the way at 1, none at 0.
 * @param {DiagramFigure['valves'][number]} valve
 * @param {string} paper
 */
function drawValve({x, y, upright, opening, colour}, paper) {
  const {length, thickness} = VALVE;
  const plate = ((1 - Math.min(1, Math.max(0, opening))) * length) / 2;
  /**
   * @param {number} from along the valve
   * @param {number} size
   * @param {Record<string, string | number>} look
   */
  const place = (from, size, look) =>
    describe('rect', {
      ...(upright
        ? {x: x - thickness / 2, y: y + from, width: thickness, height: size}
        : {x: x + from, y: y - thickness / 2, width: size, height: thickness}),
      ...look,
    });
  return [
    place(-length / 2, length, {
      fill: paper,
      'fill-opacity': 0.35,
      stroke: colour,
      'stroke-width': 1,
      rx: 1.5,
    }),
    place(-length / 2, plate, {fill: colour}),
    place(length / 2 - plate, plate, {fill: colour}),
  ];
}

/**
 * The head of an arrow at the end of a path of M, H and V.
 * @param {string} path
 * @param {string} colour
 * @param {number} width
 */
function drawArrow(path, colour, width) {
  let [x, y, dx, dy] = [0, 0, 0, 0];
  for (const [, command, a, b] of path.matchAll(/([MHV])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (command === 'M') [x, y] = [Number(a), Number(b)];
    else if (command === 'H') [dx, dy, x] = [Math.sign(Number(a) - x), 0, Number(a)];
    else [dx, dy, y] = [0, Math.sign(Number(a) - y), Number(a)];
  }
  const [long, half] = [5 + width * 0.2, 3.2 + width * 0.62];
  const at = (/** @type {number} */ along, /** @type {number} */ aside) =>
    `${x + dx * along - dy * aside},${y + dy * along + dx * aside}`;
  return describe('polygon', {
    points: `${at(ARROW_HEAD - 1, 0)} ${at(-long, half)} ${at(-long, -half)}`,
    fill: colour,
  });
}

/**
 * @param {{x: number, y: number, text: string, size: number, colour: string, anchor: string}} label
 * @param {string} [halo] what stands behind the letters
 * @returns {Part}
 */
function drawText({x, y, text, size, colour, anchor}, halo) {
  const attributes = {
    x,
    y: y + size * 0.35,
    'font-size': size,
    fill: colour,
    'text-anchor': anchor,
    ...(halo ? {stroke: halo, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke'} : {}),
  };
  /** @type {Record<string, Record<string, string | number>>} */
  const styles = {
    b: {'font-weight': 'bold'},
    sub: {dy: size * 0.28, 'font-size': size * 0.72, 'font-weight': 'bold'},
  };
  const runs = readMarkup(text).map((run) => ({
    ...describe('tspan', styles[run.tag ?? ''] ?? {}),
    text: run.text,
  }));
  return {...describe('text', attributes), children: runs};
}

/**
 * What is under a pointer: a unit of a strip.
 * @param {DiagramFigure} figure
 * @param {number} x
 * @param {number} y
 * @returns {Hit | null}
 */
function findHit({strips, units, step}, x, y) {
  const strip = strips.find(
    ({left, top, width, height}) => x >= left && x < left + width && y >= top && y < top + height,
  );
  if (!strip) return null;
  const unit = units[Math.floor(((y - strip.top) / strip.height) * units.length)];
  return strip.signal ? {step, unit, signal: strip.signal} : {step, unit};
}

/**
 * @param {SVGElement} drawing
 * @param {number} width
 * @param {number} height
 */
function setSize(drawing, width, height) {
  for (const [key, value] of Object.entries({width, height, viewBox: `0 0 ${width} ${height}`}))
    drawing.setAttribute(key, String(value));
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {Part}
 */
function describe(name, attributes) {
  return {name, attributes};
}

/**
 * @param {Part} part
 * @returns {SVGElement}
 */
function makeSvg({name, attributes, text, children = []}) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  element.append(...children.map(makeSvg));
  return element;
}

/** @type {WeakMap<Element, string[]>} */
const written = new WeakMap(); // what the children of a drawing were made of

/**
 * Let a drawing hold these parts, and touch only those that are others than before: most stay from step to step.
 * @param {SVGElement} drawing
 * @param {Part[]} parts
 */
function fillSvg(drawing, parts) {
  const before = written.get(drawing) ?? [];
  const now = parts.map((part) => JSON.stringify(part));
  const old = [...drawing.children];
  parts.forEach((part, k) => {
    if (k >= old.length) drawing.append(makeSvg(part));
    else if (now[k] !== before[k]) old[k].replaceWith(makeSvg(part));
  });
  for (const extra of old.slice(parts.length)) extra.remove();
  written.set(drawing, now);
}
