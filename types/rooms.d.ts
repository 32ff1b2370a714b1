// A room: its state, its answer, and what joins the two.

/** What every room's state holds. */
interface SharedState {
  task: string;
  text: string;
  step: number | null;
  direction: Direction;
  speed: number;
  language: string;
  theme: Theme;
}

interface WatchState extends SharedState {
  model: string;
  weights: 'trained' | 'fresh';
  seed: number;
  layer: string;
  unit: number | null;
  interventions: Intervention[];
  secondText: string;
  alignment: string;
  shownSignal: string;
}

interface CompareState extends SharedState {
  length: number | null;
  kind: string;
  clip: number;
  networks: NetworkSpec[];
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
}

/** The second text's trace, or why there is none. */
interface SecondAnswer {
  trace?: Trace;
  refused?: boolean;
  message: string;
}

interface WatchAnswer extends RoomAnswer {
  trace: Trace;
  baselineTrace: Trace | null;
  second: SecondAnswer | null;
  task: Task;
  cell: Cell;
  cells: Cell[];
  models: Model[];
  analysis: TraceAnalysis;
  heldRuns: HeldRun[] | null;
}

interface CompareAnswer extends RoomAnswer {
  comparison: Comparison;
  /** the networks that were asked for */
  specs: NetworkSpec[];
  /** whether the maps are there, or none are to come */
  maps: boolean;
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

/** What a panel tells its room. */
interface PanelListener {
  hover(hit: Hit | null): void;
  pick(hit: Hit): void;
  force?(place: ForcePlace): void;
  choose(changes: Record<string, string>): void;
}

/** What stands around the panels of every room. */
interface Shell {
  say: Say;
  text(texts: Texts): string;
  onSentenceKey(event: KeyboardEvent): void;
  showPlaying(playing: boolean): void;
  reword(): void;
  offerTasks(tasks: Task[], chosen: string, pick: (id: string) => void): void;
  offerExamples(task: Task, pick: (text: string, example: Example) => void): void;
  show(state: SharedState, tokens: string[] | undefined, step: number): void;
  notify(message: string, wrong?: boolean): void;
  linkRooms(): void;
}

/** What a room's controls may use of it. */
interface Room<S, A> {
  store: Store<S>;
  catalogues: Record<string, Catalogue>;
  catalog: Catalog;
  speeds: number[];
  readonly answer: A | null;
  readonly panels: RoomPanel[];
  play(on?: boolean): void;
  seek(step: number | 'last'): void;
  share(): void;
  stretch(task: string, text: string, distance: number, language: string): Promise<string | null>;
  generate(wanted: object, options: AskOptions): AsyncGenerator<{token: string}>;
  undo(): void;
  save(format: string): void;
  tellError(error: unknown): void;
}

interface RoomPanel {
  view: View;
  figure: Figure | null;
  export(format: string): Promise<string>;
}

/** A room's own part; see static/pages/room.js. */
interface RoomPlan<S extends SharedState, A extends RoomAnswer> {
  name: string;
  fields: Partial<Fields<S>>;
  asks: string[];
  draws: string[];
  pause: number;
  afresh?: Partial<S>;
  bind(room: Room<S, A>): Shell;
  settle(catalog: Catalog, state: Readonly<S>): Partial<S>;
  home(state: Readonly<S>, last: number): number;
  ask(state: Readonly<S>, options: AskOptions): Promise<A>;
  askSlowly?(answer: A, state: Readonly<S>, options: AskOptions): Promise<string[] | null>;
  describe(answer: A): [message: string, wrong: boolean];
  mend?(error: {code: string; field: string | null}, state: Readonly<S>): Partial<S> | null;
  buildContext(answer: A, draw: Draw<S>): Context;
  marks(answer: A, state: Readonly<S>): Record<string, string | number>;
  changed?(state: Readonly<S>, changed: Set<string>): void;
  follow?(state: Readonly<S>, answer: A | null): void;
  reword?(): void;
  pick?(hit: Hit): void;
  force?(place: ForcePlace): void;
  undo?(): void;
  save(format: string): Promise<void>;
}
