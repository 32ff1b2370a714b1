// Draws a chart: pixels and what is painted on canvases, the other curves above them by Plotly, labels in spans, and
// over it all a light layer for what moves.

import {listAxes, measureAxis} from '../../charts/axis_places.js';
import {splitFigure} from '../../charts/figure_parts.js';
import {readMarkup} from '../../charts/labels.js';
import {surface} from '../../core/colours.js';
import {paintBitmap} from '../bitmap_canvas.js';
import {createChartCanvas} from '../chart_canvas.js';
import {ChartOverlay} from '../chart_overlay.js';
import {fitChildren, make, setStyle} from '../elements.js';
import {makeLetter, writeLabel} from '../letter_note.js';
import {drawPlot} from '../plotly.js';

/** @type {Record<string, string>} */
const SYMBOLS = {circle: '●', diamond: '◆', square: '■', 'triangle-up': '▲'}; // as in a chart's legend

/**
 * Draw charts into a card; `on` hears `hover` and `pick`.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<ChartFigure>}
 */
export function createChart({body}, on) {
  const plot = make('div', {class: 'plot', 'aria-hidden': 'true'});
  const labelBox = make('div', {class: 'letters', 'aria-hidden': 'true'});
  const legendBox = make('ul', {class: 'key', 'aria-hidden': 'true'});
  const pixelBox = make('div', {class: 'pixels', 'aria-hidden': 'true'});
  const painting = createChartCanvas();
  const overlay = new ChartOverlay(on);
  const chart = make(
    'div',
    {class: 'chart'},
    pixelBox,
    painting.box,
    plot,
    labelBox,
    overlay.root,
    overlay.tip,
  );
  let legend = '';
  body.replaceChildren(legendBox, chart);

  /** @param {ReturnType<typeof splitFigure>['images']} images */
  function placeImages(images) {
    const canvases = fitChildren(pixelBox, images, () => make('canvas', {}));
    images.forEach(({left, top, width, height, upward, bitmap}, k) => {
      const canvas = canvases[k];
      setStyle(canvas, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${width}px`,
        height: `${height}px`,
        transform: upward ? 'scaleY(-1)' : '',
      });
      paintBitmap(canvas, bitmap);
    });
  }

  /**
   * @param {ReturnType<typeof splitFigure>['labels']} labels
   * @param {Letters} letters
   */
  function placeLabels(labels, letters) {
    const spans = fitChildren(labelBox, labels, () => make('span', {}));
    labels.forEach(({x, y, across, down, angle, text, letter, size, colour}, k) => {
      const span = spans[k];
      const content = `${letter ?? ''} ${text}`;
      if (span.dataset.text !== content) {
        span.dataset.text = content;
        const runs = readMarkup(text).flatMap((run) => makeRun(run, letters));
        span.replaceChildren(...(letter ? [makeLetter(letter, runs, {tabindex: '-1'})] : runs));
      }
      setStyle(span, {
        fontSize: `${size}px`,
        color: colour,
        transformOrigin: `${100 * across}% ${100 * down}%`,
        transform: `translate(${x}px, ${y}px) translate(${-100 * across}%, ${-100 * down}%) rotate(${angle}deg)`,
      });
    });
  }

  /**
   * @param {ReturnType<typeof splitFigure>['legend']} lines
   * @param {Letters} letters
   */
  function drawLegend(lines, letters) {
    legendBox.hidden = !lines.length;
    const content = JSON.stringify([lines, letters]);
    if (legend === content) return;
    legend = content;
    legendBox.replaceChildren(
      ...lines.map(({name, colour, dash, symbol}) => {
        const mark = symbol
          ? make('span', {class: 'symbol'}, SYMBOLS[symbol] ?? '✚')
          : make('span', {class: `line ${dash}`});
        setStyle(mark, {color: colour});
        return make('li', {}, mark, ...writeLabel(name, letters));
      }),
    );
  }

  return {
    async draw(figure, {theme, letters}) {
      const {data, layout, labels, legend: lines, images, painted} = splitFigure(figure);
      chart.style.height = `${layout.height}px`;
      plot.hidden = !data.length;
      painting.draw(painted, layout, surface(theme).ink);
      placeImages(images);
      placeLabels(labels, letters);
      drawLegend(lines, letters);
      if (data.length) await drawPlot(plot, data, layout);
      const axes = Object.fromEntries(
        listAxes(figure.layout).map((name) => [name, measureAxis(figure.layout, name)]),
      );
      Object.assign(chart, {axes, figure}); // the tests find a place on the chart by them
      overlay.place(figure, axes, theme);
      chart.dataset.drawn = `${layout.width} × ${layout.height}`;
    },
    move(step, part, backward) {
      painting.mark(step);
      overlay.move(step, part, backward);
    },
  };
}

/**
 * @param {{text: string, tag: string | null, colour: string | null}} run
 * @param {Letters} letters
 * @returns {(Node | string)[]}
 */
function makeRun({text, tag, colour}, letters) {
  if (!tag && !colour) return writeLabel(text, letters);
  const element = make(/** @type {keyof HTMLElementTagNameMap} */ (tag ?? 'span'), {}, text);
  if (colour) setStyle(element, {color: colour});
  return [element];
}
