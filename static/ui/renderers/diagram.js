// Draws boxes and wires as SVG, and vectors as strips of pixels below it.

import {ARROW_HEAD} from '../../charts/diagram_layout.js';
import {readMarkup} from '../../charts/labels.js';
import {FONT, surface} from '../../core/colours.js';
import {encodeBitmap, paintBitmap} from '../bitmap_canvas.js';
import {
  fitChildren,
  make,
  makeButton,
  makeSvg,
  placeIn,
  setStyle,
  setText,
  writeSubscripts,
} from '../elements.js';
import {findLetter, makeLetter} from '../letter_note.js';

const THICKNESS = 9; // of a valve, pixels
const GRAB = 12; // pixels around a valve in which it is taken hold of
const DIMMED = 0.13;
const DOTS = 2; // that run along a wire, one behind the other

/**
 * @typedef {object} Part an SVG element that is to be made
 * @property {string} name
 * @property {Record<string, string | number>} attributes
 * @property {string} [text]
 * @property {Part[]} [children]
 * @property {number} [beat] of a step, that it comes with
 */

/**
 * Draw diagrams into a card; a click on a strip chooses a unit, a valve is dragged, a beat is held.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<DiagramFigure>}
 */
export function createDiagram({body, title}, on) {
  const ground = makeSvg('svg', {class: 'ground'});
  const canvasBox = make('div', {class: 'pixels'});
  const drawing = makeSvg('svg', {});
  const moving = make('div', {class: 'moving'});
  const letterBox = make('div', {});
  for (const layer of [ground, canvasBox, drawing, moving]) layer.setAttribute('aria-hidden', 'true');
  const box = make('div', {class: 'diagram'}, ground, canvasBox, drawing, moving, letterBox);
  const scroller = make('div', {class: 'scroll', role: 'region'}, box);
  const beatList = make('ol', {class: 'beats'});
  const numbers = make('p', {class: 'numbers'});
  body.replaceChildren(scroller, beatList, numbers);
  /** @type {DiagramFigure | null} */
  let drawn = null;
  /** @type {Part[]} */
  let parts = [];
  let part = 0; // of the step that has passed
  /** @type {number | null | undefined} */
  let shownBeat = null;
  /** @type {{path: SVGPathElement, length: number, offset: number, dot: HTMLElement}[]} */
  let dots = []; // that run along wires

  /** @type {{valve: DiagramValve, place: ForcePlace & {value: number}} | null} */
  let dragged = null;
  let released = false; // a click that ends a drag chooses nothing

  box.addEventListener('pointerdown', (event) => {
    released = false;
    if (findLetter(event)) return;
    const [x, y] = placeIn(box, event);
    const valve = drawn && findValve(drawn, x, y);
    if (!drawn || !valve?.signal || !on.drag) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    const place = {signal: valve.signal, step: drawn.step, unit: valve.unit ?? undefined};
    dragged = {valve, place: {...place, value: valve.opening}};
  });
  box.addEventListener('pointermove', (event) => {
    const [x, y] = placeIn(box, event);
    if (!dragged) {
      box.classList.toggle('grab', Boolean(on.drag && drawn && findValve(drawn, x, y)?.signal));
      return;
    }
    const value = readOpening(dragged.valve, x, y);
    if (value === dragged.place.value) return;
    dragged.place.value = value;
    on.drag?.(dragged.place, false);
  });
  box.addEventListener('pointerup', () => {
    if (!dragged) return;
    if (dragged.place.value !== dragged.valve.opening) on.drag?.(dragged.place, true);
    dragged = null;
    released = true;
  });
  box.addEventListener('pointercancel', () => {
    dragged = null;
  });
  box.addEventListener('click', (event) => {
    if (findLetter(event)) return;
    const [x, y] = placeIn(box, event);
    const hit = drawn && !released && !findValve(drawn, x, y) && findHit(drawn, x, y);
    if (hit) on.pick(hit);
  });

  /** Show what has come by now: all of it where no beat is on. */
  function showBeat() {
    if (!drawn) return;
    const {beats} = drawn;
    const beat =
      part > 0 && beats.length ? Math.min(beats.length - 1, Math.floor(part * beats.length)) : null;
    if (beat !== shownBeat) changeBeat(drawn, beat);
    const along = beat === null ? 0 : part * beats.length - beat;
    for (const {path, length, offset, dot} of dots) {
      const {x, y} = path.getPointAtLength(length * ((along * 1.2 + offset) % 1));
      dot.style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  /**
   * Dim what comes with a later beat, and let dots run along the wires of this one.
   * @param {DiagramFigure} figure
   * @param {number | null} beat
   */
  function changeBeat({strips, wires}, beat) {
    shownBeat = beat;
    const opacityOf = (/** @type {number | undefined} */ own) =>
      beat === null || own === undefined || own <= beat ? '' : String(DIMMED);
    [...drawing.children].forEach((element, k) => {
      setStyle(/** @type {SVGElement} */ (element), {opacity: opacityOf(parts[k]?.beat)});
    });
    [...canvasBox.children].forEach((element, k) => {
      setStyle(/** @type {HTMLElement} */ (element), {opacity: opacityOf(strips[k]?.beat)});
    });
    [...beatList.children].forEach((item, k) => {
      item.classList.toggle('on', k === beat);
      item.querySelector('button')?.setAttribute('aria-pressed', String(k === beat));
    });
    dots = wires
      .filter((wire) => beat !== null && wire.beat === beat && wire.arrow)
      .flatMap((wire) => {
        const path = /** @type {SVGPathElement} */ (makeSvg('path', {d: wire.path}));
        const size = 6 + wire.width;
        return Array.from({length: DOTS}, (_, k) => {
          const dot = make('i', {});
          const [width, margin] = [`${size}px`, `${-size / 2}px`];
          setStyle(dot, {width, height: width, margin: `${margin} 0 0 ${margin}`, background: wire.colour});
          return {path, length: path.getTotalLength(), offset: k / DOTS, dot};
        });
      });
    moving.replaceChildren(...dots.map(({dot}) => dot));
  }

  /**
   * Lay a button over every letter, which says what it means.
   * @param {DiagramFigure} figure
   */
  function placeLetters({labels, circles, legend = []}) {
    const places = [
      ...circles.map(({x, y, radius, text, letter}) => ({text, letter, x, y, half: radius})),
      ...labels.map(({x, y, size, text, letter, anchor}) => {
        const written = readMarkup(text)
          .map((run) => run.text)
          .join('');
        const half = Math.max(12, 0.34 * size * written.length);
        return {text: written, letter, x: anchor === 'start' ? x + half - 3 : x, y, half};
      }),
    ].filter(({letter}) => letter);
    const buttons = fitChildren(letterBox, places, () => makeLetter('', []));
    places.forEach(({text, letter, x, y, half}, k) => {
      const title = legend.find((entry) => entry.letter === letter)?.title;
      buttons[k].dataset.letter = letter;
      buttons[k].setAttribute('aria-label', title ? `${text} ${title}` : text);
      const [left, top] = [`${x - half}px`, `${y - 12}px`];
      setStyle(buttons[k], {left, top, width: `${2 * half}px`, height: '24px'});
    });
  }

  /** @param {DiagramFigure} figure */
  function drawBeats({beats}) {
    beatList.hidden = !beats.length;
    const items = fitChildren(beatList, beats, () => {
      const button = makeButton('', () => {
        const k = [...beatList.children].findIndex((item) => item.contains(button));
        const pressed = button.getAttribute('aria-pressed') === 'true';
        on.holdBeat?.(pressed ? null : k, beatList.children.length);
      });
      return make('li', {}, button, make('span', {}));
    });
    beats.forEach(({title: name, sentence}, k) => {
      const [button, told] = /** @type {HTMLElement[]} */ ([...items[k].children]);
      setText(button, name);
      told.replaceChildren(...writeSubscripts(sentence));
    });
  }

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
      parts = drawFigure(figure, theme);
      fillSvg(drawing, parts);
      placeLetters(figure);
      drawBeats(figure);
      shownBeat = undefined; // whatever it was, the parts are new
      showBeat();
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
    move(_step, passed) {
      part = passed;
      showBeat();
    },
  };
}

/**
 * Draw a whole diagram as SVG, with its strips as pictures.
 * @param {DiagramFigure} figure
 * @param {Theme} theme
 * @returns {SVGElement}
 */
export function traceDiagram(figure, theme) {
  const {width, height, strips} = figure;
  const picture = makeSvg('svg', {'font-family': FONT});
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
  return picture;
}

/**
 * All that lies over the strips.
 * @param {DiagramFigure} figure
 * @param {Theme} theme
 */
function drawFigure({wires, strips, marks, circles, valves, labels}, theme) {
  const {paper, ink} = surface(theme);
  return [
    ...timed(wires, ({path, width, colour}) => [
      describe('path', {
        d: path,
        fill: 'none',
        stroke: colour,
        'stroke-width': width,
        'stroke-linejoin': 'round',
      }),
    ]),
    ...timed(wires, ({path, colour, width, arrow}) => (arrow ? [drawArrow(path, colour, width)] : [])),
    ...timed(strips, ({left, top, width, height, colour}) => [
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
    ]),
    ...timed(marks, (mark) => [drawBox(mark)]),
    ...timed(circles, ({x, y, radius, colour, text}) => [
      describe('circle', {cx: x, cy: y, r: radius, fill: paper, stroke: colour, 'stroke-width': 2}),
      drawText({x, y, text, size: text.length > 2 ? radius * 0.64 : 17, colour: ink, anchor: 'middle'}),
    ]),
    ...timed(valves, (valve) => drawValve(valve, paper, ink)),
    ...timed(labels, (label) => {
      if (!label.pill) return [drawText(label, paper)];
      const width = 22 + 8.4 * label.text.length;
      const pill = {x: label.x - width / 2, y: label.y - 13, width, height: 26, rx: 8, fill: label.colour};
      return [describe('rect', pill), drawText({...label, colour: paper, text: `<b>${label.text}</b>`})];
    }),
  ];
}

/**
 * What each of some is drawn with, with the beat that it comes with and what it shows.
 * @template {Timed} T
 * @param {T[]} list
 * @param {(one: T) => Part[]} draw
 */
const timed = (list, draw) =>
  list.flatMap((one) =>
    draw(one).map(({attributes, ...rest}) => ({
      ...rest,
      attributes: one.part ? {...attributes, 'data-part': one.part} : attributes,
      beat: one.beat,
    })),
  );

/** @param {DiagramBox} box */
const drawBox = ({x, y, width, height, radius, colour}) =>
  describe('rect', {x, y, width, height, rx: radius, fill: colour});

/**
 * Two plates that leave a gap: all of the way at 1, none at 0; beside it where they would stand if nothing were forced.
 * @param {DiagramValve} valve
 * @param {string} paper
 * @param {string} ink
 */
function drawValve({x, y, length, upright, opening, ghost, colour}, paper, ink) {
  const thickness = THICKNESS;
  /** @param {number} open */
  const measurePlate = (open) => ((1 - Math.min(1, Math.max(0, open))) * length) / 2;
  const plate = measurePlate(opening);
  /**
   * @param {number} from along the valve
   * @param {number} size
   * @param {Record<string, string | number>} look
   * @param {number} [wide]
   */
  const place = (from, size, look, wide = thickness) =>
    describe('rect', {
      ...(upright
        ? {x: x - wide / 2, y: y + from, width: wide, height: size}
        : {x: x + from, y: y - wide / 2, width: size, height: wide}),
      ...look,
    });
  const edge = ghost === null || ghost === opening ? null : measurePlate(ghost);
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
    ...(edge === null
      ? []
      : [-length / 2 + edge, length / 2 - edge].map((at) => place(at - 1, 2, {fill: ink}, thickness + 8))),
  ];
}

/**
 * The valve under a pointer.
 * @param {DiagramFigure} figure
 * @param {number} x
 * @param {number} y
 */
function findValve({valves}, x, y) {
  return valves.find((valve) => {
    const [along, aside] = valve.upright ? [y - valve.y, x - valve.x] : [x - valve.x, y - valve.y];
    return Math.abs(along) <= valve.length / 2 + GRAB && Math.abs(aside) <= GRAB;
  });
}

/**
 * The opening whose plates' edge is under a pointer, in hundredths.
 * @param {DiagramValve} valve
 * @param {number} x
 * @param {number} y
 */
function readOpening(valve, x, y) {
  const along = Math.abs(valve.upright ? y - valve.y : x - valve.x);
  return Math.round(100 * Math.min(1, along / (valve.length / 2))) / 100;
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
const makePart = ({name, attributes, text = '', children = []}) =>
  makeSvg(name, attributes, text, ...children.map(makePart));

/** @type {WeakMap<Element, string[]>} */
const written = new WeakMap(); // what the children of a drawing were made of

/**
 * Let a drawing hold these parts, and touch only those that are others than before: most stay from step to step.
 * @param {SVGElement} drawing
 * @param {Part[]} parts
 */
function fillSvg(drawing, parts) {
  const before = written.get(drawing) ?? [];
  const now = parts.map((part) => JSON.stringify({...part, beat: undefined}));
  const old = [...drawing.children];
  parts.forEach((part, k) => {
    if (k >= old.length) drawing.append(makePart(part));
    else if (now[k] !== before[k]) old[k].replaceWith(makePart(part));
  });
  for (const extra of old.slice(parts.length)) extra.remove();
  written.set(drawing, now);
}
