// Files that a person keeps.

import {make} from './elements.js';

/**
 * Let a person keep what is at an address as a file.
 * @param {string} address
 * @param {string} name
 */
export function download(address, name) {
  const link = make('a', {href: address, download: name});
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * Let a person keep bytes as a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function downloadBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  download(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
