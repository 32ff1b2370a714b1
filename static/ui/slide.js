// Slide mode: one panel fills the screen, its type large enough for a wall; around it the sentence, the network and the
// bar that plays.

import {byId, setStyle, setText} from './elements.js';

const READABLE = {widest: 1000, narrowest: 480}; // pixels of a figure that is to be read from far away
const LEAST = 0.6; // of its own size
const TRIES = 4;

/**
 * Let one panel alone be seen, or, with null, all of them.
 * @param {{root: HTMLElement, body: HTMLElement}[]} panels
 * @param {{root: HTMLElement} | null} chosen
 */
export function showAlone(panels, chosen) {
  document.documentElement.toggleAttribute('data-slide', chosen !== null);
  byId('slide-head').hidden = chosen === null;
  for (const panel of panels) {
    panel.root.classList.toggle('on-slide', panel === chosen);
    if (panel !== chosen) setStyle(panel.body, {width: '', transform: ''});
  }
}

/**
 * Say what is on the slide beside the panel.
 * @param {Caption} caption
 */
export function showCaption({sentence, network, forced}) {
  setText(byId('slide-sentence'), sentence);
  setText(byId('slide-network'), [network, forced].filter(Boolean).join(' · '));
}

/**
 * Make a panel as large as its card: its figure is drawn narrower than the card and enlarged, until it is as tall.
 * @param {{root: HTMLElement, body: HTMLElement}} panel
 * @param {() => Promise<void>} draw draws the figure as wide as the panel's body
 */
export async function fitToCard({root, body}, draw) {
  const [card, style] = [root.getBoundingClientRect(), getComputedStyle(root)];
  const width = card.width - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  const height = card.bottom - body.getBoundingClientRect().top - Number.parseFloat(style.paddingBottom);
  const most = Math.max(1, width / READABLE.narrowest);
  let scale = Math.max(1, width / READABLE.widest);
  for (let k = 0; k < TRIES; k += 1) {
    setStyle(body, {width: `${width / scale}px`, transform: `scale(${scale})`});
    await draw();
    const filled = (body.offsetHeight * scale) / height;
    if (filled > 0.93 && filled <= 1) return;
    const wanted = Math.min(most, Math.max(LEAST, scale / filled));
    if (wanted === scale) return;
    scale = k ? Math.min(wanted, scale / Math.max(filled, 1)) : wanted; // what wraps grows faster than it is enlarged
  }
}
