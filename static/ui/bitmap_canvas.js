// A figure's pixels on a canvas.

/**
 * Paint a bitmap, `{width, height, pixels}`, on a canvas of its size.
 * @param {HTMLCanvasElement} canvas
 * @param {Bitmap} bitmap
 */
export function paintBitmap(canvas, {width, height, pixels}) {
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width), 0, 0);
}

/**
 * The same as a picture's address.
 * @param {Bitmap} bitmap
 */
export function encodeBitmap(bitmap) {
  const canvas = document.createElement('canvas');
  paintBitmap(canvas, bitmap);
  return canvas.toDataURL();
}
