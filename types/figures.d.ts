// What a view returns: plain data, which a renderer draws.

type Theme = 'light' | 'dark';

/** A table: what is in its cells is written as it is. */
interface Table {
  head: string[];
  rows: (string | number)[][];
}

/** What every figure says, whatever it draws. `shows` is one sentence, `look` one on what to look for. */
interface FigureText {
  title?: string;
  aside?: string;
  shows: string;
  look: string;
  summary: string;
  table(): Table;
  /** whether `_` in its words lowers what follows */
  symbols?: boolean;
  legend?: {name: string; title: string; colour: string; letter?: string}[];
  choices?: Choice[];
  entry?: SwapEntry;
  /** how near it looks, and the middle, in pixels from the left, of what is looked at more nearly */
  zoom?: {depth: number; x: number};
}

/** What a person may choose in a panel: `field` is one of the room's state. */
interface Choice {
  field: string;
  title: string;
  chosen: string;
  options: Option[];
}

/** A word that a person may change for another: `field` is one of the room's state. */
interface SwapEntry {
  field: string;
  steps: {id: string; title: string}[];
  step: string;
  word: string;
  titles: {step: string; word: string; read: string; undo: string};
  /** whether the text was read again with it */
  done: boolean;
}

/** One of several buttons side by side. */
interface Option<I extends string = string> {
  id: I;
  title: string;
  hint?: string;
  testid?: string;
}

/** Pixels, row by row, each a packed colour. */
interface Bitmap {
  width: number;
  height: number;
  pixels: Uint32Array<ArrayBuffer>;
}

interface ImageTrace {
  type: 'image';
  bitmap: Bitmap;
  x0: number;
  dx: number;
  y0: number;
  dy: number;
  xaxis: string;
  yaxis: string;
  hoverinfo: 'skip';
  zsmooth: false;
}

interface Stroke {
  color?: string;
  width?: number;
  dash?: string;
  shape?: string;
  smoothing?: number;
}

interface ScatterTrace {
  type: 'scatter';
  mode: string;
  x: (number | null)[];
  y: (number | null)[];
  name?: string;
  text?: string[];
  textposition?: string;
  textfont?: {size: number; color: string};
  xaxis?: string;
  yaxis?: string;
  hoverinfo?: 'skip';
  showlegend?: boolean;
  connectgaps?: boolean;
  cliponaxis?: boolean;
  opacity?: number;
  fill?: string;
  fillcolor?: string;
  /** the step that an area belongs to */
  meta?: number;
  line?: Stroke;
  marker?: {
    size?: number;
    color?: string | string[];
    symbol?: string | string[];
    opacity?: number;
    maxdisplayed?: number;
    line?: Stroke;
  };
}

type PlotTrace = ImageTrace | ScatterTrace;

interface Font {
  family?: string;
  size?: number;
  color?: string;
}

/** An axis; `range` is in the units of its data, or powers of ten. */
interface Axis {
  range: number[];
  domain?: number[];
  anchor?: string;
  tickvals?: number[];
  ticktext?: string[];
  tickfont?: Font;
  tickangle?: number;
  ticks?: string;
  ticklen?: number;
  title?: {text: string; font?: Font};
  visible?: boolean;
  showticklabels?: boolean;
  [more: string]: unknown;
}

interface Annotation {
  text: string;
  /** the signal whose letter it is */
  letter?: string;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xanchor?: string;
  yanchor?: string;
  xshift?: number;
  yshift?: number;
  textangle?: number;
  showarrow?: boolean;
  font?: Font;
}

interface Shape {
  type: 'path';
  path: string;
  xref: string;
  yref: string;
  fillcolor: string;
  line: {width: number};
}

interface Margin {
  l: number;
  r: number;
  t: number;
  b: number;
}

/** Plotly's layout, as far as it is used: axes by their names, `xaxis`, `yaxis2` ... */
interface Layout {
  width: number;
  height: number;
  margin: Margin;
  font: Font & {size: number; color: string};
  annotations: Annotation[];
  shapes?: Shape[];
  showlegend: boolean;
  legend?: object;
  [axis: `xaxis${string}`]: Axis;
  [axis: `yaxis${string}`]: Axis;
  paper_bgcolor: string;
  plot_bgcolor: string;
  hovermode: false;
  dragmode: false;
}

/** The place under a pointer: what is there, and what is said of it. */
interface Hit {
  step?: number;
  unit?: number;
  signal?: string;
  label?: string;
}

/** Where the cursor goes: over these axes, `count` columns from the first one, `from`. */
interface OverlayPlan {
  axes: {x: string; y: string | string[]}[];
  from: number;
  count: number;
  /** the column of each step, where columns are not steps */
  columnOf?: number[];
  /** whether it reads leftward, so that what is to come lies on the left */
  reverse?: boolean;
  unrolled?: UnrolledPlan;
}

/** What moves over an unrolled network; its first y axis is that of the curve. */
interface UnrolledPlan {
  tokens: string[];
  /** how the tokens below are slanted, in degrees */
  angle: number;
  /** half a column's strips, in steps */
  half: number;
  /** by layer */
  reverse: boolean[];
  /** by step: what is said beside the curve */
  readouts: {y: number; text: string}[];
  readoutBelow: boolean;
  pulses: {axis: string; y: number; reverse: boolean; colour: string}[];
}

interface ChartFigure extends FigureText {
  kind: 'chart';
  data: PlotTrace[];
  /** whether all of it is painted on screen, which is quicker; Plotly then draws its export alone */
  painted?: boolean;
  layout: Layout;
  overlay: OverlayPlan;
  hitTest?(x: number, y: number, axis: string): Hit | null;
}

interface EquationLine {
  signal: Pick<LetteredSignal, 'name' | 'letter' | 'role' | 'kind'>;
  signalName: string;
  step: number;
  unit: number;
  forced: string;
  formula: string;
  /** the same, cut where its letters are */
  runs: {text: string; letter: string | null}[];
  value: string;
  says: string;
  unitTitle: string;
  numbers: string;
}

interface EquationsFigure extends FigureText {
  kind: 'equations';
  lines: EquationLine[];
}

interface Bar {
  title: string;
  probability: number;
  value: string;
  strong?: boolean;
  colour?: string;
}

interface BarsFigure extends FigureText {
  kind: 'bars';
  lines: Bar[];
}

interface TableFigure extends FigureText {
  kind: 'table';
  head: string[];
  lines: {cells: string[]; colour?: string; letter?: string; here?: boolean}[];
}

interface CodeFigure extends FigureText {
  kind: 'code';
  lines: {title: string; text: string}[];
  copy: string;
  copied: string;
}

interface ShadedToken {
  token: string;
  /** from 0 to 1 */
  share: number;
  tip: string;
  here: boolean;
  colour?: string;
}

interface TextFigure extends FigureText {
  kind: 'text';
  lines: {title: string; colour: string; close?: boolean; words: ShadedToken[]}[];
}

/** A part of a drawing that comes with a beat of the step, counted from 0; without one it is always there. */
interface Timed {
  beat?: number;
  /** the signal, or the sign, that it shows: lit while its note is read */
  part?: string;
}

/** A vector as a column of lines, one a unit; `signal` where it is one that can be forced. */
interface DiagramStrip extends Timed {
  left: number;
  top: number;
  width: number;
  height: number;
  bitmap: Bitmap;
  colour: string;
  name: string;
  signal: string | null;
}

interface DiagramBox extends Timed {
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  colour: string;
}

interface DiagramWire extends Timed {
  path: string;
  width: number;
  colour: string;
  arrow: boolean;
}

interface DiagramCircle extends Timed {
  x: number;
  y: number;
  radius: number;
  colour: string;
  text: string;
  letter?: string;
}

/** Lies across a wire; `opening` from 0, closed, to 1, `ghost` where it would stand if nothing were forced. */
interface DiagramValve extends Timed {
  x: number;
  y: number;
  length: number;
  upright: boolean;
  opening: number;
  ghost: number | null;
  colour: string;
  /** what is forced by dragging it; null where that is no signal */
  signal: string | null;
  /** the unit that is forced; null for all */
  unit: number | null;
}

interface DiagramLabel extends Timed {
  x: number;
  y: number;
  text: string;
  size: number;
  colour: string;
  anchor: string;
  pill: boolean;
  /** what its note is about: a signal, or a sign; without one it has none */
  letter?: string;
}

/** A drawing of boxes and wires, in pixels from its upper left corner. */
interface DiagramFigure extends FigureText {
  kind: 'diagram';
  width: number;
  height: number;
  /** whether it is wider than the card */
  scrolls: boolean;
  bands: DiagramBox[];
  /** what lies over the strips, as the unit that was chosen */
  marks: DiagramBox[];
  wires: DiagramWire[];
  strips: DiagramStrip[];
  circles: DiagramCircle[];
  valves: DiagramValve[];
  labels: DiagramLabel[];
  /** what happens in a step, in order: each a name and a sentence */
  beats: {title: string; sentence: string}[];
  step: number;
  /** the units of a strip, the first at the top */
  units: number[];
  /** one unit's equations with its numbers in them */
  numbers: string[];
}

type Figure =
  | DiagramFigure
  | ChartFigure
  | EquationsFigure
  | BarsFigure
  | TableFigure
  | CodeFigure
  | TextFigure;
