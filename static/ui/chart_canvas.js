// What of a chart is painted at once: areas in one colour, lines, marks and rules. The areas of a step are outlined
// while it is on screen.

import {bendAt} from '../charts/painted_parts.js';
import {make, setStyle} from './elements.js';

/**
 * @typedef {import('../charts/painted_parts.js').PaintedParts} PaintedParts
 * @typedef {import('../charts/painted_parts.js').PaintedLine} PaintedLine
 * @typedef {import('../charts/painted_parts.js').PaintedMark} PaintedMark
 */

const ARM = 0.4; // of a cross, of its size

/** Make two canvases, one above the other: what is painted once a figure, and the outline of a step's areas. */
export function createChartCanvas() {
  const [ground, outline] = [make('canvas', {}), make('canvas', {})];
  const box = make('div', {class: 'painted', 'aria-hidden': 'true'});
  /** @type {Map<number, Path2D[]>} */
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
     * @param {PaintedParts} parts
     * @param {{width: number, height: number}} size
     * @param {string} colour of outlines
     */
    draw({rules, areas, lines, marks}, {width, height}, colour) {
      paths.clear();
      ink = colour;
      const empty = !areas.length && !lines.length && !marks.length;
      const outlined = areas.some(({step}) => step !== null);
      fit(box, [...(empty ? [] : [ground]), ...(outlined ? [outline] : [])]);
      if (empty) return;
      const pen = clear(ground, width, height);
      if (!pen) return;
      for (const line of rules) stroke(pen, line);
      for (const area of areas) {
        const path = traceCorners(area.corners);
        pen.fillStyle = area.colour;
        pen.fill(path);
        if (area.step !== null) paths.set(area.step, [...(paths.get(area.step) ?? []), path]);
      }
      for (const line of lines) stroke(pen, line);
      for (const mark of marks) paintMark(pen, mark);
      if (outlined) {
        clear(outline, width, height);
        paintOutline();
      }
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

/**
 * Let a box hold these elements, and leave it alone where it does.
 * @param {HTMLElement} box
 * @param {HTMLElement[]} wanted
 */
function fit(box, wanted) {
  if (box.childElementCount !== wanted.length || wanted.some((element, k) => box.children[k] !== element))
    box.replaceChildren(...wanted);
}

/**
 * A pen on a clear canvas of this size, in pixels of the page.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function clear(canvas, width, height) {
  const scale = devicePixelRatio;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  const pen = canvas.getContext('2d');
  if (canvas.width !== across || canvas.height !== down) {
    Object.assign(canvas, {width: across, height: down});
    setStyle(canvas, {width: `${width}px`, height: `${height}px`});
  } else {
    pen?.setTransform(1, 0, 0, 1, 0, 0);
    pen?.clearRect(0, 0, across, down);
  }
  pen?.setTransform(scale, 0, 0, scale, 0, 0);
  return pen;
}

/** @param {Float64Array} corners */
function traceCorners(corners) {
  const path = new Path2D();
  let open = false;
  for (let k = 0; k < corners.length; k += 2) {
    if (Number.isNaN(corners[k])) {
      path.closePath();
      open = false;
    } else if (open) path.lineTo(corners[k], corners[k + 1]);
    else {
      path.moveTo(corners[k], corners[k + 1]);
      open = true;
    }
  }
  path.closePath();
  return path;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {PaintedLine} line
 */
function stroke(pen, {points, colour, width, dash, smoothing}) {
  pen.beginPath();
  const last = points.length / 2 - 1;
  let open = false;
  let [bentX, bentY] = [0, 0]; // what bends the curve after the point before
  for (let k = 0; k <= last; k += 1) {
    const [x, y] = [points[2 * k], points[2 * k + 1]];
    if (Number.isNaN(x) || Number.isNaN(y)) {
      open = false;
      continue;
    }
    if (!open) {
      pen.moveTo(x, y);
      [bentX, bentY] = [x, y];
    } else if (!smoothing) pen.lineTo(x, y);
    else {
      const [beforeX, beforeY, afterX, afterY] = k < last ? bendAt(points, k, smoothing) : [x, y, x, y];
      pen.bezierCurveTo(bentX, bentY, beforeX, beforeY, x, y);
      [bentX, bentY] = [afterX, afterY];
    }
    open = true;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {PaintedMark} mark
 */
function paintMark(pen, {x, y, size, symbol, fill, colour, width}) {
  pen.beginPath();
  if (symbol === 'x') {
    const arm = ARM * size;
    pen.moveTo(x - arm, y - arm);
    pen.lineTo(x + arm, y + arm);
    pen.moveTo(x + arm, y - arm);
    pen.lineTo(x - arm, y + arm);
    pen.strokeStyle = fill;
    pen.lineWidth = size / 3;
    pen.stroke();
    return;
  }
  pen.arc(x, y, size / 2, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  if (!width) return;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}
