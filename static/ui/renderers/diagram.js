// Draws boxes and wires as SVG, and vectors as strips of pixels below it.

import {readMarkup} from '../../charts/labels.js';
import {FONT, surface} from '../../core/colours.js';
import {encodeBitmap, paintBitmap} from '../bitmap_canvas.js';
import {fitChildren, make, setStyle} from '../elements.js';

const SVG = 'http://www.w3.org/2000/svg';
const VALVE = {length: 30, thickness: 8}; // pixels

/**
 * Draw diagrams into a card; a click on a strip chooses a unit.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<DiagramFigure>}
 */
export function createDiagram({body, title}, on) {
  const canvasBox = make('div', {class: 'pixels'});
  const drawing = makeSvg('svg', {});
  const box = make('div', {class: 'diagram', 'aria-hidden': 'true'}, canvasBox, drawing);
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
      setSize(drawing, width, height);
      drawing.replaceChildren(...drawFigure(figure, theme));
      // What is wider than the card can be reached by keyboard.
      const wider = width > body.clientWidth + 1;
      if (wider) scroller.setAttribute('tabindex', '0');
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
  const picture = makeSvg('svg', {'font-family': FONT});
  setSize(picture, width, height);
  picture.append(
    makeSvg('rect', {width, height, fill: surface(theme).paper}),
    ...drawFigure(figure, theme, () =>
      strips.map((strip) =>
        makeSvg('image', {
          x: strip.left,
          y: strip.top,
          width: strip.width,
          height: strip.height,
          href: encodeBitmap(strip.bitmap),
          preserveAspectRatio: 'none',
          'image-rendering': 'pixelated',
        }),
      ),
    ),
  );
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
 * All but the strips, which `drawStrips` may bring.
 * @param {DiagramFigure} figure
 * @param {Theme} theme
 * @param {() => SVGElement[]} [drawStrips]
 */
function drawFigure({bands, wires, strips, circles, valves, labels}, theme, drawStrips = () => []) {
  const {paper, ink} = surface(theme);
  const [behind, marks] = [bands.filter(({height}) => height > 3), bands.filter(({height}) => height <= 3)];
  const drawBand = (/** @type {DiagramFigure['bands'][number]} */ {x, y, width, height, radius, colour}) =>
    makeSvg('rect', {x, y, width, height, rx: radius, fill: colour});
  return [
    ...behind.map(drawBand),
    ...wires.map(({path, width, colour}) =>
      makeSvg('path', {
        d: path,
        fill: 'none',
        stroke: colour,
        'stroke-width': width,
        'stroke-linejoin': 'round',
      }),
    ),
    ...wires.filter(({arrow}) => arrow).map(({path, colour, width}) => drawArrow(path, colour, width)),
    ...drawStrips(),
    ...strips.map(({left, top, width, height, colour}) =>
      makeSvg('rect', {
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
    ...marks.map(drawBand),
    ...circles.flatMap(({x, y, radius, colour, text}) => [
      makeSvg('circle', {cx: x, cy: y, r: radius, fill: paper, stroke: colour, 'stroke-width': 2}),
      drawText({x, y, text, size: text.length > 2 ? 11 : 17, colour: ink, anchor: 'middle'}),
    ]),
    ...valves.flatMap((valve) => drawValve(valve, paper)),
    ...labels.flatMap((label) => {
      if (!label.pill) return [drawText(label, paper)];
      const width = 22 + 7.4 * label.text.length;
      const pill = {x: label.x - width / 2, y: label.y - 13, width, height: 26, rx: 8, fill: label.colour};
      return [makeSvg('rect', pill), drawText({...label, colour: paper, text: `<b>${label.text}</b>`})];
    }),
  ];
}

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
    makeSvg('rect', {
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
  const [long, half] = [8, 4 + width / 3];
  const at = (/** @type {number} */ along, /** @type {number} */ aside) =>
    `${x + dx * along - dy * aside},${y + dy * along + dx * aside}`;
  return makeSvg('polygon', {points: `${at(2, 0)} ${at(-long, half)} ${at(-long, -half)}`, fill: colour});
}

/**
 * @param {{x: number, y: number, text: string, size: number, colour: string, anchor: string}} label
 * @param {string} [halo] what stands behind the letters
 */
function drawText({x, y, text, size, colour, anchor}, halo) {
  const element = makeSvg('text', {
    x,
    y: y + size * 0.35,
    'font-size': size,
    fill: colour,
    'text-anchor': anchor,
    ...(halo ? {stroke: halo, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke'} : {}),
  });
  element.append(
    ...readMarkup(text).map((run) => {
      const part = makeSvg(
        'tspan',
        run.tag === 'sub'
          ? {dy: size * 0.28, 'font-size': size * 0.72, 'font-weight': 'bold'}
          : run.tag === 'b'
            ? {'font-weight': 'bold'}
            : {},
      );
      part.textContent = run.text;
      return part;
    }),
  );
  return element;
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
 */
function makeSvg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
