// Buttons side by side of which one is chosen.

/** Fill `box` with a button for each of `options`, `{id, title, hint, testid}`; `change(id)` hears the choice. */
export function segments(box, options, chosen, change) {
  if (box.childElementCount !== options.length) {
    box.replaceChildren(
      ...options.map(() => Object.assign(document.createElement('button'), {type: 'button'})),
    );
  }
  options.forEach(({id, title, hint, testid}, k) => {
    const button = box.children[k];
    button.onclick = () => change(id);
    if (button.textContent !== title) button.textContent = title;
    if (hint) button.title = hint;
    if (testid) button.dataset.testid = testid;
    button.setAttribute('aria-pressed', String(id === chosen));
  });
}
