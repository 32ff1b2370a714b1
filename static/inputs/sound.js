// A sound: a word that is recorded, or a file of one.

import {readSound, writeSound} from '../core/sound_text.js';
import {drawSoundEditor} from '../ui/sound_editor.js';

/** @type {InputKind} */
export default {
  read: (text) => ({sound: readSound(text)}),
  write: ({sound}) => writeSound(/** @type {{rate: number, samples: number[]}} */ (sound)),
  writeToken: (token) => token,
  isText: false,
  isWritten: false,
  edit: drawSoundEditor,
};
