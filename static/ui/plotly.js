// The only module that names Plotly.

import {FONT, surface} from '../core/colours.js';
import {encodeBitmap} from './bitmap_canvas.js';
import {byId} from './elements.js';

const CONFIG = {
  displayModeBar: false,
  responsive: false,
  scrollZoom: false,
  doubleClick: false,
  showTips: false,
  plotlyServerURL: '',
  staticPlot: true,
};

// The largest script of the page: everything else starts without waiting for it.
const loaded = globalThis.Plotly
  ? null
  : new Promise((resolve, reject) => {
      const script = byId('plotly');
      script.addEventListener('load', resolve);
      script.addEventListener('error', () => reject(new TypeError('failed to fetch plotly.js')));
    });

/**
 * Draw into an element, anew or changing what stands there. Resolves once it is drawn.
 * @param {HTMLElement} element
 * @param {PlotTrace[]} data
 * @param {Layout} layout
 */
export async function drawPlot(element, data, layout) {
  await loaded;
  await globalThis.Plotly.react(element, data, layout, CONFIG);
}

/**
 * Draw a whole figure as an SVG, a data address. Every bitmap becomes a picture in it.
 * @param {{data: PlotTrace[], layout: Layout}} figure
 * @param {Theme} theme
 */
export async function exportFigure({data, layout}, theme) {
  await loaded;
  const whole = {...layout, paper_bgcolor: surface(theme).paper, font: {...layout.font, family: FONT}};
  const traces = data.map((trace) => {
    if (trace.type !== 'image') return trace;
    const {bitmap, ...image} = trace;
    return {...image, source: encodeBitmap(bitmap)};
  });
  return globalThis.Plotly.toImage(
    {data: traces, layout: whole, config: CONFIG},
    {format: 'svg', width: layout.width, height: layout.height, scale: 1},
  );
}
