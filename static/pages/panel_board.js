// The panels of a room, one a view: which are shown, and when each is drawn.

import {byId} from '../ui/elements.js';
import {Panel} from '../ui/panel.js';
import {afterPaint, coalesce, nextFrame} from '../ui/scheduling.js';

const PLACES = ['top', 'wide', 'left', 'right'];

/**
 * Create the board. `current()` gives what is drawn, `{answer, state, catalogue, step}`; `buildContext(answer,
 * {view, state, step, width})` what a view is handed; `marks(answer, state)` what the first panel's element says of
 * itself once it is painted; `isPlaying()` and `isBackward()` are the playback's; `follow()` is called with every
 * step drawn.
 */
export function createPanelBoard({current, buildContext, marks, isPlaying, isBackward, follow}) {
  let panels = [];

  const contextOf = (panel, {answer, state, step}) =>
    buildContext(answer, {view: panel.view, state, step, width: panel.width});

  async function draw(chosen) {
    const now = current();
    const {language, theme} = now.state;
    for (const panel of chosen) {
      const {view} = panel;
      // A view of what comes with the slower questions stays as it was until then.
      if (view.needs && !now.answer[view.needs]) {
        if (!panel.figure) panel.promise(view.words[language].title, now.catalogue['panel.waiting']);
        continue;
      }
      let ctx = contextOf(panel, now);
      const {hidden} = panel.root;
      panel.root.hidden = !view.applies(ctx);
      if (panel.root.hidden) continue;
      if (hidden) ctx = contextOf(panel, now); // it has a width only now
      ctx.height = view.height?.(ctx);
      panel.page = view.page?.(ctx);
      await panel.draw(view.figure(ctx), {
        language,
        theme,
        tableTitle: now.catalogue['panel.table'],
        forceLabel: now.catalogue['whatif.button'],
      });
      panel.move(current().step, 0, isBackward());
    }
  }

  // data-step and its fellows are set once that state is painted.
  function mark(drawn) {
    const {answer, state, step} = current();
    if (drawn === answer)
      Object.assign(panels[0].root.dataset, {steps: answer.tokens.length, step, ...marks(answer, state)});
  }

  return {
    get panels() {
      return panels;
    },

    /** Make a panel for each view, in its place. */
    fill(views, on) {
      const sorted = [...views].sort(
        (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || a.order - b.order,
      );
      panels = sorted.map((view) => {
        const panel = new Panel(view, on);
        byId(view.place).append(panel.root);
        return panel;
      });
    },

    /** Draw every panel. The first is what a person looks at: it is painted before the others are drawn, one a frame. */
    async drawAll() {
      const {answer} = current();
      if (!answer) return;
      const [first, ...rest] = panels;
      await draw([first]);
      follow();
      await afterPaint();
      mark(answer);
      for (const panel of rest) {
        if (answer !== current().answer) return;
        await draw([panel]);
        await nextFrame();
      }
    },

    /** Draw the panels of these views again. */
    drawViews: (ids) => draw(panels.filter(({view}) => ids.includes(view.id))),

    /** Draw what changes with the step, and move every cursor there. */
    drawStep: coalesce(async () => {
      const {answer, state, step} = current();
      if (!answer) return;
      const hasTurnedPage = ({view, width, page}) =>
        view.page(buildContext(answer, {view, state, step, width})) !== page;
      await draw(
        panels.filter(
          (panel) => panel.view.follows || (panel.view.page && !panel.root.hidden && hasTurnedPage(panel)),
        ),
      );
      if (!isPlaying()) for (const panel of panels) panel.move(step, 0, isBackward());
      follow();
      await afterPaint();
      if (step === current().step) mark(answer);
    }),

    /** Move every cursor; `part` of the way on to the next step. */
    move(step, part) {
      for (const panel of panels) panel.move(step, part, isBackward());
    },
  };
}
