// A series: numbers that are pasted into the box, or drawn over the curve with the mouse.

import {readSeries, writeSeries} from '../core/series_text.js';
import {drawSeries} from '../ui/series_editor.js';

/** @type {InputKind} */
export default {
  read: (text, task) => ({series: readSeries(text, task.features.length)}),
  write: ({series}) => writeSeries(/** @type {(number | null)[][]} */ (series)),
  writeToken: (token, language) => (language === 'en' ? token : token.replace('.', ',')),
  append: (text, {values = []}) => `${text} ${Number(values[0].toPrecision(4))}`,
  isText: false,
  edit: drawSeries,
};
