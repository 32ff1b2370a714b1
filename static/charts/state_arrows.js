// The arrows that carry a state from each step to the next. Pure functions.

import {findSignal} from '../core/catalog.js';
import {gradientShare, hueOf} from '../core/colours.js';
import {isReverse} from '../core/layer_names.js';
import {measureRows, normOf} from '../core/vectors.js';

/**
 * Where a state's arrow runs, of a layer's height: a memory above, what the cell hands on below.
 * @param {{states: string[], output: string}} cell
 * @param {string} state
 */
export function heightOfState({states, output}, state) {
  return states.length > 1 && state !== output ? 0.8 : 0.16;
}

/**
 * Draw the arrows of some of a layer's states, one path a state: Plotly draws it three times faster than as many
 * polygons. An arrow is as thick as the state is long; on the way back it points to the step before, as thick as the
 * gradient that is left.
 * @param {WatchContext} ctx
 * @param {string} layerName
 * @param {string[]} states
 * @param {number[]} steps
 * @param {number} half
 * @param {string} yref
 * @returns {Shape[]}
 */
export function drawStateArrows({trace, cell, theme, direction}, layerName, states, steps, half, yref) {
  const backward = direction === 'backward';
  // From each step to the one that the layer reads next.
  const [way, last] = isReverse(layerName) ? [-1, 0] : [1, trace.tokens.length - 1];
  return states.map((state) => {
    const signalName = `${layerName}.${state}`;
    const norms = backward
      ? [...trace.norms[signalName].values]
      : measureRows(trace.signals[signalName], normOf);
    const largest = norms.reduce((a, b) => Math.max(a, b), 0) || 1;
    const middle = heightOfState(cell, state);
    const path = steps
      .filter((t) => backward || t !== last)
      .map((t) => {
        const thick = 0.004 + 0.026 * (backward ? gradientShare(norms[t], largest) : norms[t] / largest);
        const ends = [t + way * half, t + way * (1 - half)];
        const [from, to] = backward ? ends.reverse() : ends;
        const neck = to - (to - from) * 0.45;
        const head = Math.max(thick, 0.028);
        return (
          `M${from},${middle - thick}L${neck},${middle - thick}L${neck},${middle - head}L${to},${middle}` +
          `L${neck},${middle + head}L${neck},${middle + thick}L${from},${middle + thick}Z`
        );
      });
    const signal = findSignal(cell, state);
    return {
      type: 'path',
      xref: 'x',
      yref,
      path: path.join(''),
      fillcolor: hueOf(signal, theme),
      line: {width: 0},
    };
  });
}
