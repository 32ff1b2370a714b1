// Traces what stands in an element of the page as SVG: its texts, line by line, and the boxes behind them.

import {makeSvg} from './elements.js';

const BASELINE = 0.79; // of a line's box
const CLEAR = /^(transparent|rgba\(0, 0, 0, 0\))$/;

/**
 * Trace an element; what only acts, the selector `without`, is left out.
 * @param {HTMLElement} root
 * @param {string} without
 * @returns {SVGElement[]}
 */
export function traceHtml(root, without) {
  const origin = root.getBoundingClientRect();
  /** @type {SVGElement[]} */
  const parts = [];

  /** @param {Element} element */
  function trace(element) {
    if (element.matches(without) || !element.checkVisibility()) return;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (element !== root && !CLEAR.test(style.backgroundColor))
      parts.push(
        makeSvg('rect', {
          x: box.left - origin.left,
          y: box.top - origin.top,
          width: box.width,
          height: box.height,
          rx: Math.min(4, box.height / 2),
          fill: style.backgroundColor,
        }),
      );
    for (const child of element.childNodes) {
      if (child instanceof Element) trace(child);
      else if (child instanceof Text) traceText(child, style);
    }
  }

  /**
   * @param {Text} node
   * @param {CSSStyleDeclaration} style
   */
  function traceText(node, style) {
    const range = document.createRange();
    /** @type {{text: string, left: number, top: number, height: number}[]} */
    const lines = [];
    for (const {0: word, index} of node.data.matchAll(/\S+\s*|\s+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.trimEnd().length || index + 1);
      const [box] = range.getClientRects();
      if (!box) continue;
      const line = lines.at(-1);
      if (line && Math.abs(line.top - box.top) < 2) line.text += word;
      else lines.push({text: word, left: box.left, top: box.top, height: box.height});
    }
    for (const {text, left, top, height} of lines)
      if (text.trim())
        parts.push(
          makeSvg(
            'text',
            {
              x: left - origin.left,
              y: top - origin.top + BASELINE * height,
              'font-family': style.fontFamily,
              'font-size': style.fontSize,
              'font-weight': style.fontWeight,
              fill: style.color,
              style: 'white-space: pre',
            },
            text.trimEnd(),
          ),
        );
  }

  trace(root);
  return parts;
}
