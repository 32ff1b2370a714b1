// The panels of a room, one a view: which are shown, and when each is drawn.

import {byId, findAll} from '../ui/elements.js';
import {Panel} from '../ui/panel.js';
import {drawPicture} from '../ui/picture.js';
import {afterPaint, coalesce, nextFrame} from '../ui/scheduling.js';
import {fitToCard, showAlone} from '../ui/slide.js';

const PICTURE = 1200; // pixels of an exported figure across, at least
const COLUMN = 16; // of a step, where the figure is not drawn in pages
const MOST = 4000;
const TITLE = 'title'; // the key, in a view's words
const CLEAR = 8; // pixels between the picture and the transport below it
const CLOSE = 6; // pixels that a figure's height may be off
const PLACES = ['top', 'wide', 'left', 'right', 'foot'];

/**
 * What is drawn.
 * @template S
 * @template A
 * @typedef {object} Scene
 * @property {A | null} answer
 * @property {boolean} asking whether a newer answer is on its way
 * @property {Readonly<S>} state
 * @property {Catalogue} catalogue
 * @property {number} step
 * @property {number} part of the step that has passed, where it is held or played
 * @property {boolean} playing
 * @property {boolean} backward
 */

/**
 * @template S
 * @template A
 * @typedef {object} BoardOptions
 * @property {() => Scene<S, A>} look what is drawn now
 * @property {(answer: A, draw: Draw<S>) => Context} buildContext what a view is handed
 * @property {(answer: A, state: Readonly<S>) => Record<string, string | number>} marks what the first panel's element
 *   says of itself once it is painted
 * @property {() => Letters} letters those on screen
 * @property {() => void} follow is called with every step drawn
 */

/**
 * @template {SharedState} S
 * @template {RoomAnswer} A
 */
export class PanelBoard {
  /** @param {BoardOptions<S, A>} options */
  constructor({look, buildContext, marks, letters, follow}) {
    this.look = look;
    this.buildContext = buildContext;
    this.marks = marks;
    this.letters = letters;
    this.follow = follow;
    /** @type {Panel[]} */
    this.panels = [];
    /** Draw what changes with the step, and move every cursor there; once a frame. */
    this.drawStep = coalesce(() => this.drawStepNow());
  }

  /**
   * Make a panel for each view, in its place.
   * @param {View[]} views
   * @param {PanelListener} on
   */
  fill(views, on) {
    const sorted = [...views].sort(
      (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || a.order - b.order,
    );
    this.panels = sorted.map((view) => {
      const panel = new Panel(view, on);
      byId(view.place).append(panel.root);
      return panel;
    });
  }

  /** The panel that fills the screen, or null; where the state names one that is not shown, the first. */
  get slide() {
    const {state} = this.look();
    return state.slide ? (this.panels.find(({view}) => view.id === state.slide) ?? this.panels[0]) : null;
  }

  /** Those that can be seen. */
  get seen() {
    const {slide} = this;
    return slide ? [slide] : this.panels;
  }

  /**
   * The id of the panel so many places after the one that fills the screen, among those that have something to show.
   * @param {number} by
   * @returns {string | null}
   */
  findBeside(by) {
    const {answer, state, step} = this.look();
    const {slide} = this;
    if (!answer || !slide) return null;
    const shown = this.panels.filter(
      ({view, width}) =>
        (!view.needs || Reflect.get(answer, view.needs)) &&
        view.applies(this.buildContext(answer, {view, state, step, width})),
    );
    const place = Math.max(0, shown.indexOf(slide)) + by;
    return shown[Math.min(shown.length - 1, Math.max(0, place))]?.view.id ?? null;
  }

  /**
   * Draw every panel. The first is what a person looks at: it is painted before the others are drawn, one a frame.
   * While a newer answer is on its way they wait: it finds nobody at work, and draws them itself.
   */
  async drawAll() {
    const {answer} = this.look();
    if (!answer) return;
    const {slide} = this;
    showAlone(this.panels, slide);
    const [first, ...rest] = this.seen;
    this.follow(); // what stands above a panel leaves it the room that it has
    if (slide) {
      slide.root.hidden = false; // it is measured before it is drawn
      await fitToCard(slide, () => this.draw([slide]));
    } else await this.draw([first]);
    await afterPaint();
    this.mark(answer);
    for (const panel of rest) {
      while (this.look().asking) await nextFrame();
      if (answer !== this.look().answer) return;
      await this.draw([panel]);
      await nextFrame();
    }
  }

  /**
   * Draw a panel into a picture, as a data address: all columns of a long text, page below page.
   * @param {Panel} panel
   * @param {string} format
   * @param {Caption} caption
   */
  async drawPicture(panel, format, caption) {
    const {answer, state, step} = this.look();
    if (!answer || !panel.figure) throw new TypeError('there is nothing to draw yet');
    const {view} = panel;
    const steps = answer.tokens.length;
    const wide = view.page || panel.figure.kind !== 'chart' ? PICTURE : Math.min(MOST, steps * COLUMN);
    const width = Math.max(PICTURE, wide);
    /** @param {number} at */
    const build = (at) => {
      const ctx = this.buildContext(answer, {view, state, step: at, width});
      if (view.height) ctx.height = view.height(ctx);
      return ctx;
    };
    /** @type {Map<number | undefined, Context>} */
    const pages = new Map();
    if (view.page && panel.figure.kind === 'chart') {
      for (let at = 0; at < steps; at += 1) {
        const ctx = build(at);
        const page = view.page(ctx);
        if (!pages.has(page)) pages.set(page, ctx);
      }
    } else pages.set(undefined, build(step));
    const figures = [...pages.values()].map((ctx) => view.figure(ctx));
    const title = figures[0].title ?? build(step).say(TITLE);
    return drawPicture({title, figures, width, caption, theme: state.theme, format}, (body, figure) =>
      panel.render(body, figure),
    );
  }

  /**
   * Draw the panels of these views again.
   * @param {string[]} ids
   */
  drawViews(ids) {
    return this.draw(this.seen.filter(({view}) => ids.includes(view.id)));
  }

  /**
   * Move every cursor; `part` of the way on to the next step.
   * @param {number} step
   * @param {number} part
   */
  move(step, part) {
    const {backward} = this.look();
    for (const panel of this.seen) panel.move(step, part, backward);
  }

  async drawStepNow() {
    const {answer, state, step, part, playing} = this.look();
    if (!answer) return;
    /** @param {Panel} panel */
    const hasTurnedPage = ({root, view, width, page}) =>
      view.page && !root.hidden && view.page(this.buildContext(answer, {view, state, step, width})) !== page;
    await this.draw(this.seen.filter((panel) => panel.view.follows || hasTurnedPage(panel)));
    if (!playing) this.move(step, part);
    this.follow();
    await afterPaint();
    if (step === this.look().step) this.mark(answer);
  }

  /**
   * How many pixels of the first screen are left for the figure of the first panel, above the transport that stays in
   * sight; null for the others, and where a panel has the screen to itself.
   * @param {Panel} panel
   */
  measureRoom({root, body}) {
    if (root !== this.panels[0].root || this.slide) return null;
    const [transport] = findAll('.transport');
    const top = body.getBoundingClientRect().top + scrollY;
    // The height of a telephone's window without its bars stays as it is while they come and go.
    return Math.floor(document.documentElement.clientHeight - top - transport.offsetHeight - CLEAR);
  }

  /** @param {Panel[]} panels */
  async draw(panels) {
    const {answer, state, catalogue, step} = this.look();
    if (!answer) return;
    const options = {
      theme: state.theme,
      tableTitle: catalogue['panel.table'],
      forceLabel: catalogue['whatif.button'],
      slideLabel: catalogue['slide.button'],
      letters: this.letters(),
    };
    for (const panel of panels) {
      const {view} = panel;
      // A view of what comes with the slower questions stays as it was until then.
      if (view.needs && !Reflect.get(answer, view.needs)) {
        if (!panel.figure) {
          const ctx = this.buildContext(answer, {view, state, step, width: panel.width});
          panel.promise(ctx.say(TITLE), catalogue['panel.waiting']);
        }
        continue;
      }
      let ctx = this.buildContext(answer, {view, state, step, width: panel.width});
      const {hidden} = panel.root;
      panel.root.hidden = !view.applies(ctx);
      if (panel.root.hidden) continue;
      // It has a width only now.
      if (hidden) ctx = this.buildContext(answer, {view, state, step, width: panel.width});
      for (let [room, tries] = [this.measureRoom(panel), 2]; tries > 0; tries -= 1) {
        ctx.room = room;
        if (view.height) ctx.height = view.height(ctx);
        panel.page = view.page?.(ctx);
        await panel.draw(view.figure(ctx), {...options, title: ctx.say(TITLE)});
        // What is written above the figure may take other lines than what was there.
        room = view.height ? this.measureRoom(panel) : room;
        if (Math.abs((room ?? 0) - (ctx.room ?? 0)) <= CLOSE) break;
      }
      const now = this.look();
      panel.move(now.step, now.part, now.backward);
    }
  }

  /**
   * data-step and its fellows are set once that state is painted.
   * @param {A} drawn
   */
  mark(drawn) {
    const {answer, state, step} = this.look();
    if (drawn !== answer) return;
    Object.assign(this.panels[0].root.dataset, {
      steps: answer.tokens.length,
      step,
      ...this.marks(answer, state),
    });
  }
}
