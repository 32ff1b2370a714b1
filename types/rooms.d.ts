// A room: its state, its answer, and what joins the two.

/** What every room's state holds. */
interface SharedState {
  task: string;
  text: string;
  /** the network that Watch shows */
  model: string;
  step: number | null;
  direction: Direction;
  speed: number;
  language: string;
  theme: Theme;
  /** the view that a person stopped at, in scrolling; none at the top */
  panel: string;
  notation: string;
  /** the id of the panel that fills the screen; empty outside slide mode */
  slide: string;
}

interface WatchState extends SharedState {
  weights: 'trained' | 'fresh';
  seed: number;
  layer: string;
  unit: number | null;
  level: string;
  interventions: Intervention[];
  secondText: string;
  alignment: string;
  shownSignal: string;
  heldGate: string;
  /** whether what is forced is in force, or the run without it is shown */
  forcing: 'with' | 'without';
}

interface CompareState extends SharedState {
  length: number | null;
  kind: string;
  clip: number;
  networks: NetworkSpec[];
  /** a word changed for another, `3:terrible` */
  swap: string;
}

/** A field of a state: its name in the address, how it is read from there and written. */
interface Field<V> {
  name: string;
  initial: V;
  always?: boolean;
  read(given: string[]): V | undefined;
  write?(value: V): string[];
}

type Fields<S> = {[K in keyof S]: Field<S[K]>};

interface Store<S> {
  get(): Readonly<S>;
  set(changes: Partial<S>): void;
  subscribe(listener: (state: Readonly<S>, changed: Set<string>) => void): () => void;
}

/** How a question is asked: the language of its errors, and what aborts it. */
interface AskOptions {
  language: string;
  signal?: AbortSignal;
}

interface RoomAnswer {
  tokens: string[];
  known: boolean[];
}

/** The second text's trace, or why there is none. */
interface SecondAnswer {
  trace?: Trace;
  refused?: boolean;
  message: string;
}

interface WatchAnswer extends RoomAnswer {
  trace: Trace;
  /** the run without what is forced, where the run with it is shown */
  baselineTrace: Trace | null;
  /** the run with what is forced, where something is */
  forcedTrace: Trace | null;
  second: SecondAnswer | null;
  task: Task;
  cell: Cell;
  cells: Cell[];
  models: Model[];
  properties: Catalog['properties'];
  analysis: TraceAnalysis;
  /** whether it can be asked for again with a signal forced; it can where this is not told */
  forcible?: boolean;
  heldRuns: HeldRun[] | null;
  /** the same text in a network of the same task that carries no memory; null until it is there, or where there is none */
  companion: {trace: Trace; cell: Cell} | null;
}

/** What stands in a notebook's document. */
interface NotebookData {
  language: string;
  catalogue: Catalogue;
  cells: Cell[];
  /** safetensors in base64 */
  traces: {title: string; bytes: string}[];
}

interface CompareAnswer extends RoomAnswer {
  comparison: Comparison;
  /** the networks that were asked for */
  specs: NetworkSpec[];
  /** whether the maps are there, or none are to come */
  maps: boolean;
  /** the text with one word changed, and which */
  swapped: {written: string; comparison: Comparison} | null;
}

/** What a panel's view is drawn for. */
interface Draw<S> {
  view: View;
  state: Readonly<S>;
  step: number;
  width: number;
}

/** A place to force a signal at. */
interface ForcePlace {
  signal: string;
  step: number;
  unit?: number;
}

/** A unit that has earned a name: what it follows, and Pearson's r of the two on held-out text. */
interface UnitName {
  property: string;
  title: Texts;
  unit: number;
  layerName: string;
  symbol: string;
  correlation: number;
}

/** What a picture or a slide says beside its panel. */
interface Caption {
  sentence: string;
  network: string;
  /** what is forced; empty where nothing is */
  forced: string;
}

/** What a panel tells its room. */
interface PanelListener {
  hover(hit: Hit | null): void;
  pick(hit: Hit): void;
  force?(place: ForcePlace): void;
  choose(changes: Record<string, string>): void;
  /** a panel is to be taken away as a picture, `png` or `svg`, or shown as a `slide` */
  take?(viewId: string, format: string): void;
  /** a valve was dragged; `done` once it is let go */
  drag?(place: ForcePlace & {value: number}, done: boolean): void;
  /** a beat of the step is to be shown; null for the whole step */
  holdBeat?(beat: number | null, beats: number): void;
}

/** What stands around the panels of every room. */
interface Shell {
  say: Say;
  text(texts: Texts): string;
  onSentenceKey(event: KeyboardEvent): void;
  showPlaying(playing: boolean): void;
  reword(): void;
  offerTasks(tasks: Task[], chosen: string, pick: (id: string) => void): void;
  describeTask(task: Task, text: string): void;
  offerNotations(cells: Cell[]): void;
  showLetters(cells: LetteredCell[]): void;
  offerExamples(task: Task, pick: (text: string, example: Example) => void): void;
  show(state: SharedState, tokens: string[] | undefined, step: number): void;
  notify(message: string, wrong?: boolean): void;
  showLeftOut(warnings: Catalog['warnings']): void;
  linkRooms(): void;
}

/** How everyday sentences are fetched; `read` hears the one that a person picks. */
interface EverydayControl {
  fetchEveryday(task: string, language: string): Promise<EverydaySentences[]>;
  read(text: string): void;
}

/** What a room's controls may use of it. */
interface RoomOf<S, A> {
  /** of the task on screen */
  readonly inputKind: InputKind;
  /** what is written, as a request has it */
  readInput(text: string): Record<string, unknown>;
  store: Store<S>;
  catalogues: Record<string, Catalogue>;
  /** null until it is there */
  readonly catalog: Catalog | null;
  /** the same; only to be asked for once it is there */
  readonly offers: Catalog;
  /** what the task on screen reads */
  readonly reads: Task['reads'];
  speeds: number[];
  readonly answer: A | null;
  play(on?: boolean): void;
  seek(step: number | 'last'): void;
  share(): void;
  undo(): void;
  speak(language: string): void;
  readWith(task: string, text: string, model?: string): void;
  stepUnit(by: number): void;
  toggleSlide(on?: boolean): void;
  stepSlide(by: number): boolean;
  zoom(nearer: boolean): void;
  save(format: string): void;
  tellError(error: unknown): void;
}

/** A room's own part of what every room does; see static/pages/room.js. */
interface RoomPlan<S> {
  name: string;
  /** of its state, beside those that all rooms share */
  fields: Partial<Fields<S>>;
  /** the keys that change the answer */
  asks: string[];
  /** the keys that only change how it is drawn; a view may offer them as `choices` */
  draws: string[];
  /** the kinds of files it can save */
  formats: string[];
  /** ms after the last key before the slower questions are asked */
  pause: number;
  /** what a new address clears unless it says otherwise */
  afresh?: Partial<S>;
}

/** What a kind of input draws of what is read, and how it is told of a change. */
interface InputEditing {
  text: string;
  task: Task;
  /** the step on screen; null until there is an answer */
  step: number | null;
  /** of the answer; 0 until there is one */
  steps: number;
  language: string;
  say: Say;
  title(texts: Texts): string;
  /** hears what a person drew, written, and the step at which */
  write(text: string, step: number): void;
  seek(step: number): void;
}

/** A kind of input: how it is written in the box and in a link, and drawn where it is more than a text. */
interface InputKind {
  /** what is written, as a request has it */
  read(text: string, task: Task): Record<string, unknown>;
  write(input: Record<string, unknown>): string;
  /** a step's name as the reader writes it */
  writeToken(token: string, language: string): string;
  /** what is written with a step more, where a network can go on by itself */
  append?(text: string, step: WrittenStep): string;
  /** whether it is read as a text: words can be moved, swapped, looked up */
  isText: boolean;
  /** false where it has no place in the box: it is drawn */
  isWritten?: boolean;
  edit?(root: HTMLElement, shown: InputEditing): void;
}
