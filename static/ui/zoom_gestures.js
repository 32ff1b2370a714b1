// Looking more nearly or from farther by hand: double click, Ctrl and the wheel, a pinch.

const TURN = 50; // of the wheel, in pixels, for one level
const REST = 400; // ms between two levels
const PINCH = 1.3; // how much farther apart two fingers must be

/**
 * Bind the gestures of an element; `zoom(nearer)` hears each.
 * @param {HTMLElement} element
 * @param {{zoom: (nearer: boolean) => void}} on
 */
export function bindZoom(element, {zoom}) {
  let turned = 0;
  let changed = 0; // when the level changed last
  /** @type {Map<number, PointerEvent>} */
  const fingers = new Map();
  let apart = 0;

  /** @param {boolean} nearer */
  function change(nearer) {
    if (performance.now() - changed < REST) return;
    changed = performance.now();
    zoom(nearer);
  }

  element.addEventListener('dblclick', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!target.closest('.body') || target.closest('button, summary, table')) return;
    change(!event.shiftKey);
  });
  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      turned += event.deltaY;
      if (Math.abs(turned) < TURN) return;
      change(turned < 0);
      turned = 0;
    },
    {passive: false},
  );
  const measure = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  element.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) apart = measure();
  });
  element.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    if (fingers.size !== 2) return;
    const ratio = measure() / apart;
    if (ratio < PINCH && ratio > 1 / PINCH) return;
    change(ratio > 1);
    apart = measure();
  });
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel']))
    element.addEventListener(end, (event) => fingers.delete(event.pointerId));
}
