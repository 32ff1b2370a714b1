// Which panel a person stopped at, in scrolling, and the way to the one that an address names.

import {debounce} from '../ui/scheduling.js';

const PAUSE = 250; // ms without scrolling until a person has stopped
const LINE = 0.4; // of the window's height: the panel that stands there is the one in view
const PATIENCE = 8000; // ms in which panels above may still grow
const HANDS = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

/**
 * The panel across a line; null where that is the first, or none.
 * @template {{id: string, top: number, bottom: number}} B
 * @param {B[]} boxes of those that are shown, the first one first
 * @param {number} line
 * @returns {B | null}
 */
export function findPanelAt(boxes, line) {
  const found = boxes.find(({top, bottom}) => top <= line && line < bottom);
  return found && found !== boxes[0] ? found : null;
}

export class PanelInView {
  /** @param {{panels: () => {view: {id: string}, root: HTMLElement}[], stop: (id: string) => void}} on */
  constructor({panels, stop}) {
    this.panels = panels;
    this.stop = stop;
    this.leave = () => {}; // ends the way to a panel
  }

  /** Tell from now on where a person stops; '' at the top. */
  watch() {
    const tell = debounce(() => {
      const boxes = this.panels()
        .filter(({root}) => !root.hidden)
        .map(({view: {id}, root}) => {
          const {top, bottom} = root.getBoundingClientRect();
          return {id, top, bottom};
        });
      this.stop(findPanelAt(boxes, LINE * innerHeight)?.id ?? '');
    }, PAUSE);
    addEventListener('scroll', tell, {passive: true});
    for (const kind of HANDS) addEventListener(kind, () => this.leave(), {passive: true});
  }

  /**
   * Bring a panel into view, and keep it there while those above it are drawn: until a person moves, or it is time.
   * @param {string} id
   */
  show(id) {
    this.leave();
    const panel = this.panels().find(({view}) => view.id === id);
    if (!panel || panel.root.hidden) return;
    const bring = () => panel.root.scrollIntoView({block: 'start', behavior: 'instant'});
    const observer = new ResizeObserver(bring);
    for (const place of document.querySelectorAll('main > *')) observer.observe(place);
    const timer = setTimeout(() => this.leave(), PATIENCE);
    this.leave = () => {
      observer.disconnect();
      clearTimeout(timer);
      this.leave = () => {};
    };
    bring();
  }
}
