import assert from 'node:assert/strict';
import {test} from 'node:test';

import {findById} from '../../../static/core/catalog.js';
import {
  findExample,
  listExamples,
  offerExamples,
  openingTask,
  rankSimilarTasks,
  readsLanguage,
  translateReading,
} from '../../../static/core/reading_language.js';
import {catalog, catalogues} from '../frozen.js';

const {tasks} = catalog;
const taskOf = (id) => findById(tasks, id);

test('the page opens on the first task of the reader’s language, in every language it speaks', () => {
  for (const language of Object.keys(catalogues)) {
    const task = openingTask(tasks, language);
    assert.ok(readsLanguage(task, language));
    assert.ok(tasks.slice(0, tasks.indexOf(task)).every((earlier) => !readsLanguage(earlier, language)));
    const [example] = listExamples(task, language);
    assert.ok(language.startsWith(example.language));
  }
  assert.equal(openingTask(tasks, 'en'), tasks[0]);
  assert.notEqual(openingTask(tasks, 'pt-BR'), tasks[0]);
  assert.equal(openingTask(tasks, 'fr'), tasks[0]);
});

test('a task is opened on a sentence that it can read, in the reader’s language where it reads that', () => {
  for (const task of tasks) {
    for (const language of Object.keys(catalogues)) {
      const [{language: spoken}] = listExamples(task, language);
      assert.ok(readsLanguage(task, spoken), `${task.id} in ${language} opens on ${spoken}`);
      if (readsLanguage(task, language)) assert.ok(language.startsWith(spoken));
    }
  }
});

test('with the page’s language goes an example, to its fellow or to the task most like it', () => {
  const film = taskOf('sentiment');
  const opinions = taskOf('sentiment-pt');
  const [first] = listExamples(film, 'en');
  const moved = translateReading(tasks, film, first.text, 'pt-BR');
  assert.equal(moved.task, 'sentiment-pt');
  assert.equal(moved.text, listExamples(opinions, 'pt-BR')[0].text);
  assert.equal(translateReading(tasks, opinions, moved.text, 'en').task, 'sentiment');
  assert.equal(
    translateReading(tasks, taskOf('shakespeare'), taskOf('shakespeare').examples[0].text, 'pt-BR').task,
    'machado',
  );

  const cloze = taskOf('cloze');
  const english = listExamples(cloze, 'en');
  listExamples(cloze, 'pt-BR').forEach(({text}, k) => {
    assert.deepEqual(translateReading(tasks, cloze, text, 'en'), {
      task: 'cloze',
      text: (english[k] ?? english[0]).text,
    });
  });
});

test('what a person wrote stays, and what is in the language already', () => {
  const film = taskOf('sentiment');
  assert.equal(findExample(film, 'My own words.'), null);
  assert.equal(translateReading(tasks, film, 'My own words.', 'pt-BR'), null);
  assert.equal(translateReading(tasks, film, film.examples[0].text, 'en'), null);
  const foreign = film.examples.find(({language}) => language === 'pt');
  assert.equal(translateReading(tasks, film, foreign.text, 'pt-BR').task, 'sentiment-pt');
});

test('the tasks most like one come first, itself never', () => {
  for (const task of tasks) {
    const ranked = rankSimilarTasks(tasks, task);
    assert.equal(ranked.length, tasks.length - 1);
    assert.ok(!ranked.includes(task));
  }
  assert.equal(rankSimilarTasks(tasks, taskOf('sentiment'))[0].id, 'sentiment-pt');
});

test('of a task of several languages the reader’s examples are offered, and what no language of its own covers', () => {
  const languages = (id, language) => [
    ...new Set(offerExamples(taskOf(id), language).map((one) => one.language)),
  ];
  assert.deepEqual(languages('cloze', 'pt-BR'), ['pt']);
  assert.deepEqual(languages('cloze', 'en'), ['en']);
  assert.deepEqual(languages('sentiment', 'en'), ['en', 'pt']);
  assert.deepEqual(offerExamples(taskOf('sentiment'), 'pt-BR'), taskOf('sentiment').examples);
});
