// The box in which a person writes what is read.

import {byId} from './elements.js';

const TALLEST = 168; // pixels

/**
 * Bind the box; `write(text)` hears what a person writes, `read()` Enter.
 * @param {{write: (text: string) => void, read: () => void}} on
 */
export function bindSentenceBox({write, read}) {
  const box = byId('sentence');
  const leave = () => byId('play').focus();

  box.addEventListener('input', () => {
    grow();
    write(box.value);
  });
  box.addEventListener('keydown', onKey);

  /**
   * Enter reads it from the start, Escape leaves it.
   * @param {KeyboardEvent} event
   */
  function onKey(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      leave();
      read();
    } else if (event.key === 'Escape') leave();
  }

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return; // the stylesheet does it
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight + 2, TALLEST)}px`;
  }

  return {
    onKey,
    focus: () => box.focus(),
    /** @param {string} text */
    show(text) {
      if (box.value !== text) box.value = text;
      grow();
    },
    /** @param {string} placeholder */
    setPlaceholder(placeholder) {
      box.placeholder = placeholder;
    },

    /** @param {boolean} invalid */
    setInvalid(invalid) {
      box.setAttribute('aria-invalid', String(invalid));
    },
  };
}
