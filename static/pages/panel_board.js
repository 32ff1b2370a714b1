// The panels of a room, one a view: which are shown, and when each is drawn.

import {byId} from '../ui/elements.js';
import {Panel} from '../ui/panel.js';
import {afterPaint, coalesce, nextFrame} from '../ui/scheduling.js';

const PLACES = ['top', 'wide', 'left', 'right'];

/**
 * What is drawn.
 * @template S
 * @template A
 * @typedef {object} Scene
 * @property {A | null} answer
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
 * @property {() => void} follow is called with every step drawn
 */

/**
 * @template {SharedState} S
 * @template {RoomAnswer} A
 */
export class PanelBoard {
  /** @param {BoardOptions<S, A>} options */
  constructor({look, buildContext, marks, follow}) {
    this.look = look;
    this.buildContext = buildContext;
    this.marks = marks;
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

  /** Draw every panel. The first is what a person looks at: it is painted before the others are drawn, one a frame. */
  async drawAll() {
    const {answer} = this.look();
    if (!answer) return;
    const [first, ...rest] = this.panels;
    await this.draw([first]);
    this.follow();
    await afterPaint();
    this.mark(answer);
    for (const panel of rest) {
      if (answer !== this.look().answer) return;
      await this.draw([panel]);
      await nextFrame();
    }
  }

  /**
   * Draw the panels of these views again.
   * @param {string[]} ids
   */
  drawViews(ids) {
    return this.draw(this.panels.filter(({view}) => ids.includes(view.id)));
  }

  /**
   * Move every cursor; `part` of the way on to the next step.
   * @param {number} step
   * @param {number} part
   */
  move(step, part) {
    const {backward} = this.look();
    for (const panel of this.panels) panel.move(step, part, backward);
  }

  async drawStepNow() {
    const {answer, state, step, part, playing} = this.look();
    if (!answer) return;
    /** @param {Panel} panel */
    const hasTurnedPage = ({root, view, width, page}) =>
      view.page && !root.hidden && view.page(this.buildContext(answer, {view, state, step, width})) !== page;
    await this.draw(this.panels.filter((panel) => panel.view.follows || hasTurnedPage(panel)));
    if (!playing) this.move(step, part);
    this.follow();
    await afterPaint();
    if (step === this.look().step) this.mark(answer);
  }

  /** @param {Panel[]} panels */
  async draw(panels) {
    const {answer, state, catalogue, step} = this.look();
    if (!answer) return;
    const options = {
      language: state.language,
      theme: state.theme,
      tableTitle: catalogue['panel.table'],
      forceLabel: catalogue['whatif.button'],
    };
    for (const panel of panels) {
      const {view} = panel;
      // A view of what comes with the slower questions stays as it was until then.
      if (view.needs && !Reflect.get(answer, view.needs)) {
        if (!panel.figure) panel.promise(view.words[state.language].title, catalogue['panel.waiting']);
        continue;
      }
      let ctx = this.buildContext(answer, {view, state, step, width: panel.width});
      const {hidden} = panel.root;
      panel.root.hidden = !view.applies(ctx);
      if (panel.root.hidden) continue;
      // It has a width only now.
      if (hidden) ctx = this.buildContext(answer, {view, state, step, width: panel.width});
      if (view.height) ctx.height = view.height(ctx);
      panel.page = view.page?.(ctx);
      await panel.draw(view.figure(ctx), options);
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
