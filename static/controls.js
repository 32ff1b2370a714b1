// Everything a person presses that is not a panel: the composer, the transport, keys and menus.

import {count, fill, percent} from './format.js';
import {make} from './panel.js';

const SPEEDS = [0.5, 1, 2, 4, 8, 16];
const FORMATS = ['png', 'svg', 'csv', 'safetensors', 'json'];
const $ = (id) => document.getElementById(id);

/** Bind the controls to the store; returns what the page's one joiner needs of them. */
export function bindControls({store, catalogues, play, seek, share, save, undo}) {
  let catalog = null;
  const say = (key, values) => fill(catalogues[store.get().language][key], values);
  const cellOf = (model) => catalog.cells.find((one) => one.id === model.cell);
  const text = (words) => words[store.get().language] ?? words.en;
  const sentence = $('sentence');

  sentence.addEventListener('input', () => {
    grow();
    store.set({text: sentence.value, step: null});
  });
  sentence.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $('play').focus();
      seek(0);
      play(true);
    } else if (event.key === 'Escape') $('play').focus();
  });
  $('play').addEventListener('click', () => play());
  $('first').addEventListener('click', () => seek(0));
  $('last').addEventListener('click', () => seek('last'));
  $('previous').addEventListener('click', () => seek(step() - 1));
  $('next').addEventListener('click', () => seek(step() + 1));
  $('scrubber').addEventListener('input', () => seek(Number($('scrubber').value)));
  $('speed').addEventListener('change', () => store.set({speed: Number($('speed').value)}));
  $('language').addEventListener('click', () => store.set({language: other()}));
  $('theme').addEventListener('click', () => store.set({theme: store.get().theme === 'dark' ? 'light' : 'dark'}));
  $('share').addEventListener('click', share);
  $('help').addEventListener('click', showKeys);
  document.addEventListener('click', (event) => {
    if (!$('export').contains(event.target)) $('export').open = false;
  });
  document.addEventListener('keydown', onKey);

  const step = () => Number($('scrubber').value);
  const other = () => Object.keys(catalogues).find((name) => name !== store.get().language);

  function onKey(event) {
    const typing = event.target.closest?.('textarea, select, input, dialog[open]');
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      $('export').open = false;
      return;
    }
    if (typing && !(event.target.id === 'scrubber' && event.key === ' ')) return;
    if (event.key === ' ' && event.target.closest?.('button, summary') && event.target.id !== 'play') return;
    const actions = {
      ' ': () => play(), ArrowRight: () => seek(step() + 1), ArrowLeft: () => seek(step() - 1),
      Home: () => seek(0), End: () => seek('last'), '?': showKeys, u: undo,
      b: () => turn(), '/': () => sentence.focus(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  function turn() {
    store.set({direction: store.get().direction === 'forward' ? 'backward' : 'forward'});
  }

  function grow() {
    sentence.style.height = 'auto';
    sentence.style.height = `${Math.min(sentence.scrollHeight + 2, 168)}px`;
  }

  function segments(id, options, chosen, change) {
    const box = $(id);
    if (box.childElementCount !== options.length) {
      box.replaceChildren(...options.map(({id: name, testid}) => {
        const button = make('button', {type: 'button', ...(testid ? {'data-testid': testid} : {})});
        button.addEventListener('click', () => change(name));
        return button;
      }));
    }
    options.forEach(({id: name, title, hint}, k) => {
      const button = box.children[k];
      if (button.textContent !== title) button.textContent = title;
      if (hint) button.title = hint;
      button.setAttribute('aria-pressed', String(name === chosen));
    });
  }

  function showKeys() {
    const keys = [['Space', 'keys.play'], ['← →', 'keys.step'], ['Home End', 'keys.ends'], ['B', 'keys.direction'],
      ['/', 'keys.write'], ['Enter', 'keys.read'], ['U', 'keys.undo'], ['?', 'keys.help'], ['Esc', 'keys.close']];
    const close = make('button', {type: 'button', class: 'plain close', 'aria-label': say('whatif.close')}, '✕');
    close.addEventListener('click', () => $('keys').close());
    $('keys').replaceChildren(
      make('header', {}, make('h2', {id: 'keys-title'}, say('keys.title')), close),
      make('dl', {}, ...keys.flatMap(([key, name]) => [
        make('dt', {}, ...key.split(' ').map((one) => make('kbd', {}, one))), make('dd', {}, say(name))])),
      make('h3', {}, say('words.title')),
      make('dl', {class: 'words'}, ...['hidden', 'cell', 'gate', 'gradient', 'unknown'].flatMap((name) => [
        make('dt', {}, say(`words.${name}`)), make('dd', {}, say(`words.${name}.means`))])));
    if (!$('keys').open) $('keys').showModal();
  }

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
    /** Fill in what depends on the catalogue. */
    stock(found) {
      catalog = found;
      this.reword();
    },

    /** Say everything in the language on screen. */
    reword() {
      const {language, theme} = store.get();
      document.documentElement.lang = language;
      document.documentElement.dataset.theme = theme;
      for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
      for (const element of document.querySelectorAll('[data-say-label]')) element.setAttribute('aria-label', say(element.dataset.sayLabel));
      $('language').replaceChildren(...Object.keys(catalogues).map((name) => make(name === language ? 'b' : 'span', {}, name.slice(0, 2).toUpperCase())));
      $('language').setAttribute('aria-label', say('language.button'));
      $('theme').setAttribute('aria-label', say(`theme.${theme}`));
      $('theme').title = say(`theme.${theme}`);
      sentence.placeholder = say('sentence.placeholder');
      $('speed').replaceChildren(...SPEEDS.map((speed) => make('option', {value: speed}, `${speed.toLocaleString(language)} ×`)));
      $('speed').value = String(store.get().speed);
      $('export-list').replaceChildren(...FORMATS.map((kind) => {
        const button = make('button', {type: 'button', 'data-export': kind}, say(`export.${kind}`));
        button.addEventListener('click', () => {
          $('export').open = false;
          save(kind);
        });
        return button;
      }));
      if (catalog) this.offerExamples();
    },

    offerExamples() {
      const task = catalog.tasks.find((one) => one.id === store.get().task) ?? catalog.tasks[0];
      $('examples').replaceChildren(make('span', {}, say('examples.try')), ...task.examples.map((example) => {
        const button = make('button', {type: 'button', class: 'link', title: text(example.look)}, text(example.title));
        button.addEventListener('click', () => store.set({text: example.text, step: null, interventions: []}));
        return button;
      }));
    },

    /** Show a state. `now` is what is drawn, null before the first answer. */
    follow(state, now, shown) {
      if (sentence.value !== state.text) sentence.value = state.text;
      grow();
      if (catalog) {
        const models = catalog.models.filter((one) => one.task === state.task)
          .sort((a, b) => cellOf(a).year - cellOf(b).year);
        segments('models', models.map((one) => ({id: one.id, testid: `model-${one.cell}`,
          title: text(cellOf(one).title),
          hint: one.facts.test ? say('facts.hint', {share: percent(one.facts.test.accuracy, state.language, 1)}) : ''})),
        state.model, (model) => store.set({model}));
        segments('weights', ['trained', 'fresh'].map((name) => ({id: name, title: say(`weights.${name}`), hint: say(`weights.${name}.means`), testid: `weights-${name}`})),
          state.weights, (weights) => store.set({weights}));
        const model = models.find((one) => one.id === state.model);
        if (model) describeModel(model);
      }
      segments('direction', ['forward', 'backward'].map((name) => ({id: name, title: say(`direction.${name}`), testid: `direction-${name}`})),
        state.direction, (direction) => store.set({direction}));
      if (!now) return;
      const steps = now.trace.tokens.length;
      const at = Math.max(0, Math.min(shown ?? state.step ?? steps - 1, steps - 1));
      $('scrubber').max = String(steps - 1);
      $('scrubber').value = String(at);
      const token = now.trace.tokens[at];
      $('scrubber').setAttribute('aria-valuetext', say('transport.where', {step: at + 1, steps, token}));
      $('where').textContent = say('transport.where', {step: at + 1, steps, token});
    },

    showPlaying(playing) {
      $('play').setAttribute('aria-pressed', String(playing));
      $('play').setAttribute('aria-label', say(playing ? 'transport.pause' : 'transport.play'));
    },

    /** Say which words the model never saw. */
    unknownWords(trace) {
      const unknown = [...new Set(trace.tokens.filter((_, k) => !trace.known[k]))];
      const shown = unknown.slice(0, 6).map((word) => `“${word}”`).join(', ') + (unknown.length > 6 ? '…' : '');
      const all = trace.known.every((known) => !known);
      if (!unknown.length) return '';
      return say(all ? 'notice.all_unknown' : unknown.length === 1 ? 'notice.one_unknown' : 'notice.unknown', {words: shown, count: unknown.length});
    },

    notice(message, bad = false) {
      $('notice').textContent = message;
      $('notice').classList.toggle('error', bad);
      sentence.setAttribute('aria-invalid', String(bad));
    },

    toast(key) {
      $('toast').textContent = say(key);
      $('toast').classList.add('shown');
      setTimeout(() => $('toast').classList.remove('shown'), 2600);
    },

    download(address, name) {
      const link = make('a', {href: address, download: name});
      document.body.append(link);
      link.click();
      link.remove();
    },
  };
}
