// Making and changing elements of the page.

/** The element of the page with this id. */
export const byId = (id) => document.getElementById(id);

/** Make an element with attributes and children. */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Make a button; `action` hears the click. */
export function makeButton(title, action, attributes = {}) {
  const button = make('button', {type: 'button', ...attributes}, title);
  button.addEventListener('click', action);
  return button;
}

/** Make the mark of a colour beside a name. */
export function makeMark(colour) {
  const mark = make('span', {class: 'mark', 'aria-hidden': 'true'});
  setStyle(mark, {background: colour});
  return mark;
}

/** Give an element this text, and touch it only where it has another. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Set rules of an element's own style. */
export function setStyle(element, rules) {
  Object.assign(element.style, rules);
}

/** Let a box have as many children as `items`; what is missing is made by `create`. */
export function fitChildren(box, items, create) {
  while (box.childElementCount > items.length) box.lastChild.remove();
  while (box.childElementCount < items.length) box.append(create());
}

/** `W_ih x_t` with its subscripts lowered. */
export function writeSubscripts(formula) {
  return formula.split(/_([A-Za-z\d]+(?:[−+]1)?)/).map((part, k) => (k % 2 ? make('sub', {}, part) : part));
}
