// What only the room Watch has to press: the choice of network and weights, and the model's facts.

import {count, percent} from './format.js';
import {bindFrame} from './frame.js';
import {make} from './panel.js';

const FORMATS = ['png', 'svg', 'csv', 'safetensors', 'json'];
const $ = (id) => document.getElementById(id);

/** Bind the controls to the store; returns what the room's one joiner needs of them. */
export function bindControls({store, ...room}) {
  const frame = bindFrame({store, formats: FORMATS, ...room});
  const {say, text, segments} = frame;
  let catalog = null;
  const cellOf = (model) => catalog.cells.find((one) => one.id === model.cell);

  function describeModel(model) {
    const {facts} = model;
    const {language} = store.get();
    const cell = cellOf(model);
    const test = facts.test;
    const share = (value) => percent(value, language, 1);
    const rows = [
      ['facts.accuracy', test ? say('facts.of', {share: share(test.accuracy), count: count(test.samples, language)}) : say('facts.unmeasured')],
      ['facts.validation', facts.validation ? share(facts.validation.accuracy) : '–'],
      ['facts.size', say('facts.sizes', {hidden: model.hidden, inputs: model.inputs, words: count(model.vocabulary, language), parameters: count(model.parameters, language)})],
      ['facts.recipe', facts.recipe ? Object.entries(facts.recipe).map(([name, value]) => `${name} ${value}`).join(' · ') : '–'],
      ['facts.data', facts.data ? `SHA-256 ${facts.data.sha256.slice(0, 16)}…` : '–'],
      ['facts.source', cell.source],
    ];
    const link = make('a', {href: `/api/models/${model.id}/weights`, download: ''}, say('facts.download'));
    $('facts').replaceChildren(
      make('header', {}, make('h2', {id: 'facts-title'}, say('facts.title', {name: text(cell.title)})), make('span', {class: 'aside'}, model.id)),
      make('dl', {}, ...rows.flatMap(([name, value]) => [make('dt', {}, say(name)), make('dd', {}, value)])), link);
  }

  return {
    ...frame,

    /** Fill in what depends on the catalogue. */
    stock(found) {
      catalog = found;
      this.reword();
    },

    reword() {
      frame.reword();
      if (!catalog) return;
      const task = catalog.tasks.find((one) => one.id === store.get().task) ?? catalog.tasks[0];
      frame.offerExamples(task, (chosen) => store.set({text: chosen, step: null, interventions: []}));
    },

    /** Show a state. `now` is what is drawn, null before the first answer. */
    follow(state, now, shown) {
      if (catalog) {
        const models = catalog.models.filter((one) => one.task === state.task)
          .sort((a, b) => cellOf(a).year - cellOf(b).year);
        segments($('models'), models.map((one) => ({id: one.id, testid: `model-${one.cell}`,
          title: text(cellOf(one).title),
          hint: one.facts.test ? say('facts.hint', {share: percent(one.facts.test.accuracy, state.language, 1)}) : ''})),
        state.model, (model) => store.set({model}));
        segments($('weights'), ['trained', 'fresh'].map((name) => ({id: name, title: say(`weights.${name}`), hint: say(`weights.${name}.means`), testid: `weights-${name}`})),
          state.weights, (weights) => store.set({weights}));
        const model = models.find((one) => one.id === state.model);
        if (model) describeModel(model);
      }
      const tokens = now?.trace.tokens;
      frame.follow(state, tokens, tokens && Math.max(0, Math.min(shown ?? state.step ?? tokens.length - 1, tokens.length - 1)));
    },

    /** Say which words the model never saw. */
    unknownWords(trace) {
      const unknown = [...new Set(trace.tokens.filter((_, k) => !trace.known[k]))];
      const shown = unknown.slice(0, 6).map((word) => `“${word}”`).join(', ') + (unknown.length > 6 ? '…' : '');
      const all = trace.known.every((known) => !known);
      if (!unknown.length) return '';
      return say(all ? 'notice.all_unknown' : unknown.length === 1 ? 'notice.one_unknown' : 'notice.unknown', {words: shown, count: unknown.length});
    },
  };
}
