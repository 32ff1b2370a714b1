// What the server answers, as its schemas describe it (app/serving/schemas.py). T steps, H units, C classes.

/** A sentence or a title in the languages there are. */
type Texts = {en: string; [language: string]: string};

/** A list of numbers in JSON: what is not finite is null. */
type Numbers = (number | null)[];

type SignalKind = 'gate' | 'candidate' | 'state' | 'preactivation';

/** One quantity of a cell. */
interface Signal {
  name: string;
  kind: SignalKind;
  role: string;
  title: Texts;
  formula: string;
  numbers: string;
  says: Texts;
  low: number | null;
  high: number | null;
  backward: string;
  back_numbers: string;
  means: Texts | null;
  /** by notation, where it is not the name */
  letters: Record<string, string>;
}

/** One operation of a cell's drawing: what it gives, and from what; `c_prev` is the state c of the step before. */
interface Operation {
  name: string;
  kind: string;
  inputs: string[];
  /** of a result that is no signal */
  title: Texts | null;
  /** the cell's setting that it depends on; may be empty */
  setting: string;
}

/** A number of a cell that a person may change. */
interface Setting {
  name: string;
  title: Texts;
  short: Texts;
  default: number;
  low: number;
  high: number;
  step: number;
  role: string;
}

/** A colour, `#rrggbb`, in each theme. */
type Hue = Record<Theme, string>;

/** A comparison of fresh networks that a cell brings. */
interface Preset {
  name: string;
  title: Texts;
  networks: {start: string; gain: number; chrono: number; settings: Record<string, number>}[];
}

/** One recurrent update. */
interface Cell {
  id: string;
  title: Texts;
  year: number;
  source: string;
  output: string;
  states: string[];
  signals: Signal[];
  operations: Operation[];
  settings: Setting[];
  /** of its networks, where several are compared; null for one that the page chooses */
  hue: Hue | null;
  presets: Preset[];
}

/** An input ready to try; `beside` is the id of the example it is best seen beside. */
interface Example {
  id: string;
  title: Texts;
  language: string;
  /** as a request has it */
  input: Record<string, unknown>;
  /** as it is written in the box and in a link */
  text: string;
  look: Texts;
  beside: string | null;
}

/** A number that enters or leaves a network at every step, `ahead` steps from the one where it is told. */
interface Quantity {
  name: string;
  title: Texts;
  unit: Texts;
  ahead: number;
}

/** A source of sequences with a right answer. */
interface Task {
  id: string;
  title: Texts;
  about: Texts;
  topology: string;
  language: string;
  /** what a step is */
  reads: 'words' | 'characters' | 'values' | 'rows' | 'frames';
  /** the kind of input, the key of a request's input */
  input: string;
  /** the numbers that enter; empty where tokens do */
  features: Quantity[];
  /** the numbers it answers with; empty where it answers with a class */
  quantities: Quantity[];
  writes: boolean;
  /** whether its forecasts can be read as the next steps */
  runs_free: boolean;
  stretches: boolean;
  figure: string;
  /** of that figure; may be empty */
  unit: string;
  classes: string[];
  labels: Record<string, Texts>;
  figures: Record<string, Texts>;
  examples: Example[];
  everyday: EverydayKind[];
  /** by token, one that says the contrary */
  opposites: Record<string, string>;
  /** where no class is as likely, the answer is none of those there are */
  answer_threshold: number | null;
}

/** How many words a model reads in a text, and how many of them it knows. */
interface KnownWords {
  model: string;
  words: number;
  known: number;
}

/** Everyday sentences of one kind and language. */
interface EverydayKind {
  name: string;
  language: string;
  title: Texts;
}

/** The same with its sentences: any of `classes` is right, none where no opinion is stated. */
interface EverydaySentences extends EverydayKind {
  sentences: {text: string; classes: string[]}[];
}

/** What is right of some everyday sentences; `neutral`, of those without a right class. */
interface EverydayMeasure {
  samples?: number;
  right?: number;
  accuracy?: number;
  neutral?: {samples: number; unsure: number; confidence: number};
}

/** One figure of a model: a share, `[name, share, count]` for each of several, or several of these by name. */
type Measure = number | string | null | [string | number, number, number?][] | MeasureByName;
interface MeasureByName {
  [name: string]: Measure;
}

/** What a model's file tells of it. */
interface Facts {
  test?: {samples: number; accuracy: number; by_distance?: [number, number, number?][]} & MeasureByName;
  validation?: MeasureByName & {generated?: MeasureByName};
  calibration?: {temperature: number; samples: number; ece_before: number; ece_after: number};
  /** by language */
  everyday?: Record<
    string,
    EverydayMeasure & {most?: EverydayMeasure; kinds: Record<string, EverydayMeasure>}
  >;
  /** What is left of the gradient over test texts of a length, by state and distance. */
  decay?: {
    samples: number;
    shortest: number;
    longest: number;
    remaining: Record<string, Record<string, {median: number; high: number}>>;
  };
  units?: {samples: number; followed: Record<string, {unit: number; signal: string; correlation: number}[]>};
  recipe?: Record<string, unknown>;
  data?: {sha256: string};
}

/** One trained model. */
interface Model {
  id: string;
  task: string;
  cell: string;
  hidden: number;
  inputs: number;
  layers: number;
  bidirectional: boolean;
  vocabulary: number;
  parameters: number;
  bytes: number;
  signals: string[];
  code: Record<string, string>;
  facts: Facts;
}

/** Everything there is to choose from. */
interface Catalog {
  cells: Cell[];
  tasks: Task[];
  models: Model[];
  properties: {id: string; title: Texts}[];
  limits: {mapped: number};
  /** Model files that are left out, and what is wrong with each. */
  warnings: {file: string; message: string}[];
}

/** Numbers of every step, `[T, H]`, row by row; as they lie in the server's answer. */
interface Matrix {
  values: Float64Array;
  shape: [number, number];
}

/** One number a step, `[T]`. */
interface Vector {
  values: Float64Array;
  shape: [number];
}

/** A forced signal; null for every step, for every unit. */
interface Intervention {
  signal: string;
  value: number | 'previous';
  step: number | null;
  unit: number | null;
}

/** A word of the vocabulary whose vector is near that of a word outside it. */
interface SimilarToken {
  token: string;
  cosine: number;
}

/** One run over one text. */
interface Trace {
  model: string;
  task: string;
  cell: string;
  weights: 'trained' | 'fresh';
  seed: number;
  settings: Record<string, number>;
  interventions: Intervention[];
  tokens: string[];
  token_ids: number[];
  known: boolean[];
  /** by step, at a word read by its spelling; null without n-grams */
  similar: SimilarToken[][] | null;
  classes: string[];
  target: string;
  targets: (string | null)[];
  loss: number | null;
  /** `[T, C]`; C is 0 where the answer is numbers */
  probabilities: Matrix;
  /** `[T, K]`; K is 0 where the answer is a class */
  values: Matrix;
  /** `[T, K]`, the right ones */
  target_values: Matrix;
  /** `[T, F]`, how strongly the loss answers to what enters */
  saliency: Matrix;
  /** by full name, as in `layers.0.f` */
  signals: Record<string, Matrix>;
  gradients: Record<string, Matrix>;
  norms: Record<string, Vector>;
  /** the states that the run began with, and the gradients at them, `[H]`; those not named are 0 */
  initial?: Record<string, Vector>;
  grad_initial?: Record<string, Vector>;
}

/** What is left of a state's gradient on the way back, relative to the last step. */
interface Decay {
  norms: number[];
  relative: Numbers;
  low: Numbers | null;
  high: Numbers | null;
  left: Record<string, number | null>;
  half_life: number | null;
  /** what the keep factors alone carry back */
  direct: Numbers | null;
  slope: number | null;
}

/** How much of what each step wrote into a gated state is still held later. */
interface Memory {
  state: string;
  /** `[T, T]` */
  norms: number[][];
  /** `[T, H]` */
  parts: Numbers[];
}

/** The way back through one layer in one direction. */
interface ComparedLayer {
  name: string;
  decay: Record<string, Decay>;
  spectrum: {block: string; radius: number | null; sigma: number | null}[];
  expected_decay: string;
  exponents: Numbers;
  contribution: {norms: Numbers; share: Numbers; whole: number | null};
  memory: Memory | null;
  gates: Record<string, [shut: number[], open: number[]]>;
}

/** One network's way back. */
interface ComparedNetwork {
  model: string;
  cell: string;
  weights: 'trained' | 'fresh';
  seed: number;
  start: string;
  gain: number;
  chrono: number;
  width: number;
  settings: Record<string, number>;
  target: string;
  loss: number | null;
  probabilities: number[];
  /** what it tells at the end, where the answer is numbers */
  values: number[];
  overflow: number | null;
  layers: ComparedLayer[];
  /** `[T, T]` */
  sensitivity_map: Numbers[] | null;
  /** `[T]`, the probability of the target at the end of the text without this token */
  left_out: Numbers | null;
  clipped: [before: number | null, after: number | null] | null;
}

/** The same sequence through several networks. */
interface Comparison {
  tokens: string[];
  known: boolean[];
  networks: ComparedNetwork[];
}

/** A step that a network added by itself: a token, or what it forecast. */
interface WrittenStep {
  step: number;
  token?: string;
  values?: number[];
}
