// A picture: drawn with the mouse or a finger.

import {readPicture, writePicture} from '../core/picture_text.js';
import {drawPictureEditor} from '../ui/picture_editor.js';

/** @type {InputKind} */
export default {
  read: (text, task) => ({picture: readPicture(text, task.features.length)}),
  write: ({picture}) => writePicture(/** @type {number[][]} */ (picture)),
  writeToken: (token) => token,
  isText: false,
  isWritten: false,
  edit: drawPictureEditor,
};
