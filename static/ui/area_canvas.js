// Areas in one colour, painted under a chart; those of a step are outlined while it is on screen.

import {make, setStyle} from './elements.js';

/** @typedef {ReturnType<typeof import('../charts/figure_parts.js').splitFigure>['areas']} Areas */

export function createAreaCanvas() {
  const canvas = make('canvas', {class: 'areas', 'aria-hidden': 'true'});
  /** @type {{areas: Areas, ink: string, step: number | null, scale: number}} */
  const drawn = {areas: [], ink: '', step: null, scale: 1};

  function paint() {
    const pen = canvas.getContext('2d');
    if (!pen) return;
    pen.setTransform(drawn.scale, 0, 0, drawn.scale, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (const area of drawn.areas) {
      pen.fillStyle = area.colour;
      pen.fill(trace(area));
    }
    pen.strokeStyle = drawn.ink;
    pen.lineWidth = 1.4;
    for (const area of drawn.areas)
      if (area.step === drawn.step && area.step !== null) pen.stroke(trace(area));
  }

  return {
    canvas,

    /**
     * @param {Areas} areas
     * @param {{width: number, height: number}} size
     * @param {string} ink
     */
    draw(areas, {width, height}, ink) {
      canvas.hidden = !areas.length;
      Object.assign(drawn, {areas, ink, scale: devicePixelRatio});
      if (!areas.length) return;
      Object.assign(canvas, {width: width * devicePixelRatio, height: height * devicePixelRatio});
      setStyle(canvas, {width: `${width}px`, height: `${height}px`});
      paint();
    },

    /**
     * Outline what belongs to a step.
     * @param {number} step
     */
    mark(step) {
      if (step === drawn.step) return;
      drawn.step = step;
      if (drawn.areas.some((area) => area.step !== null)) paint();
    },
  };
}

/** @param {Areas[number]} area */
function trace({corners}) {
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
