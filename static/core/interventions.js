// Interventions: signals that are forced. How one is written in an address, and what it covers. Pure functions.

import {number} from './format.js';

/**
 * `layers.0.f:0.5:3:17`, as it stands in the address: signal, value, step, unit; an empty one is all of them.
 * @param {Intervention} intervention
 * @returns {string}
 */
export function writeIntervention({signal, value, step, unit}) {
  return [signal, value, step ?? '', unit ?? ''].join(':');
}

/**
 * The reverse; null for what makes no sense.
 * @param {string} written
 * @returns {Intervention | null}
 */
export function readIntervention(written) {
  const [signal, given, step, unit] = written.split(':');
  const value = given === 'previous' ? given : Number(given);
  /** @param {string} digits */
  const readIndex = (digits) => (/^\d+$/.test(digits ?? '') ? Number(digits) : null);
  if (!signal || !given || (value !== 'previous' && !Number.isFinite(value))) return null;
  return {signal, value, step: readIndex(step), unit: readIndex(unit)};
}

/**
 * Whether two interventions force the same signal at the same steps and units.
 * @param {Omit<Intervention, 'value'>} first
 * @param {Omit<Intervention, 'value'>} second
 */
export function coversSame(first, second) {
  return first.signal === second.signal && first.step === second.step && first.unit === second.unit;
}

/**
 * The mean of a signal over the steps and units that an intervention covers.
 * @param {Matrix} array
 * @param {{step: number | null, unit: number | null}} covered
 * @returns {number}
 */
export function meanOverCovered({values, shape: [steps, units]}, {step, unit}) {
  const [firstStep, lastStep] = step === null ? [0, steps - 1] : [step, step];
  const [firstUnit, lastUnit] = unit === null ? [0, units - 1] : [unit, unit];
  let sum = 0;
  for (let t = firstStep; t <= lastStep; t += 1) {
    for (let k = firstUnit; k <= lastUnit; k += 1) sum += values[t * units + k];
  }
  return sum / ((lastStep - firstStep + 1) * (lastUnit - firstUnit + 1));
}

/**
 * Say what is forced: `f = 0 · step 3 · all units`.
 * @param {Intervention} intervention
 * @param {string} letter the signal's, as it is written on screen
 * @param {Say} say
 * @param {string} language
 */
export function describeIntervention({value, step, unit}, letter, say, language) {
  const where = step === null ? say('whatif.steps') : say('whatif.at', {step: step + 1});
  const which = unit === null ? say('whatif.units') : say('whatif.unit', {unit: unit + 1});
  return `${letter} = ${value === 'previous' ? say('whatif.previous') : number(value, language)} · ${where} · ${which}`;
}
