// What a model reaches on the everyday sentences of its task, kind by kind. Pure functions.

/**
 * The kinds of a task in their order, each with what was measured of it in every language; none where nothing was
 * measured. A kind's `key` is its name, `all` and `most` are of the kinds together.
 * @param {Task} task
 * @param {Facts['everyday']} everyday
 * @returns {{key: string, title: Texts | null, measures: {language: string, measure: EverydayMeasure}[]}[]}
 */
export function listKinds(task, everyday) {
  if (!everyday) return [];
  const languages = Object.keys(everyday);
  /** @param {(language: string) => EverydayMeasure | undefined} pick */
  const measure = (pick) =>
    languages.flatMap((language) => {
      const measured = pick(language);
      return measured ? [{language, measure: measured}] : [];
    });
  const names = [...new Set(task.everyday.map(({name}) => name))];
  return [
    {key: 'all', title: null, measures: measure((language) => withoutNeutral(everyday[language]))},
    {key: 'most', title: null, measures: measure((language) => everyday[language].most)},
    ...names.map((name) => ({
      key: name,
      title: task.everyday.find((kind) => kind.name === name)?.title ?? null,
      measures: measure((language) => everyday[language].kinds[name]),
    })),
  ].filter(({measures}) => measures.length);
}

/** @param {EverydayMeasure} measure */
const withoutNeutral = ({samples, right, accuracy}) => ({samples, right, accuracy});
