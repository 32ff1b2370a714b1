// Which task and which of its sentences are a reader's, by the languages that tasks and examples say they are in.
// Pure functions.

/** @typedef {{task: string, text: string}} Reading */

/** @param {string} language `pt-BR` */
const codeOf = (language) => language.split('-')[0];

/**
 * The languages that a task reads: `en, pt` are two; none where what it reads is of no language.
 * @param {Pick<Task, 'language'>} task
 */
export const listLanguages = ({language}) => language.split(', ').filter(Boolean);

/**
 * Whether a task reads the language of the page.
 * @param {Pick<Task, 'language'>} task
 * @param {string} language
 */
export const readsLanguage = (task, language) =>
  !task.language || listLanguages(task).includes(codeOf(language));

/**
 * The task that opens the page: the first that reads the reader's language; tasks come in their order.
 * @param {Task[]} tasks
 * @param {string} language
 * @returns {Task}
 */
export const openingTask = (tasks, language) =>
  tasks.find((task) => task.language && readsLanguage(task, language)) ?? tasks[0];

/**
 * A task's examples for a reader: those in the reader's language where it reads that, else those in its own.
 * @param {Task} task
 * @param {string} language
 * @returns {Example[]}
 */
export function listExamples(task, language) {
  const code = readsLanguage(task, language) ? codeOf(language) : listLanguages(task)[0];
  const spoken = task.examples.filter((example) => !example.language || example.language === code);
  return spoken.length ? spoken : task.examples;
}

/**
 * The examples that are offered: not those in another language that the task reads, which are fellows of these.
 * @param {Task} task
 * @param {string} language
 * @returns {Example[]}
 */
export const offerExamples = (task, language) =>
  readsLanguage(task, language)
    ? task.examples.filter(
        (example) => example.language === codeOf(language) || !listLanguages(task).includes(example.language),
      )
    : task.examples;

/**
 * The example that this text is, if it is one that nobody has changed.
 * @param {Task} task
 * @param {string} text
 * @returns {Example | null}
 */
export const findExample = ({examples}, text) => examples.find((example) => example.text === text) ?? null;

/**
 * Other tasks, those most like a task first: with its classes, then answering at the same steps, then writing as it
 * does; in their order where they are alike.
 * @param {Task[]} tasks
 * @param {Task} task
 * @returns {Task[]}
 */
export function rankSimilarTasks(tasks, task) {
  /** @param {Task} other */
  const likeness = (other) =>
    4 * Number(other.classes.join('\n') === task.classes.join('\n')) +
    2 * Number(other.topology === task.topology) +
    Number(other.writes === task.writes);
  return tasks.filter(({id}) => id !== task.id).sort((a, b) => likeness(b) - likeness(a));
}

/**
 * What to read once the page speaks another language: the example at the same place among those in that language, of
 * the same task or of the one most like it that reads it. Null where a person's own text is on screen, or where the
 * text is in that language already.
 * @param {Task[]} tasks
 * @param {Task} task
 * @param {string} text
 * @param {string} language
 * @returns {Reading | null}
 */
export function translateReading(tasks, task, text, language) {
  const example = findExample(task, text);
  if (!example?.language) return null;
  const reads = readsLanguage(task, language);
  if (reads && example.language === codeOf(language)) return null;
  const next = reads
    ? task
    : rankSimilarTasks(tasks, task).find((other) => other.language && readsLanguage(other, language));
  if (!next) return null;
  const fellows = task.examples.filter((other) => other.language === example.language);
  const offered = listExamples(next, language);
  const place = next === task ? fellows.indexOf(example) : 0;
  return {task: next.id, text: (offered[place] ?? offered[0]).text};
}
