// A view's card: its title, what it shows and what to look for, its figure, its table.

import {fitChildren, make, makeButton, makeMark, setStyle, setText, writeSubscripts} from './elements.js';
import {makeLetter} from './letter_note.js';
import {createBars} from './renderers/bars.js';
import {createChart} from './renderers/chart.js';
import {createCode} from './renderers/code.js';
import {createDiagram} from './renderers/diagram.js';
import {createEquations} from './renderers/equations.js';
import {createTable, makeTable} from './renderers/table.js';
import {createText} from './renderers/text.js';
import {segments} from './segments.js';
import {makeSwapForm} from './swap_form.js';

// By a figure's kind. Each makes `{draw(figure, options)}`, and `move(step, part, backward)` where something moves.
/** @type {Record<Figure['kind'], (card: Card, on: PanelListener) => Renderer<any>>} */
const RENDERERS = {
  bars: createBars,
  chart: createChart,
  code: createCode,
  diagram: createDiagram,
  equations: createEquations,
  table: createTable,
  text: createText,
};

const ZOOM = {duration: 420, easing: 'cubic-bezier(.3, 0, .2, 1)'}; // ms

/** Make one card for a view. `on` hears `hover`, `pick`, `force` and `choose`. */
export class Panel {
  /**
   * @param {View} view
   * @param {PanelListener} on
   */
  constructor(view, on) {
    this.view = view;
    this.on = on;
    /** @type {Figure | null} */
    this.figure = null;
    /** @type {Theme} */
    this.theme = 'light';
    /** @type {number | undefined} */
    this.page = undefined; // what the view was drawn for
    /** @type {Map<string, {renderer: Renderer<any>, body: HTMLElement}>} */
    this.renderers = new Map(); // by the kinds of figures there were
    this.root = make('section', {class: `card view-${view.id}`, 'aria-labelledby': `title-${view.id}`});
    this.title = make('h2', {id: `title-${view.id}`});
    this.aside = make('span', {class: 'aside'});
    this.shows = make('p', {class: 'shows'});
    this.body = make('div', {class: 'body'});
    this.look = make('p', {class: 'look'});
    this.summary = make('p', {class: 'hidden'});
    this.tableTitle = make('summary', {});
    this.tableBox = make('div', {class: 'scroll', tabindex: '0'});
    this.slideButton = makeButton('', () => on.take?.(view.id, 'slide'), {class: 'link'});
    this.takes = make(
      'p',
      {class: 'takes'},
      this.slideButton,
      ...['png', 'svg'].map((format) =>
        makeButton(format.toUpperCase(), () => on.take?.(view.id, format), {
          class: 'link',
          'data-take': format,
        }),
      ),
    );
    this.details = make('details', {class: 'table'}, this.tableTitle, this.takes, this.tableBox);
    this.legend = make('ul', {class: 'legend'});
    this.choices = make('div', {class: 'picks'});
    /** @type {ReturnType<typeof makeSwapForm> | null} */
    this.swapForm = null; // where a figure has such an entry
    this.foot = make('div', {class: 'foot'}, this.look, this.details);
    this.root.append(
      make('header', {}, this.title, this.aside, this.legend),
      this.shows,
      this.choices,
      this.body,
      this.summary,
      this.foot,
    );
    this.details.addEventListener('toggle', () => this.fillTable());
  }

  get width() {
    return Math.max(240, this.body.clientWidth);
  }

  /**
   * Say that this card's figure is still to come.
   * @param {string} title
   * @param {string} waiting
   */
  promise(title, waiting) {
    setText(this.title, title);
    this.foot.hidden = true;
    this.body.replaceChildren(make('p', {class: 'waiting'}, waiting));
  }

  /**
   * Draw a figure. Resolves once it stands in the document.
   * @param {Figure} figure
   * @param {DrawOptions & {title: string, tableTitle: string, slideLabel: string}} options
   */
  async draw(figure, {title, theme, tableTitle, forceLabel, slideLabel, letters}) {
    const before = this.figure;
    this.figure = figure;
    this.theme = theme;
    this.foot.hidden = false;
    setText(this.title, figure.title ?? title);
    setText(this.aside, figure.aside ?? '');
    if (figure.symbols) this.shows.replaceChildren(...writeSubscripts(figure.shows));
    else setText(this.shows, figure.shows);
    this.drawChoices(figure.choices ?? []);
    this.drawEntry(figure.entry);
    setText(this.look, figure.look);
    this.drawLegend(figure.legend ?? []);
    setText(this.summary, figure.summary);
    setText(this.tableTitle, tableTitle);
    setText(this.slideButton, slideLabel);
    this.fillTable();
    await this.rendererOf(figure.kind).draw(figure, {theme, forceLabel, letters});
    this.zoom(before, figure);
  }

  /**
   * What draws figures of this kind here, in a part of the card of its own: one view may have several kinds.
   * @param {Figure['kind']} kind
   */
  rendererOf(kind) {
    let known = this.renderers.get(kind);
    if (!known) {
      const body = make('div', {class: 'figure'});
      known = {body, renderer: RENDERERS[kind]({title: this.title, shows: this.shows, body}, this.on)};
      this.renderers.set(kind, known);
    }
    if (!known.body.isConnected) {
      for (const old of [...this.body.children]) if (!old.classList.contains('figure')) old.remove();
      this.body.append(known.body);
    }
    return known.renderer;
  }

  /**
   * Go from the figure before to this one: what is looked at more nearly grows out of its place.
   * @param {Figure | null} before
   * @param {Figure} figure
   */
  zoom(before, figure) {
    const shown = this.renderers.get(figure.kind)?.body;
    const left = before && before.kind !== figure.kind ? this.renderers.get(before.kind)?.body : null;
    const nearer = Math.sign((figure.zoom?.depth ?? 0) - (before?.zoom?.depth ?? 0));
    if (!nearer || !shown || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      left?.remove();
      return;
    }
    const origin = `${(nearer > 0 ? before : figure)?.zoom?.x ?? 0}px 60%`;
    /**
     * @param {HTMLElement} element
     * @param {number} scale
     * @param {boolean} coming
     */
    const animate = (element, scale, coming) => {
      setStyle(element, {transformOrigin: origin});
      const away = {transform: `scale(${scale})`, opacity: 0};
      const here = {transform: 'none', opacity: 1};
      return element.animate(coming ? [away, here] : [here, away], ZOOM);
    };
    animate(shown, nearer > 0 ? 0.3 : 2.6, true);
    if (!left) return;
    left.classList.add('leaving');
    animate(left, nearer > 0 ? 2.6 : 0.3, false).finished.finally(() => {
      left.classList.remove('leaving');
      if (this.figure && this.renderers.get(this.figure.kind)?.body !== left) left.remove();
    });
  }

  /**
   * Move the cursor to a step; `part` of the way on to the next; `backward` dims the other side.
   * @param {number} step
   * @param {number} [part]
   * @param {boolean} [backward]
   */
  move(step, part = 0, backward = false) {
    if (this.figure) this.renderers.get(this.figure.kind)?.renderer.move?.(step, part, backward);
  }

  /**
   * Draw a figure of this panel into another element.
   * @param {HTMLElement} body
   * @param {Figure} figure
   */
  async render(body, figure) {
    const card = {title: this.title, shows: this.shows, body};
    await RENDERERS[figure.kind](card, this.on).draw(figure, {
      theme: this.theme,
      forceLabel: '',
      letters: {},
    });
  }

  /** @param {NonNullable<Figure['legend']>} entries */
  drawLegend(entries) {
    this.legend.hidden = !entries.length;
    this.legend.replaceChildren(
      ...entries.map(({name, title, colour, letter}) => {
        const written = [make('b', {}, name), ` ${title}`];
        const told = letter ? [makeLetter(letter, written)] : written;
        return make('li', {}, makeMark(colour), ...told);
      }),
    );
  }

  /**
   * What a person may choose here: fields of the room's state.
   * @param {Choice[]} choices
   */
  drawChoices(choices) {
    const boxes = fitChildren(this.choices, choices, () =>
      make('div', {class: 'segments small', role: 'group'}),
    );
    choices.forEach(({field, title, options, chosen}, k) => {
      const box = boxes[k];
      box.setAttribute('aria-label', title);
      segments(box, options, chosen, (id) => this.on.choose({[field]: id}));
    });
  }

  /** @param {SwapEntry | undefined} entry */
  drawEntry(entry) {
    if (entry && !this.swapForm) {
      this.swapForm = makeSwapForm((changes) => this.on.choose(changes));
      this.choices.after(this.swapForm.root);
    }
    this.swapForm?.draw(entry);
  }

  fillTable() {
    if (!this.details.open || !this.figure) return;
    const {head, rows} = this.figure.table();
    const cells = rows.map((row) => row.map((cell) => make('td', {}, String(cell))));
    this.tableBox.replaceChildren(makeTable(head, cells));
    this.tableBox.setAttribute('aria-label', this.tableTitle.textContent);
  }
}
