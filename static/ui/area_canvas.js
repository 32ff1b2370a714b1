// Areas in one colour, painted under a chart; those of a step are outlined while it is on screen.

import {make, setStyle} from './elements.js';

/** @typedef {ReturnType<typeof import('../charts/figure_parts.js').splitFigure>['areas']} Areas */

/** Make two canvases, one above the other: the areas, which are painted once a figure, and the outline of a step's. */
export function createAreaCanvas() {
  const [ground, outline] = [make('canvas', {}), make('canvas', {})];
  const box = make('div', {class: 'areas', 'aria-hidden': 'true'});
  /** @type {Map<number | null, Path2D[]>} */
  const paths = new Map(); // by step
  let ink = '';
  /** @type {number | null} */
  let marked = null;

  function paintOutline() {
    const pen = outline.getContext('2d');
    if (!pen) return;
    pen.clearRect(0, 0, outline.width, outline.height);
    pen.strokeStyle = ink;
    pen.lineWidth = 1.4;
    for (const path of (marked !== null && paths.get(marked)) || []) pen.stroke(path);
  }

  return {
    box,

    /**
     * @param {Areas} areas
     * @param {{width: number, height: number}} size
     * @param {string} colour of outlines
     */
    draw(areas, {width, height}, colour) {
      box.replaceChildren(...(areas.length ? [ground, outline] : []));
      paths.clear();
      ink = colour;
      if (!areas.length) return;
      const scale = devicePixelRatio;
      for (const canvas of [ground, outline]) {
        Object.assign(canvas, {width: width * scale, height: height * scale}); // clears it, too
        setStyle(canvas, {width: `${width}px`, height: `${height}px`});
        canvas.getContext('2d')?.scale(scale, scale);
      }
      const pen = ground.getContext('2d');
      for (const area of areas) {
        const path = tracePath(area);
        if (pen) pen.fillStyle = area.colour;
        pen?.fill(path);
        paths.set(area.step, [...(paths.get(area.step) ?? []), path]);
      }
      paintOutline();
    },

    /**
     * Outline what belongs to a step.
     * @param {number} step
     */
    mark(step) {
      if (step === marked) return;
      marked = step;
      if (paths.size) paintOutline();
    },
  };
}

/** @param {Areas[number]} area */
function tracePath({corners}) {
  const path = new Path2D();
  let open = false;
  for (const corner of corners) {
    if (!corner) {
      path.closePath();
      open = false;
    } else if (open) path.lineTo(corner[0], corner[1]);
    else {
      path.moveTo(corner[0], corner[1]);
      open = true;
    }
  }
  path.closePath();
  return path;
}
