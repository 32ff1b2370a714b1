// The elements of the page by their ids, as the templates bring them.

interface PageElements {
  input: HTMLElement;
  data: HTMLScriptElement;
  plotly: HTMLScriptElement;
  /** in a notebook: a button for each trace */
  traces: HTMLDivElement;
  language: HTMLButtonElement;
  theme: HTMLButtonElement;
  share: HTMLButtonElement;
  help: HTMLButtonElement;
  export: HTMLDetailsElement;
  'export-list': HTMLDivElement;
  keys: HTMLDialogElement;
  toast: HTMLParagraphElement;
  notice: HTMLParagraphElement;
  'left-out': HTMLParagraphElement;
  offer: HTMLParagraphElement;
  about: HTMLParagraphElement;

  letters: HTMLParagraphElement;
  task: HTMLSelectElement;
  sentence: HTMLTextAreaElement;
  examples: HTMLParagraphElement;
  models: HTMLDivElement;
  weights: HTMLDivElement;
  layers: HTMLDivElement;
  facts: HTMLElement;
  whatif: HTMLDialogElement;
  forced: HTMLElement;

  second: HTMLElement;
  beside: HTMLTextAreaElement;
  'beside-toggle': HTMLButtonElement;
  'beside-notice': HTMLParagraphElement;
  tools: HTMLDivElement;
  earlier: HTMLButtonElement;
  held: HTMLElement;
  later: HTMLButtonElement;
  swap: HTMLButtonElement;
  see: HTMLButtonElement;
  partners: HTMLParagraphElement;

  'task-controls': HTMLDivElement;
  'distance-box': HTMLLabelElement;
  'distance-name': HTMLSpanElement;
  distance: HTMLInputElement;
  writer: HTMLDivElement;
  write: HTMLButtonElement;
  'temperature-name': HTMLSpanElement;
  temperature: HTMLInputElement;

  source: HTMLDivElement;
  'length-box': HTMLLabelElement;
  'length-name': HTMLSpanElement;
  length: HTMLInputElement;
  clip: HTMLInputElement;
  networks: HTMLElement;
  presets: HTMLParagraphElement;
  settings: HTMLDetailsElement;

  first: HTMLButtonElement;
  previous: HTMLButtonElement;
  play: HTMLButtonElement;
  next: HTMLButtonElement;
  last: HTMLButtonElement;
  scrubber: HTMLInputElement;
  where: HTMLOutputElement;
  speed: HTMLSelectElement;
  direction: HTMLDivElement;
  slide: HTMLButtonElement;
  'slide-head': HTMLElement;
  'slide-sentence': HTMLParagraphElement;
  'slide-network': HTMLParagraphElement;
  'slide-previous': HTMLButtonElement;
  'slide-next': HTMLButtonElement;
  'slide-leave': HTMLButtonElement;
  'letter-note': HTMLDivElement;
  units: HTMLDivElement;
  notation: HTMLDivElement;

  top: HTMLDivElement;
  wide: HTMLDivElement;
  left: HTMLDivElement;
  right: HTMLDivElement;
  foot: HTMLDivElement;
}

/** What plotly.js puts into the page, as far as it is used. */
declare var Plotly: {
  react(element: HTMLElement, data: object[], layout: object, config: object): Promise<void>;
  toImage(
    figure: {data: object[]; layout: object; config: object},
    options: {format: string; width: number; height: number; scale: number},
  ): Promise<string>;
};
