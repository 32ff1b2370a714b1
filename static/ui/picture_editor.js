// A picture under a pen: it is drawn with the mouse or a finger, and shows the row that is being read.

import {drawStroke, readPicture, writePicture} from '../core/picture_text.js';
import {make, makeButton} from './elements.js';

const SIZE = 196; // pixels of the longer side on screen
const PEN = 1.1; // pixels of the picture: half the pen's width

/**
 * @param {HTMLElement} root
 * @param {InputEditing} shown
 */
export function drawPictureEditor(root, {text, task, step, say, write}) {
  const width = task.features.length;
  const rows = readPicture(text, width);
  const height = rows.length || width;
  const canvas = root.querySelector('canvas') ?? addCanvas(root, say);
  const scale = SIZE / Math.max(width, height);
  Object.assign(canvas, {width: Math.round(width * scale), height: Math.round(height * scale)});
  canvas.setAttribute('aria-label', say('picture.label', {width, height}));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const style = getComputedStyle(canvas);
  pen.fillStyle = style.color;
  rows.forEach((row, y) => {
    row.forEach((level, x) => {
      pen.globalAlpha = level;
      pen.fillRect(x * scale, y * scale, scale + 0.5, scale + 0.5);
    });
  });
  pen.globalAlpha = 1;
  if (step !== null) {
    pen.strokeStyle = style.outlineColor;
    pen.lineWidth = 2;
    pen.strokeRect(1, step * scale, canvas.width - 2, scale);
  }
  const [hint, clear] = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('figcaption, button')]);
  hint.textContent = say('picture.draw');
  clear.textContent = say('picture.clear');
  const blank = Array.from({length: height}, () => new Array(width).fill(0));
  clear.onclick = () => write(writePicture(blank), 0);

  canvas.onpointerdown = (down) => {
    down.preventDefault();
    canvas.setPointerCapture(down.pointerId);
    /** @param {PointerEvent} event */
    const placeOf = (event) => {
      const box = canvas.getBoundingClientRect();
      return {
        x: ((event.clientX - box.left) / box.width) * width,
        y: ((event.clientY - box.top) / box.height) * height,
      };
    };
    let [drawn, last] = [rows.length ? rows : blank, placeOf(down)];
    /** @param {PointerEvent} event */
    const draw = (event) => {
      const next = placeOf(event);
      drawn = drawStroke(drawn, last, next, PEN);
      last = next;
      write(writePicture(drawn), height - 1);
    };
    draw(down);
    canvas.onpointermove = draw;
    canvas.onpointerup = () => {
      canvas.onpointermove = null;
    };
    canvas.onpointercancel = canvas.onpointerup;
  };
}

/**
 * @param {HTMLElement} root
 * @param {Say} say
 */
function addCanvas(root, say) {
  const canvas = make('canvas', {class: 'drawing', role: 'img', 'data-testid': 'drawing'});
  root.replaceChildren(
    canvas,
    make(
      'div',
      {},
      make('figcaption', {}),
      makeButton(say('picture.clear'), () => {}, {class: 'pill'}),
    ),
  );
  return canvas;
}
