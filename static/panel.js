// Draws what a view returns. The only module that names Plotly.

import {FONT, hueOf, surface} from './colours.js';
import {measureAxis, printData, readMarkup, takeLayers} from './layers.js';
import {segments} from './segments.js';

const CONFIG = {
  displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false,
  plotlyServerURL: '', staticPlot: true,
};

// The largest script of the page: everything else starts without waiting for it.
const loaded = globalThis.Plotly ? null : new Promise((resolve, reject) => {
  const script = document.getElementById('plotly');
  script.addEventListener('load', resolve);
  script.addEventListener('error', () => reject(new TypeError('failed to fetch plotly.js')));
});

const SYMBOLS = {circle: '●', diamond: '◆', square: '■', 'triangle-up': '▲'}; // as in a chart's key

/** Make one card for a view. `on` hears `hover`, `leave`, `pick`, `force` and `choose`. */
export class Panel {
  constructor(view, on) {
    this.view = view;
    this.on = on;
    this.root = make('section', {class: `card view-${view.id}`, 'aria-labelledby': `title-${view.id}`});
    this.title = make('h2', {id: `title-${view.id}`});
    this.aside = make('span', {class: 'aside'});
    this.shows = make('p', {class: 'shows'});
    this.body = make('div', {class: 'body'});
    this.look = make('p', {class: 'look'});
    this.summary = make('p', {class: 'hidden'});
    this.details = make('details', {class: 'table'});
    this.legend = make('ul', {class: 'legend'});
    this.choices = make('div', {class: 'picks'});
    this.foot = make('div', {class: 'foot'}, this.look, this.details);
    this.root.append(make('header', {}, this.title, this.aside, this.legend), this.shows, this.choices, this.body, this.summary, this.foot);
    this.details.addEventListener('toggle', () => this.fillTable());
  }

  get width() {
    return Math.max(240, this.body.clientWidth);
  }

  /** Say that this card's figure is still to come. */
  promise(title, waiting) {
    setText(this.title, title);
    this.foot.hidden = true;
    this.body.replaceChildren(make('p', {class: 'waiting'}, waiting));
  }

  /** Draw a figure. Resolves once it stands in the document. */
  async draw(figure, {language, theme, tableTitle, forceLabel}) {
    const words = this.view.words[language];
    this.figure = figure;
    this.theme = theme;
    this.foot.hidden = false;
    setText(this.title, figure.title ?? words.title);
    setText(this.aside, figure.at ?? '');
    if (figure.symbols) this.shows.replaceChildren(...subscripts(figure.shows));
    else setText(this.shows, figure.shows);
    this.drawChoices(figure.choices ?? []);
    setText(this.look, figure.look);
    this.drawLegend(figure.legend ?? []);
    setText(this.summary, figure.summary);
    this.tableTitle = tableTitle;
    this.forceLabel = forceLabel;
    if (!this.details.firstChild) this.details.append(make('summary', {}), make('div', {class: 'scroll', tabindex: '0'}));
    setText(this.details.firstChild, tableTitle);
    this.fillTable();
    if (figure.kind === 'chart') await this.drawChart(figure);
    else if (figure.kind === 'rows') this.drawRows(figure);
    else if (figure.kind === 'facts') this.drawFacts(figure);
    else if (figure.kind === 'code') this.drawCode(figure);
    else if (figure.kind === 'words') this.drawWords(figure);
    else this.drawBars(figure);
  }

  drawLegend(entries) {
    this.legend.hidden = !entries.length;
    this.legend.replaceChildren(...entries.map(({name, title, colour}) => {
      const mark = make('span', {class: 'mark', 'aria-hidden': 'true'});
      style(mark, {background: colour});
      return make('li', {}, mark, make('b', {}, name), ` ${title}`);
    }));
  }

  // What a person may choose here: fields of the room's state.
  drawChoices(choices) {
    const {choices: box} = this;
    while (box.childElementCount > choices.length) box.lastChild.remove();
    while (box.childElementCount < choices.length) box.append(make('div', {class: 'segments small', role: 'group'}));
    choices.forEach(({field, title, options, chosen}, k) => {
      box.children[k].setAttribute('aria-label', title);
      segments(box.children[k], options, chosen, (id) => this.on.choose({[field]: id}));
    });
  }

  fillTable() {
    if (!this.details.open || !this.figure) return;
    const {head, rows} = this.figure.table();
    const table = make('table', {}, make('thead', {}, make('tr', {}, ...head.map((cell) => make('th', {scope: 'col'}, cell)))),
      make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((cell) => make('td', {}, String(cell)))))));
    this.details.lastChild.replaceChildren(table);
    this.details.lastChild.setAttribute('aria-label', this.tableTitle);
  }

  async drawChart(figure) {
    if (!this.plot) {
      this.plot = make('div', {class: 'plot', 'aria-hidden': 'true'});
      this.letters = make('div', {class: 'letters', 'aria-hidden': 'true'});
      this.overlay = make('div', {class: 'overlay'});
      this.tip = make('div', {class: 'tip', hidden: ''});
      this.key = make('ul', {class: 'key', 'aria-hidden': 'true'});
      this.pixels = make('div', {class: 'pixels', 'aria-hidden': 'true'});
      this.chart = make('div', {class: 'chart'}, this.pixels, this.plot, this.letters, this.overlay, this.tip);
      this.body.replaceChildren(this.key, this.chart);
      this.listen();
    }
    this.chart.style.height = `${figure.layout.height}px`;
    const {data, layout, letters, key, images} = takeLayers(figure);
    this.plot.hidden = !data.length;
    this.placeImages(images);
    this.placeLetters(letters);
    this.drawKey(key);
    if (data.length) {
      await loaded;
      await globalThis.Plotly.react(this.plot, data, layout, CONFIG);
    }
    this.placeOverlay(figure.overlay);
    this.chart.dataset.drawn = `${layout.width} × ${layout.height}`;
  }

  placeImages(images) {
    const {pixels: box} = this;
    while (box.childElementCount > images.length) box.lastChild.remove();
    while (box.childElementCount < images.length) box.append(make('canvas', {}));
    images.forEach(({left, top, width, height, upward, bitmap}, k) => {
      const canvas = box.children[k];
      style(canvas, {left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`, transform: upward ? 'scaleY(-1)' : ''});
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(bitmap.pixels.buffer), bitmap.width), 0, 0);
    });
  }

  placeLetters(letters) {
    const {letters: box} = this;
    while (box.childElementCount > letters.length) box.lastChild.remove();
    while (box.childElementCount < letters.length) box.append(make('span', {}));
    letters.forEach(({x, y, across, down, angle, text, size, colour}, k) => {
      const span = box.children[k];
      if (span.dataset.text !== text) {
        span.dataset.text = text;
        span.replaceChildren(...readMarkup(text).map(writeRun));
      }
      style(span, {fontSize: `${size}px`, color: colour, transformOrigin: `${100 * across}% ${100 * down}%`,
        transform: `translate(${x}px, ${y}px) translate(${-100 * across}%, ${-100 * down}%) rotate(${angle}deg)`});
    });
  }

  drawKey(lines) {
    this.key.hidden = !lines.length;
    const said = JSON.stringify(lines);
    if (this.said === said) return;
    this.said = said;
    this.key.replaceChildren(...lines.map(({name, colour, dash, symbol}) => {
      const mark = symbol ? make('span', {class: 'symbol'}, SYMBOLS[symbol] ?? '✚') : make('span', {class: `line ${dash}`});
      style(mark, {color: colour});
      return make('li', {}, mark, name);
    }));
  }

  // What moves on every frame is a light layer over the figure, placed from its axes.
  placeOverlay(spec) {
    const {layout} = this.figure;
    const axes = this.chart.axes = Object.fromEntries(Object.keys(layout).filter((name) => /^[xy]axis/.test(name)).map((name) => [name, measureAxis(layout, name)]));
    this.bands = (spec.maps ?? [{x: spec.x, y: spec.bands}]).map(({x, y}) => {
      const [across, ups] = [axes[x], [y].flat().map((name) => ({name, axis: axes[name]}))];
      const pixel = across.length / (across.range[1] - across.range[0]);
      const cells = spec.main ? ups.slice(1) : ups;
      const top = Math.min(...cells.map(({axis}) => axis.offset));
      const bottom = Math.max(...cells.map(({axis}) => axis.offset + axis.length));
      return {pixel, left: across.offset, from: across.range[0], width: across.length, top, bottom, ups,
        ceiling: Math.min(...ups.map(({axis}) => axis.offset))};
    });
    const paper = surface(this.theme).paper;
    while (this.overlay.childElementCount < this.bands.length) {
      this.overlay.append(make('div', {class: 'band'}, make('div', {class: 'cursor'}), make('b', {class: 'token'}), make('b', {class: 'readout'})));
    }
    while (this.overlay.childElementCount > this.bands.length) this.overlay.lastChild.remove();
    this.bands.forEach((band, k) => {
      band.element = this.overlay.children[k];
      for (const old of band.element.querySelectorAll('.dim')) old.remove();
      const [cursor] = band.element.children;
      band.dims = spec.columns ? [] : this.spanDims(spec, band).map(({top, bottom, left}) => { // columns are not in the order of the steps
        const element = make('div', {class: 'dim'});
        style(element, {left: `${band.left}px`, width: `${band.width}px`, background: paper, top: `${top}px`, height: `${bottom - top}px`});
        return {element, left};
      });
      band.element.prepend(...band.dims.map(({element}) => element));
      const wide = spec.main ? 2 * spec.half * band.pixel + 4 : Math.max(3, band.pixel);
      style(cursor, {left: `${band.left}px`, width: `${wide}px`, top: `${band.top - 2}px`, height: `${band.bottom - band.top + 4}px`});
      band.cursor = wide;
    });
    this.overlay.classList.toggle('main', Boolean(spec.main));
    this.pulses?.forEach((pulse) => pulse.remove());
    this.pulses = (spec.pulses ?? []).map(({axis, y, colour, left}) => {
      const {offset, length} = axes[axis];
      const pulse = make('i', {class: 'pulse'});
      style(pulse, {top: `${offset + (1 - y) * length - 7}px`, background: colour});
      this.overlay.append(pulse);
      pulse.left = left;
      return pulse;
    });
    if (this.position) this.move(...this.position);
  }

  // What dims what is to come: one piece, or one a row where a row of the network reads leftward.
  spanDims(spec, band) {
    if (!spec.main) return [{top: band.top, bottom: band.bottom, left: Boolean(spec.leftward)}];
    const foot = this.figure.layout.height;
    if (!spec.left?.includes(true)) return [{top: band.ceiling - 6, bottom: foot, left: false}];
    const rows = band.ups.slice(1).map(({axis}, k) => ({top: axis.offset - 2, bottom: axis.offset + axis.length + 2, left: spec.left[k]}));
    return [{top: band.ceiling - 6, bottom: Math.min(...rows.map(({top}) => top)), left: false}, ...rows,
      {top: Math.max(...rows.map(({bottom}) => bottom)), bottom: foot, left: false}];
  }

  /** Move the cursor to a step; `part` of the way on to the next; `back` dims the other side. */
  move(step, part = 0, back = false) {
    this.position = [step, part, back];
    if (!this.bands) return;
    const spec = this.figure.overlay;
    for (const band of this.bands) {
      const [cursor, token, readout] = [...band.element.children].slice(-3);
      const middle = ((spec.columns?.[step] ?? step) - band.from) * band.pixel;
      cursor.style.transform = `translateX(${middle - band.cursor / 2}px)`;
      cursor.hidden = middle < 0 || middle > band.width;
      for (const {element, left} of band.dims) {
        const before = left !== back; // what is to come lies left
        const edge = Math.min(band.width, Math.max(0, middle + (before ? -0.5 : 0.5) * band.pixel));
        element.style.transform = before ? `scaleX(${edge / band.width})` : `translateX(${edge}px) scaleX(${(band.width - edge) / band.width})`;
      }
      token.hidden = readout.hidden = !spec.main || cursor.hidden;
      if (spec.main && !cursor.hidden) {
        if (token.textContent !== spec.labels[step]) token.textContent = spec.labels[step];
        style(token, {left: `${band.left}px`, top: `${band.bottom + 12}px`, transform: `translateX(calc(${middle}px - 50%))`});
        this.placeReadout(readout, band, middle, spec.readouts[step]);
      }
    }
    this.pulses?.forEach((pulse) => {
      const band = this.bands[0];
      const on = part > 0 && part < 1;
      pulse.style.opacity = on ? String(Math.sin(Math.PI * part)) : '0';
      if (on) {
        // Along the arrow that leads to the step shown next: a row that reads leftward has it on the other side.
        const [way, from] = [back ? -1 : 1, pulse.left ? 2 : 0];
        const along = spec.half + part * (1 - 2 * spec.half);
        const at = step + way * (pulse.left ? from - along : along);
        if (at < band.from || at > band.from + band.width / band.pixel) pulse.style.opacity = '0';
        pulse.style.transform = `translateX(${band.left + (at - band.from) * band.pixel - 7}px)`;
      }
    });
  }

  // Beside the curve's point at this step: above it, or below where there is no room above.
  placeReadout(readout, band, middle, {y, text}) {
    const {axis} = band.ups[0];
    const [low, high] = axis.range;
    const at = axis.offset + (1 - (y - low) / (high - low)) * axis.length;
    setText(readout, text);
    const half = readout.offsetWidth / 2;
    const left = Math.min(Math.max(band.left + middle - half, 4), this.figure.layout.width - 2 * half - 2);
    style(readout, {left: `${left}px`, top: `${at > axis.offset + 34 && !this.figure.overlay.under ? at - 36 : at + 12}px`});
  }

  listen() {
    const find = (event) => {
      const box = this.overlay.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      for (const band of this.bands ?? []) {
        if (x < band.left || x > band.left + band.width) continue;
        const step = band.from + (x - band.left) / band.pixel;
        for (const {name, axis} of band.ups) {
          if (y < axis.offset || y > axis.offset + axis.length) continue;
          const [low, high] = axis.range;
          return this.figure.hit?.(step, low + (1 - (y - axis.offset) / axis.length) * (high - low), name);
        }
        if (this.figure.overlay.main) return this.figure.hit?.(step, 0, band.ups[0].name);
      }
      return null;
    };
    this.overlay.addEventListener('pointermove', (event) => {
      const found = find(event);
      this.overlay.style.cursor = found ? 'pointer' : '';
      this.tip.hidden = !found?.label;
      if (found?.label) {
        setText(this.tip, found.label);
        const box = this.overlay.getBoundingClientRect();
        const left = Math.min(event.clientX - box.left + 14, box.width - this.tip.offsetWidth - 4);
        style(this.tip, {transform: `translate(${Math.max(0, left)}px, ${Math.max(0, event.clientY - box.top - 40)}px)`});
      }
      if (event.pointerType === 'mouse') this.on.hover(found);
    });
    this.overlay.addEventListener('pointerleave', () => {
      this.tip.hidden = true;
      this.on.hover(null);
    });
    this.overlay.addEventListener('click', (event) => {
      const found = find(event);
      if (found) this.on.pick(found);
    });
  }

  drawRows(figure) {
    const focus = document.activeElement?.closest?.('.row button')?.dataset.signal;
    this.body.replaceChildren(...figure.lines.map((line) => {
      const mark = make('span', {class: 'mark', 'aria-hidden': 'true'});
      style(mark, {background: hueOf(line.signal, this.theme)});
      const button = make('button', {type: 'button', class: 'force', 'data-signal': line.name}, this.forceLabel);
      button.setAttribute('aria-label', `${this.forceLabel} ${line.signal.name}`);
      button.addEventListener('click', () => this.on.force({signal: line.name, step: line.step, unit: line.at}));
      const row = make('div', {class: `row${line.forced ? ' forced' : ''}`}, mark,
        make('div', {class: 'text'}, make('p', {class: 'formula'}, ...subscripts(line.formula)),
          make('p', {class: 'says'}, line.says),
          make('p', {class: 'numbers'}, make('span', {}, line.unit), line.numbers)),
        make('div', {class: 'value'}, make('b', {}, line.value), line.forced ? make('em', {}, line.forced) : '', button));
      return row;
    }));
    if (focus) this.body.querySelector(`button[data-signal="${CSS.escape(focus)}"]`)?.focus();
  }

  drawBars(figure) {
    const bars = figure.lines.map((line) => {
      const bar = make('span', {class: 'fill'});
      style(bar, {transform: `scaleX(${line.probability})`, background: line.plain ? surface(this.theme).ink : hueOf(line.signal, this.theme)});
      return make('li', {class: line.strong ? 'strong' : ''}, make('span', {class: 'name'}, line.title),
        make('span', {class: 'track'}, bar), make('b', {}, line.value));
    });
    if (figure.step !== undefined) {
      const go = make('button', {type: 'button', class: 'plain'}, ...emphasise(figure.shows));
      go.addEventListener('click', () => this.on.pick({step: figure.step}));
      this.shows.replaceChildren(go, figure.most ? make('strong', {}, ` ${figure.most}`) : '');
    }
    this.body.replaceChildren(bars.length ? make('ul', {class: 'bars'}, ...bars) : make('p', {class: 'waiting'}, figure.waiting));
  }

  drawFacts({head, lines, symbols}) {
    const said = JSON.stringify([head, lines.map(({colour, cells}) => [colour, cells])]);
    if (this.body.dataset.facts !== said) this.writeFacts(head, lines, symbols);
    this.body.dataset.facts = said;
    lines.forEach(({here}, k) => this.body.querySelectorAll('tbody tr')[k].classList.toggle('here', Boolean(here)));
  }

  writeFacts(head, lines, symbols) {
    const table = make('table', {}, make('thead', {}, make('tr', {}, ...head.map((cell) => make('th', {scope: 'col'}, ...(symbols ? subscripts(cell) : [cell]))))),
      make('tbody', {}, ...lines.map(({colour, cells}) => make('tr', {}, ...cells.map((cell, k) => {
        if (k) return make('td', {}, cell);
        if (!colour) return make('th', {scope: 'row'}, cell);
        const mark = make('span', {class: 'mark', 'aria-hidden': 'true'});
        style(mark, {background: colour});
        return make('th', {scope: 'row'}, mark, cell);
      })))));
    this.body.replaceChildren(make('div', {class: 'scroll open', tabindex: '0', role: 'region', 'aria-label': this.title.textContent}, table));
  }

  drawCode({lines, copy, copied}) {
    const said = JSON.stringify([lines, copy]);
    if (this.body.dataset.code === said) return;
    this.body.dataset.code = said;
    this.body.replaceChildren(...lines.map(({title, text}) => {
      const button = make('button', {type: 'button', class: 'pill', 'aria-label': `${copy} ${title}`}, copy);
      button.addEventListener('click', async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = copied;
          setTimeout(() => (button.textContent = copy), 1800);
        } catch { // the browser does not let us: let a person copy it
          getSelection().selectAllChildren(button.nextElementSibling);
        }
      });
      return make('details', {class: 'code'}, make('summary', {}, title), button,
        make('pre', {tabindex: '0', 'aria-label': title}, make('code', {}, text)));
    }));
  }

  drawWords({lines}) {
    this.body.replaceChildren(...lines.map(({title, colour, close, words}) => make('div', {class: `shaded${close ? ' close-set' : ''}`}, title ? make('h3', {}, title) : '',
      make('p', {}, ...words.flatMap(({token, share, tip, here, colour: own}) => {
        const word = make('span', {class: here ? 'here' : '', title: tip}, token);
        word.style.setProperty('--hue', own ?? colour);
        word.style.setProperty('--share', `${Math.round(share * 100)}%`);
        return close ? [word] : [word, ' '];
      })))));
  }

  /** Draw the figure into a picture: the bytes of a PNG, or the text of an SVG, as a data address. */
  async picture(format) {
    await loaded;
    const layout = {...this.figure.layout, paper_bgcolor: surface(this.theme).paper};
    layout.font = {...layout.font, family: FONT};
    return globalThis.Plotly.toImage({data: printData(this.figure.data), layout, config: CONFIG},
      {format, width: layout.width, height: layout.height, scale: format === 'png' ? 2 : 1});
  }
}

/** Make an element with attributes and children. */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** `W_ih x_t` with its subscripts lowered. */
export function subscripts(formula) {
  return formula.split(/_([A-Za-z\d]+(?:[−+]1)?)/).map((part, k) => (k % 2 ? make('sub', {}, part) : part));
}

function writeRun({text, tag, colour}) {
  if (!tag && !colour) return text;
  const element = make(tag ?? 'span', {}, text);
  if (colour) style(element, {color: colour});
  return element;
}

function emphasise(sentence) {
  return sentence.split(/(“[^”]*”)/).map((part, k) => (k % 2 ? make('b', {}, part) : part));
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function style(element, rules) {
  Object.assign(element.style, rules);
}
