// Between a panel and what draws its figure.

/** The parts of a panel that a renderer fills. */
interface Card {
  title: HTMLElement;
  shows: HTMLElement;
  body: HTMLElement;
}

interface DrawOptions {
  theme: Theme;
  /** what the button says that forces a signal */
  forceLabel: string;
  letters: Letters;
}

/** Draws figures of one kind into a card; `move` where something moves over them. */
interface Renderer<F extends Figure> {
  draw(figure: F, options: DrawOptions): void | Promise<void>;
  move?(step: number, part: number, backward: boolean): void;
}

/** Where an axis lies on the screen, in pixels, and what its ends stand for. */
interface MeasuredAxis {
  offset: number;
  length: number;
  range: number[];
}

type MeasuredAxes = Record<string, MeasuredAxis>;
