// The everyday sentences of a task: what a model reaches on each kind, and the sentences to read.

import {listKinds} from '../core/everyday.js';
import {count, percent} from '../core/format.js';
import {make, makeButton, setStyle} from './elements.js';

/**
 * A title, a sentence on what these are, and one line a kind that opens to its sentences; nothing where none was
 * measured.
 * @param {Model} model
 * @param {Task} task
 * @param {string} language
 * @param {{say: Say, text: (texts: Texts) => string}} shell
 * @param {EverydayControl} on
 * @returns {HTMLElement[]}
 */
export function listEveryday(model, task, language, {say, text}, {fetchEveryday, read}) {
  const kinds = listKinds(task, model.facts.everyday);
  if (!kinds.length) return [];
  const several = new Set(task.everyday.map((kind) => kind.language)).size > 1;
  /** @type {Promise<EverydaySentences[]> | null} */
  let asked = null;

  /** @param {EverydayMeasure} measure */
  const tell = ({samples = 0, accuracy, neutral}) =>
    neutral && accuracy === undefined
      ? say('everyday.unsure', {
          share: percent(neutral.unsure, language),
          count: count(neutral.samples, language),
        })
      : say('everyday.right', {share: percent(Number(accuracy), language), count: count(samples, language)});

  /** @param {ReturnType<typeof listKinds>[number]} kind */
  const writeLine = ({title, key, measures}) => [
    make('span', {class: 'name'}, title ? text(title) : say(`everyday.${key}`)),
    ...measures.map(({language: spoken, measure}) => {
      const fill = make('span', {class: 'fill'});
      setStyle(fill, {transform: `scaleX(${measure.accuracy ?? measure.neutral?.unsure ?? 0})`});
      const said = several ? `${say(`everyday.language.${spoken}`)} ${tell(measure)}` : tell(measure);
      return make(
        'span',
        {class: 'measure'},
        make('span', {class: 'track', 'aria-hidden': 'true'}, fill),
        make('span', {class: 'share'}, said),
      );
    }),
  ];

  /**
   * @param {string} name
   * @param {HTMLElement} box
   */
  async function showSentences(name, box) {
    asked ??= fetchEveryday(task.id, language);
    try {
      const own = (await asked).filter((kind) => kind.name === name);
      box.replaceChildren(
        make(
          'ul',
          {},
          ...own.flatMap(({sentences, language: spoken}) =>
            sentences.map((sentence) =>
              make(
                'li',
                {},
                makeButton(sentence.text, () => read(sentence.text), {
                  class: 'link',
                  lang: spoken === 'pt' ? 'pt-BR' : 'en',
                }),
                ' ',
                make('span', {class: 'aside'}, nameClasses(sentence.classes)),
              ),
            ),
          ),
        ),
      );
    } catch {
      asked = null;
      box.replaceChildren(say('everyday.failed'));
    }
  }

  /** @param {string[]} classes */
  const nameClasses = (classes) =>
    classes.map((name) => text(task.labels[name] ?? {en: name})).join(', ') || say('everyday.none');

  return [
    make('h3', {}, say('everyday.title')),
    make('p', {class: 'asks'}, say('everyday.means')),
    make(
      'div',
      {class: 'everyday'},
      ...kinds.map((kind) => {
        const line = writeLine(kind);
        if (!kind.title) return make('div', {class: 'kind whole'}, ...line);
        const box = make('div', {
          class: 'scroll',
          tabindex: 0,
          role: 'group',
          'aria-label': text(kind.title),
        });
        const details = make(
          'details',
          {class: 'kind', 'data-kind': kind.key},
          make('summary', {}, ...line),
          box,
        );
        details.addEventListener('toggle', () => {
          if (details.open && !box.querySelector('ul')) showSentences(kind.key, box);
        });
        return details;
      }),
    ),
  ];
}
