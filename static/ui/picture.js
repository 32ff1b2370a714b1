// A panel as a picture that stands alone: its title, the sentence, the network, the legend, and all of its figure.

import {FONT, surface} from '../core/colours.js';
import {wrapText} from '../core/wrapping.js';
import {make, makeSvg, setStyle} from './elements.js';
import {traceHtml} from './html_tracing.js';
import {exportFigure} from './plotly.js';
import {traceDiagram} from './renderers/diagram.js';

const MARGIN = 24;
const MOST_PIXELS = 16_000; // a side that every browser can draw
const ACTS = '.force, .pill, button.link, .hidden';

/**
 * Draw a panel into a picture, `png` or `svg`, as a data address.
 * @param {{title: string, figures: Figure[], width: number, caption: Caption, theme: Theme, format: string}} picture
 *   `figures` stand below each other; of each `width` is known to the view
 * @param {(body: HTMLElement, figure: Figure) => Promise<void>} render draws what is no chart and no diagram
 */
export async function drawPicture({title, figures, width, caption, theme, format}, render) {
  const {paper, ink, quiet} = surface(theme);
  const pieces = [];
  for (const figure of figures) pieces.push(await drawFigure(figure, width, theme, render));
  const inner = Math.max(width, ...pieces.map((piece) => piece.width));
  const whole = inner + 2 * MARGIN;
  /** @type {SVGElement[]} */
  const parts = [];
  let top = MARGIN;
  /**
   * @param {string} text
   * @param {number} size
   * @param {string} fill
   * @param {string} weight
   */
  const write = (text, size, fill, weight) => {
    if (!text) return;
    for (const line of wrapText(text, inner, measureIn(size, weight))) {
      top += size * 1.4;
      parts.push(
        makeSvg(
          'text',
          {x: MARGIN, y: top - size * 0.35, 'font-size': size, 'font-weight': weight, fill},
          line,
        ),
      );
    }
  };
  write([title, figures[0].aside].filter(Boolean).join(' · '), 20, ink, 'bold');
  write(caption.sentence, 17, ink, 'normal');
  write(caption.network, 14, quiet, 'normal');
  write(caption.forced, 14, ink, 'bold');
  const legend = drawLegend(figures[0].legend ?? [], inner, top + 8, ink);
  parts.push(...legend.parts);
  top += legend.height + 12;
  for (const {svg, height} of pieces) {
    svg.setAttribute('x', String(MARGIN));
    svg.setAttribute('y', String(top));
    parts.push(svg);
    top += height + 12;
  }
  const height = Math.ceil(top + MARGIN / 2);
  const picture = makeSvg(
    'svg',
    {width: whole, height, viewBox: `0 0 ${whole} ${height}`, 'font-family': FONT},
    makeSvg('rect', {width: whole, height, fill: paper}),
    ...parts,
  );
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
  return format === 'svg' ? address : paint(address, whole, height);
}

/**
 * @param {Figure} figure
 * @param {number} width
 * @param {Theme} theme
 * @param {(body: HTMLElement, figure: Figure) => Promise<void>} render
 */
async function drawFigure(figure, width, theme, render) {
  if (figure.kind === 'chart') {
    const svg = parse(await exportFigure(figure, theme));
    return {svg, width: figure.layout.width, height: figure.layout.height};
  }
  if (figure.kind === 'diagram') {
    return {svg: traceDiagram(figure, theme), width: figure.width, height: figure.height};
  }
  const body = make('div', {class: 'body'});
  const card = make('section', {class: 'card picture', 'aria-hidden': 'true'}, body);
  setStyle(card, {position: 'absolute', left: '-100000px', top: '0', width: 'max-content', maxWidth: 'none'});
  setStyle(body, {width: `${width}px`});
  document.body.append(card);
  try {
    await render(body, figure);
    for (const details of body.querySelectorAll('details')) details.open = true;
    for (const scroll of body.querySelectorAll('.scroll, pre'))
      setStyle(/** @type {HTMLElement} */ (scroll), {maxHeight: 'none', overflow: 'visible'});
    const height = body.scrollHeight;
    const wide = Math.max(width, body.scrollWidth);
    return {svg: makeSvg('svg', {width: wide, height}, ...traceHtml(body, ACTS)), width: wide, height};
  } finally {
    card.remove();
  }
}

/** @param {string} address of an SVG */
function parse(address) {
  const text = decodeURIComponent(address.slice(address.indexOf(',') + 1));
  return /** @type {SVGElement} */ (
    /** @type {unknown} */ (new DOMParser().parseFromString(text, 'image/svg+xml').documentElement)
  );
}

/**
 * @param {NonNullable<Figure['legend']>} legend
 * @param {number} width
 * @param {number} top
 * @param {string} ink
 */
function drawLegend(legend, width, top, ink) {
  const measure = measureIn(14, 'normal');
  /** @type {SVGElement[]} */
  const parts = [];
  let [x, y] = [0, 0];
  for (const {name, title, colour} of legend) {
    const long = 22 + measure(`${name} ${title}`) + 22;
    if (x && x + long > width) [x, y] = [0, y + 22];
    parts.push(
      makeSvg('rect', {x: MARGIN + x, y: top + y + 2, width: 13, height: 13, rx: 3, fill: colour}),
      makeSvg(
        'text',
        {x: MARGIN + x + 20, y: top + y + 13, 'font-size': 14, fill: ink},
        makeSvg('tspan', {'font-weight': 'bold'}, name),
        ` ${title}`,
      ),
    );
    x += long;
  }
  return {parts, height: legend.length ? y + 26 : 0};
}

/**
 * @param {number} size
 * @param {string} weight
 * @returns {(text: string) => number}
 */
function measureIn(size, weight) {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen) pen.font = `${weight} ${size}px ${FONT}`;
  return (text) => pen?.measureText(text).width ?? text.length * size * 0.6;
}

/**
 * @param {string} address
 * @param {number} width
 * @param {number} height
 */
async function paint(address, width, height) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(2, MOST_PIXELS / width, MOST_PIXELS / height);
  const canvas = make('canvas', {width: Math.round(scale * width), height: Math.round(scale * height)});
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}
