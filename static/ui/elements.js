// Making and changing elements of the page.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The element of the page with this id.
 * @template {keyof PageElements} K
 * @param {K} id
 * @returns {PageElements[K]}
 */
export const byId = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * Every element of the page that a selector finds.
 * @param {string} selector
 */
export const findAll = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);

/**
 * Make an element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Make a button; `action` hears the click.
 * @param {string} title
 * @param {() => void} action
 * @param {Record<string, string>} [attributes]
 */
export function makeButton(title, action, attributes = {}) {
  const button = make('button', {type: 'button', ...attributes}, title);
  button.addEventListener('click', action);
  return button;
}

/**
 * Make the mark of a colour beside a name: a square, or a letter in that colour, which print without colour keeps apart.
 * @param {string} colour
 * @param {string} [letter]
 */
export function makeMark(colour, letter = '') {
  const mark = make('span', {class: letter ? 'mark-letter' : 'mark', 'aria-hidden': 'true'}, letter);
  setStyle(mark, letter ? {color: colour} : {background: colour});
  return mark;
}

/**
 * Give an element this text, and touch it only where it has another.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make an SVG element.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 * @returns {SVGElement}
 */
export function makeSvg(name, attributes, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Set rules of an element's own style.
 * @param {HTMLElement | SVGElement} element
 * @param {Partial<CSSStyleDeclaration>} rules
 */
export function setStyle(element, rules) {
  Object.assign(element.style, rules);
}

/**
 * Let a box have as many children as `items`; what is missing is made by `create`. Gives the children.
 * @template {Element} T
 * @param {Element} box
 * @param {unknown[]} items
 * @param {() => T} create
 * @returns {T[]}
 */
export function fitChildren(box, items, create) {
  while (box.childElementCount > items.length) box.lastElementChild?.remove();
  while (box.childElementCount < items.length) box.append(create());
  return /** @type {T[]} */ ([...box.children]);
}

/**
 * `W_ih x_t` with its subscripts lowered.
 * @param {string} formula
 * @returns {(Node | string)[]}
 */
export function writeSubscripts(formula) {
  return formula
    .split(/_((?:[A-Za-z\d]|\u0303)+(?:[−+]1)?)/)
    .map((part, k) => (k % 2 ? make('sub', {}, part) : part));
}

/**
 * Where a pointer is in an element, in the element's own pixels, however much it is enlarged.
 * @param {HTMLElement} element
 * @param {MouseEvent} event
 * @returns {[x: number, y: number]}
 */
export function placeIn(element, {clientX, clientY}) {
  const {left, top, width} = element.getBoundingClientRect();
  const scale = width / element.offsetWidth || 1;
  return [(clientX - left) / scale, (clientY - top) / scale];
}
