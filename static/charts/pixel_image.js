// A picture given as pixels, as one trace of a figure.

/**
 * An image trace. `bitmap` is `{width, height, pixels}`, `pixels` a Uint32Array of packed colours, row by row;
 * `place` is where its first pixel's middle lies and how far apart they are, in the units of its axes.
 * @param {Bitmap} bitmap
 * @param {{x0?: number, dx?: number, y0: number, dy?: number, xaxis?: string, yaxis?: string}} place
 * @returns {ImageTrace}
 */
export function pixelImage(bitmap, {x0 = 0, dx = 1, y0, dy = 1, xaxis = 'x', yaxis = 'y'}) {
  return {type: 'image', bitmap, x0, dx, y0, dy, xaxis, yaxis, hoverinfo: 'skip', zsmooth: false};
}
