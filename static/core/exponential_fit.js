// Whether a decay is an exponential, and its half-life where it is one. Pure functions.

const FEWEST = 8; // points: fewer lie near a line by chance
const STRAIGHT = 0.95; // r² of log10 of the share against the distance

/**
 * The half-life, in steps, of a decay whose logarithm falls in a straight line; null where there is none. Steps
 * whose share is zero or not finite have no logarithm and are left out.
 * @param {Numbers} relative by step, relative to the last
 * @returns {number | null}
 */
export function fitHalfLife(relative) {
  const points = [...relative].reverse().flatMap((share, distance) => {
    return share !== null && share > 0 && Number.isFinite(share) ? [[distance, Math.log10(share)]] : [];
  });
  if (points.length < FEWEST) return null;
  const [x, y] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
  let [xx, xy, yy] = [0, 0, 0];
  for (const [distance, exponent] of points) {
    xx += (distance - x) ** 2;
    xy += (distance - x) * (exponent - y);
    yy += (exponent - y) ** 2;
  }
  const slope = xy / xx;
  return slope < 0 && xy ** 2 >= STRAIGHT * xx * yy ? Math.log10(0.5) / slope : null;
}
