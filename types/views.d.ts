// The contract of a view, and what it is handed.

type Direction = 'forward' | 'backward';
type Catalogue = Record<string, string>;
type Values = Record<string, string | number | null | undefined>;
type Say = (key: string, values?: Values) => string;

/** What a token of the task is called: a word or a letter. */
interface TokenNouns extends Record<string, string> {
  token_noun: string;
  token_nouns: string;
  Token_noun: string;
}

/** Words and numbers in the language on screen. `say` fills the view's own sentences, `common` the page's. */
interface Locale {
  tokenNouns: TokenNouns;
  text(texts: Texts): string;
  say: Say;
  common: Say;
  number(value: number, brackets?: boolean, decimals?: number): string;
  percent(value: number): string;
  power(value: number): string;
  magnitude(value: number): string;
}

/** What every view is handed; `width` is the panel's, `height` what the view asked for, both in pixels. */
interface Context extends Locale {
  theme: Theme;
  language: string;
  direction: Direction;
  step: number;
  width: number;
  height: number;
  /** how many pixels of the first screen are left for the figure; null where it does not stand there */
  room: number | null;
  label(className: string): string;
}

/** What follows from a trace alone. */
interface TraceAnalysis {
  /** one a layer and direction, as in `layers.0.reverse`, the lowest first */
  layerNames: string[];
  /** by layer: the units, ordered by what they end up remembering, the largest first */
  unitOrders: Record<string, number[]>;
  largestGradient: number;
  /** index of the class whose probability is drawn; -1 where there is no readout */
  watchedClass: number;
  /** index of the likeliest class at each step, where each has an answer of its own */
  predictions: number[] | null;
  /** where the watched probability changed most */
  turningStep: number;
}

/** A signal as the notation on screen writes it. */
type LetteredSignal = Signal & {letter: string};
/** The letters on screen, as they are written, each with the name of its signal. */
type Letters = Record<string, string>;
type LetteredCell = Omit<Cell, 'signals'> & {signals: LetteredSignal[]};

/** A gate to hold at a value: at these steps, null for all, which begin after the step `after` where there is one. */
interface Hold {
  signalName: string;
  value: 0 | 1;
  after: number | null;
  steps: (number | null)[];
}

/** What a run came to. */
interface Outcome {
  /** by step: the probability of the watched class */
  opinion: number[];
  /** index of the likeliest class at the last step, and its probability */
  answer: number;
  probability: number;
  /** whether every step is answered alike, whatever is read */
  constant: boolean;
}

/** What came of a run with one gate held. */
type HeldRun = Hold & Outcome;

interface WatchContext extends Context, TraceAnalysis {
  trace: Trace;
  /** the same text, where nothing is forced */
  baselineTrace: Trace | null;
  secondTrace: Trace | null;
  cell: LetteredCell;
  cells: Cell[];
  /** those of the task */
  models: Model[];
  task: Task;
  /** how near the picture of the network is looked at */
  level: string;
  alignment: string;
  shownSignal: string;
  /** how many steps the loss asks at */
  targetCount: number;
  /** the layer to look into, and whether it reads from the last step to the first */
  layerName: string;
  reverse: boolean;
  layerTitle: string;
  titleLayer(layerName: string): string;
  previousStep(step: number): number;
  nextStep(step: number): number;
  /** the unit that was chosen */
  unit: number | null;
  /** the same, or the one that every panel shows until one is chosen; and what it is called */
  shownUnit: number;
  unitTitle: string;
  /** what the notation on screen writes for a signal */
  letter(name: string): string;
  columnWindow: ColumnWindow;
  turningPoint: {step: number};
  /** null until they are there */
  heldRuns: HeldRun[] | null;
  /** the same text in a network of the same task whose state is computed anew at every step */
  companion: {trace: Trace; cell: LetteredCell} | null;
  /** the gate whose runs are shown, by its name; empty for the one that does most */
  heldGate: string;
  watchedLabel: string;
  /** the answer that is followed along the run */
  followed: FollowedAnswer;
  /** whether an answer is read out of the run */
  readOut: boolean;
  /** whether the run can be asked for again with a signal forced */
  forcible: boolean;
  /** index of the class that is drawn at a step */
  shownClass(step: number): number;
  weightsTitle: string;
  ink(signal: {role: string}): string;
  hue(signal: {role: string; kind?: SignalKind}): string;
  referenceNorm(norms: Float64Array): number;
  isState(signalName: string): boolean;
  describeValue(signalName: string, step: number, unit: number): string;
}

interface ColumnWindow {
  start: number;
  count: number;
}

/** A network as a person asks for it. */
interface NetworkSpec {
  model: string;
  weights: 'trained' | 'fresh';
  seed: number;
  seeds: number;
  start: string;
  gain: number;
  chrono: number;
  width: number | null;
  settings: Record<string, number>;
}

interface TitledNetwork extends ComparedNetwork {
  title: string;
  /** no other network or layer on screen has this colour, and none of the first eight this mark */
  colour: string;
  mark: {symbol: string; letter: string};
  dash: string;
  /** what its model's file tells, where the network is that of the file */
  facts: Facts;
}

/** A layer in one direction, with all that its network has. */
interface TitledLayer extends Omit<TitledNetwork, 'layers'>, ComparedLayer {
  /** the step it reads last */
  finalStep: number;
  /** whether it reads the other way, from the step of the loss, so that nothing goes further back */
  startsAtLoss: boolean;
  signals: LetteredSignal[];
  memoryState: string;
}

interface GatedLayer extends TitledLayer {
  memory: Memory;
}

interface MappedNetwork extends TitledNetwork {
  sensitivity_map: Numbers[];
}

interface CompareContext extends Context {
  task: Task;
  /** a network's answer at the end */
  tellAnswer(network: Pick<ComparedNetwork, 'values' | 'probabilities' | 'target'>): string;
  comparison: Comparison;
  networks: TitledNetwork[];
  layers: TitledLayer[];
  /** where the gradient is clipped */
  clip: number;
  shareLeft(value: number | null): string;
  growth(layer: TitledLayer): number | null;
  titleState(layer: TitledLayer, state: string): string;
  /** the word to change, and what to put in its place */
  swap: {step: number; word: string};
  /** the text with it, read again; null until it is there */
  swapped: Comparison | null;
}

/** Where the maps of T x T steps are there. */
interface MappedContext extends CompareContext {
  networks: MappedNetwork[];
}

interface ViewOf<C extends Context> {
  id: string;
  room?: 'watch' | 'compare';
  place: 'top' | 'wide' | 'left' | 'right' | 'foot';
  order: number;
  /** the field of the room's answer that must be there first */
  needs?: string;
  /** whether it is drawn at every step */
  follows?: boolean;
  words: Record<string, Record<string, string>>;
  applies(ctx: C): boolean;
  figure(ctx: C): Figure;
  /** what it is drawn anew for, where it changes */
  page?(ctx: C): number;
  height?(ctx: C): number;
}

type WatchView = ViewOf<WatchContext>;
type CompareView = ViewOf<CompareContext>;
/** A view of any room: the room hands each the context of its own. */
type View = ViewOf<Context>;

/** A column of two aligned texts: the step of each, null where a token stands alone. */
type Column = [first: number | null, second: number | null];

/** What a colour scale asks of a signal. */
type Scaled = {role: string; kind?: SignalKind; low: number | null; high: number | null};

/** The largest difference of one unit between two traces: `a` at step `i` of the first, `b` at step `j` of the second. */
interface LargestDifference {
  size: number;
  a: number;
  b: number;
  i: number;
  j: number;
  unit: number;
  signal: Signal;
}

/** What is followed of an answer along a run: a class' probability, or a number. */
interface FollowedAnswer {
  numeric: boolean;
  at(trace: Trace, step: number): number;
  /** a followed value as a person writes it */
  write(value: number): string;
  /** what the value is of: a class, a quantity */
  nameAt(step: number): string;
  tell(trace: Trace, step: number): string;
  /** of a table with a column for every class or number */
  heads: string[];
  cells(trace: Trace, step: number): string[];
}
