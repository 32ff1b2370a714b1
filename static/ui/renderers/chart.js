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

  /** @param {ReturnType<typeof splitFigure>['labels']} labels */
  function placeLabels(labels) {
    const spans = fitChildren(labelBox, labels, () => make('span', {}));
    labels.forEach(({x, y, across, down, angle, text, size, colour}, k) => {
      const span = spans[k];
      if (span.dataset.text !== text) {
        span.dataset.text = text;
        span.replaceChildren(...readMarkup(text).map(makeRun));
      }
      setStyle(span, {
        fontSize: `${size}px`,
        color: colour,
        transformOrigin: `${100 * across}% ${100 * down}%`,
        transform: `translate(${x}px, ${y}px) translate(${-100 * across}%, ${-100 * down}%) rotate(${angle}deg)`,
      });
    });
  }

  /** @param {ReturnType<typeof splitFigure>['legend']} lines */
  function drawLegend(lines) {
    legendBox.hidden = !lines.length;
    const content = JSON.stringify(lines);
    if (legend === content) return;
    legend = content;
    legendBox.replaceChildren(
      ...lines.map(({name, colour, dash, symbol}) => {
        const mark = symbol
          ? make('span', {class: 'symbol'}, SYMBOLS[symbol] ?? '✚')
          : make('span', {class: `line ${dash}`});
        setStyle(mark, {color: colour});
        return make('li', {}, mark, name);
      }),
    );
  }

  return {
    async draw(figure, {theme}) {
      const {data, layout, labels, legend: lines, images, painted} = splitFigure(figure);
      chart.style.height = `${layout.height}px`;
      plot.hidden = !data.length;
      painting.draw(painted, layout, surface(theme).ink);
      placeImages(images);
      placeLabels(labels);
      drawLegend(lines);
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

/** @param {{text: string, tag: string | null, colour: string | null}} run */
function makeRun({text, tag, colour}) {
  if (!tag && !colour) return text;
  const element = make(/** @type {keyof HTMLElementTagNameMap} */ (tag ?? 'span'), {}, text);
  if (colour) setStyle(element, {color: colour});
  return element;
}
