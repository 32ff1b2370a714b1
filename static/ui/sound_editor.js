// A sound under its buttons: it is recorded, loaded from a file, heard again, and shows where the step is.

import {outlineSound, readSound, trimSilence, writeSound} from '../core/sound_text.js';
import {make, makeButton, makeSvg} from './elements.js';

const RATE = 8000; // samples a second: what the networks hear
const LONGEST = 2; // seconds of a word
const [WIDTH, HEIGHT] = [600, 84];

/**
 * @param {HTMLElement} root
 * @param {InputEditing} shown
 */
export function drawSoundEditor(root, {text, step, say, write, steps}) {
  const {rate, samples} = readSound(text);
  if (!root.firstChild) {
    const chooser = make('input', {
      type: 'file',
      accept: 'audio/*,.wav',
      class: 'hidden',
      'aria-label': say('sound.load'),
      'data-testid': 'sound-file',
    });
    root.replaceChildren(
      make('div', {class: 'plot'}),
      make(
        'div',
        {class: 'moves'},
        makeButton('', () => {}, {class: 'pill', 'data-testid': 'record'}),
        makeButton('', () => {}, {class: 'pill', 'data-testid': 'hear'}),
        makeButton('', () => chooser.click(), {class: 'pill'}),
        chooser,
      ),
      make('p', {class: 'notice', role: 'status'}),
    );
  }
  const [plot, record, hear, load, chooser, notice] = /** @type {HTMLElement[]} */ ([
    root.querySelector('.plot'),
    ...root.querySelectorAll('button'),
    root.querySelector('input'),
    root.querySelector('.notice'),
  ]);
  if (!record.dataset.recording) record.textContent = say('sound.record');
  hear.textContent = say('sound.hear');
  load.textContent = say('sound.load');
  plot.replaceChildren(
    drawOutline(
      samples,
      step,
      steps,
      say('sound.label', {seconds: (samples.length / (rate || 1)).toFixed(2)}),
    ),
  );
  /** @param {ArrayBuffer} bytes */
  const take = async (bytes) => {
    try {
      notice.textContent = '';
      const heard = await decode(bytes);
      write(writeSound({rate: RATE, samples: trimSilence(heard, RATE, LONGEST)}), 0);
    } catch {
      notice.textContent = say('sound.unreadable');
    }
  };
  /** @type {HTMLInputElement} */ (chooser).onchange = async () => {
    const [file] = /** @type {HTMLInputElement} */ (chooser).files ?? [];
    if (file) await take(await file.arrayBuffer());
  };
  record.onclick = async () => {
    if (record.dataset.recording) return;
    try {
      record.dataset.recording = 'yes';
      record.textContent = say('sound.recording');
      notice.textContent = '';
      await take(await recordSound());
    } catch {
      notice.textContent = say('sound.refused');
    } finally {
      delete record.dataset.recording;
      record.textContent = say('sound.record');
    }
  };
  hear.onclick = () => play(samples, rate);
}

/**
 * @param {number[]} samples
 * @param {number | null} step
 * @param {number} steps
 * @param {string} label
 */
function drawOutline(samples, step, steps, label) {
  const outline = outlineSound(samples, WIDTH / 2);
  const y = (/** @type {number} */ value) => (HEIGHT / 2) * (1 - 0.95 * value);
  const d = outline
    .map(([low, high], k) => `M${2 * k + 1},${y(high).toFixed(1)}V${(y(low) + 0.6).toFixed(1)}`)
    .join('');
  const column = WIDTH / Math.max(1, steps);
  return makeSvg(
    'svg',
    {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label},
    makeSvg('path', {d, class: 'curve'}),
    ...(step === null
      ? []
      : [
          makeSvg('rect', {
            x: String(step * column),
            width: String(column),
            y: '0',
            height: String(HEIGHT),
            class: 'here',
          }),
        ]),
  );
}

/** Record so many seconds by the microphone. Throws where a person or the browser refuses. */
async function recordSound() {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  try {
    const recorder = new MediaRecorder(stream);
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({data}) => parts.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    setTimeout(() => recorder.stop(), 1000 * LONGEST);
    await stopped;
    return await new Blob(parts).arrayBuffer();
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

/**
 * Decode a file's sound into one channel at the rate that the networks hear. Throws where it is none.
 * @param {ArrayBuffer} bytes
 * @returns {Promise<Float32Array>}
 */
async function decode(bytes) {
  const decoded = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(bytes);
  const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(decoded.duration * RATE)), RATE);
  const source = offline.createBufferSource();
  source.buffer = decoded;
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}

/**
 * @param {number[]} samples
 * @param {number} rate
 */
function play(samples, rate) {
  if (!samples.length) return;
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.getChannelData(0).set(samples);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.onended = () => context.close();
  source.start();
}
