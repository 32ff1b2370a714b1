// What every room has: the header, the sentence, the transport, the keys, the notice.

import {fill} from './format.js';
import {make} from './panel.js';
import {segments} from './segments.js';

const $ = (id) => document.getElementById(id);

/**
 * Bind a room's frame to the room: its store and what it can do. `formats` are the kinds it can
 * export, `speeds` the steps a second it offers.
 */
export function bindFrame({store, catalogues, speeds, play, seek, share, save, undo}, formats) {
  const say = (key, values) => fill(catalogues[store.get().language][key], values);
  const text = (words) => words[store.get().language] ?? words.en;
  const sentence = $('sentence');
  const step = () => Number($('scrubber').value);
  const other = () => Object.keys(catalogues).find((name) => name !== store.get().language);
  const turn = () => store.set({direction: store.get().direction === 'forward' ? 'backward' : 'forward'});

  sentence.addEventListener('input', () => {
    grow();
    store.set({text: sentence.value, step: null});
  });
  sentence.addEventListener('keydown', read);
  $('play').addEventListener('click', () => play());
  $('first').addEventListener('click', () => seek(0));
  $('last').addEventListener('click', () => seek('last'));
  $('previous').addEventListener('click', () => seek(step() - 1));
  $('next').addEventListener('click', () => seek(step() + 1));
  $('scrubber').addEventListener('input', () => seek(step()));
  $('speed').addEventListener('change', () => store.set({speed: Number($('speed').value)}));
  $('language').addEventListener('click', () => store.set({language: other()}));
  $('theme').addEventListener('click', () => store.set({theme: store.get().theme === 'dark' ? 'light' : 'dark'}));
  $('share').addEventListener('click', async () => {
    share();
    toast(await copyAddress() ? 'share.done' : 'share.by_hand');
  });
  $('help').addEventListener('click', showKeys);
  document.addEventListener('click', (event) => {
    if (!$('export').contains(event.target)) $('export').open = false;
  });
  document.addEventListener('keydown', onKey);

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
      Home: () => seek(0), End: () => seek('last'), '?': showKeys, u: undo, b: turn,
      '/': () => sentence.focus(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  // In a sentence's box: Enter reads it from the start, Escape leaves it.
  function read(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $('play').focus();
      seek(store.get().direction === 'backward' ? 'last' : 0);
      play(true);
    } else if (event.key === 'Escape') $('play').focus();
  }

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return; // the stylesheet does it
    sentence.style.height = 'auto';
    sentence.style.height = `${Math.min(sentence.scrollHeight + 2, 168)}px`;
  }

  function showKeys() {
    const keys = [['Space', 'keys.play'], ['← →', 'keys.step'], ['Home End', 'keys.ends'], ['B', 'keys.direction'],
      ['/', 'keys.write'], ['Enter', 'keys.read'], ['U', 'keys.undo'], ['?', 'keys.help'], ['Esc', 'keys.close']];
    const close = make('button', {type: 'button', class: 'plain close', 'aria-label': say('whatif.close')}, '✕');
    close.addEventListener('click', () => $('keys').close());
    $('keys').replaceChildren(
      make('div', {class: 'head'}, make('h2', {id: 'keys-title'}, say('keys.title')), close),
      make('dl', {}, ...keys.flatMap(([key, name]) => [
        make('dt', {}, ...key.split(' ').map((one) => make('kbd', {}, one))), make('dd', {}, say(name))])),
      make('h3', {}, say('words.title')),
      make('dl', {class: 'words'}, ...['hidden', 'cell', 'gate', 'gradient', 'unknown'].flatMap((name) => [
        make('dt', {}, say(`words.${name}`)), make('dd', {}, say(`words.${name}.means`))])));
    if (!$('keys').open) $('keys').showModal();
  }

  function toast(key) {
    $('toast').textContent = say(key);
    $('toast').classList.add('shown');
    setTimeout(() => $('toast').classList.remove('shown'), 2600);
  }

  return {
    say, text, segments, read,

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
      this.showPlaying($('play').getAttribute('aria-pressed') === 'true');
      sentence.placeholder = say('sentence.placeholder');
      $('speed').replaceChildren(...speeds.map((speed) => make('option', {value: speed}, `${speed.toLocaleString(language)} ×`)));
      $('speed').value = String(store.get().speed);
      $('export-list').replaceChildren(...formats.map((kind) => {
        const button = make('button', {type: 'button', 'data-export': kind}, say(`export.${kind}`));
        button.addEventListener('click', () => {
          $('export').open = false;
          save(kind);
        });
        return button;
      }));
    },

    /** Offer the tasks, where there are several; `pick(id)` hears the choice. */
    offerTasks(tasks, chosen, pick) {
      const box = $('task');
      box.hidden = tasks.length < 2;
      box.replaceChildren(...tasks.map(({id, title}) => make('option', {value: id}, text(title))));
      box.value = chosen;
      box.onchange = () => pick(box.value);
    },

    /** Offer the task's examples; `pick(text, example)` hears the choice. */
    offerExamples(task, pick) {
      $('examples').replaceChildren(make('span', {}, say('examples.try')), ...task.examples.map((example) => {
        const button = make('button', {type: 'button', class: 'link', title: text(example.look)}, text(example.title));
        button.addEventListener('click', () => pick(example.text, example));
        return button;
      }));
    },

    /** Show the sentence, the direction, and where in `tokens` the step is. */
    follow(state, tokens, at) {
      if (sentence.value !== state.text) sentence.value = state.text;
      grow();
      segments($('direction'), ['forward', 'backward'].map((name) => ({id: name, title: say(`direction.${name}`), testid: `direction-${name}`})),
        state.direction, (direction) => store.set({direction}));
      if (!tokens) return;
      $('scrubber').max = String(tokens.length - 1);
      $('scrubber').value = String(at);
      const where = say('transport.where', {step: at + 1, steps: tokens.length, token: tokens[at]});
      $('scrubber').setAttribute('aria-valuetext', where);
      $('where').textContent = where;
    },

    showPlaying(playing) {
      $('play').setAttribute('aria-pressed', String(playing));
      $('play').setAttribute('aria-label', say(playing ? 'transport.pause' : 'transport.play'));
    },

    notice(message, bad = false) {
      $('notice').textContent = message;
      $('notice').classList.toggle('error', bad);
      sentence.setAttribute('aria-invalid', String(bad));
    },

    /** Let the links to the other rooms carry what all rooms share. */
    linkRooms() {
      const {task, text: shown, language, theme} = store.get();
      const shared = new URLSearchParams({...(shown ? {text: shown} : {}), task, lang: language, theme});
      for (const link of document.querySelectorAll('.rooms a')) link.hash = shared.toString();
    },

    /** Let a person keep bytes as a file. */
    keep(blob, name) {
      const address = URL.createObjectURL(blob);
      this.download(address, name);
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    },

    download(address, name) {
      const link = make('a', {href: address, download: name});
      document.body.append(link);
      link.click();
      link.remove();
    },
  };
}

/** Copy this page's address. False where the browser does not let us. */
async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    return false;
  }
}

/** Run once a frame however often it is asked for; never two at a time. */
export function coalesce(work) {
  let [waiting, busy] = [false, false];
  async function run() {
    waiting = false;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
      if (waiting) requestAnimationFrame(run);
    }
  }
  return () => {
    if (waiting) return;
    waiting = true;
    if (!busy) requestAnimationFrame(run);
  };
}

/** Run once it has not been asked for in `wait` ms. */
export function delayed(work, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

/** Resolve in the next frame. */
export function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Resolve once the frame that is being made has been painted. */
export function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
