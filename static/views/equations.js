// Inside one step: the cell's equations with this step's own numbers in them.

const words = {
  en: {
    title: 'Inside this step',
    shows: 'The cell’s equations as it ran them at this word; the number on the right is the mean over all units.',
    shows_back: 'The same equations on the way back (δ is the gradient inside σ or tanh, W_y the readout); the number on the right is the gradient’s length over all units.',
    look: 'The lower line is one unit: the one whose output moved most here, unless you choose another in a map.',
    at: 'step {step}, “{token}”',
    moved: 'unit {unit} moved most here',
    chosen: 'unit {unit}',
    forced: 'forced',
    summary: 'Step {step}, “{token}”: {list}.',
    signal: 'signal', mean: 'mean', one: 'unit {unit}',
  },
  'pt-BR': {
    title: 'Dentro deste passo',
    shows: 'As equações da célula como ela as calculou nesta palavra; o número à direita é a média de todas as unidades.',
    shows_back: 'As mesmas equações no caminho de volta (δ é o gradiente dentro de σ ou tanh, W_y a leitura); o número à direita é o tamanho do gradiente em todas as unidades.',
    look: 'A linha de baixo é uma unidade: a que mais mudou aqui, a não ser que você escolha outra num mapa.',
    at: 'passo {step}, “{token}”',
    moved: 'a unidade {unit} foi a que mais mudou aqui',
    chosen: 'unidade {unit}',
    forced: 'forçado',
    summary: 'Passo {step}, “{token}”: {list}.',
    signal: 'sinal', mean: 'média', one: 'unidade {unit}',
  },
};

function figure(ctx) {
  const {trace, cell, step, row: prefix, unit: chosen} = ctx;
  const back = ctx.direction === 'backward';
  const token = trace.tokens[step];
  const unit = chosen ?? mostMoved(trace.signals[`${prefix}.${cell.output}`], step, ctx.before(step));
  const earlier = ctx.before(step);
  const lines = cell.signals.map((signal) => {
    const name = `${prefix}.${signal.name}`;
    const {values, shape: [, units]} = trace.signals[name];
    const here = values.subarray(step * units, (step + 1) * units);
    const before = earlier in trace.tokens ? values.subarray(earlier * units, (earlier + 1) * units) : new Float64Array(units);
    const mean = average(here);
    const forced = trace.interventions.some((one) => one.signal === name
      && (one.step === null || one.step === step) && (one.unit === null || one.unit === unit));
    return {
      signal, name, step, at: unit, forced: forced ? ctx.say('forced') : '',
      formula: back && signal.backward ? signal.backward : signal.formula,
      value: back ? ctx.power(trace.norms[name].values[step]) : ctx.number(mean),
      says: fill(ctx.text(signal.says), {
        value: ctx.number(mean), percent: ctx.percent(mean), token,
        length: ctx.number(norm(here)), before: ctx.number(norm(before)),
      }),
      unit: ctx.say('chosen', {unit: unit + 1}),
      numbers: forced && !back ? `${signal.name} = ${ctx.number(here[unit])}`
        : substitute(ctx, signal, back && signal.back_numbers ? signal.back_numbers : signal.numbers, prefix, step, unit),
    };
  });
  return {
    kind: 'rows', lines,
    at: `${ctx.rowTitle && `${ctx.rowTitle} · `}${ctx.say('at', {step: step + 1, token})} · ${ctx.say(chosen === null ? 'moved' : 'chosen', {unit: unit + 1})}`,
    shows: ctx.say(back ? 'shows_back' : 'shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {step: step + 1, token,
      list: lines.map((line) => `${ctx.text(line.signal.title)} ${line.value}`).join(', ')}),
    table: () => ({
      head: [ctx.say('signal'), ctx.say('mean'), ctx.say('one', {unit: unit + 1})],
      rows: lines.map((line) => [ctx.text(line.signal.title), line.value,
        ctx.number(trace.signals[line.name].values[step * trace.signals[line.name].shape[1] + unit])]),
    }),
  };
}

function mostMoved({values, shape: [steps, units]}, step, earlier) {
  let [best, size] = [0, -1];
  for (let unit = 0; unit < units; unit += 1) {
    const moved = Math.abs(values[step * units + unit] - (earlier >= 0 && earlier < steps ? values[earlier * units + unit] : 0));
    if (moved > size) [best, size] = [unit, moved];
  }
  return best;
}

// {f} is this step's value, {c-1} that of the step the row read before, {∂c+1} the gradient of the one it
// reads after, {pre} what stood inside the squashing function: the inverse of it at the value that came out.
function substitute(ctx, signal, numbers, prefix, step, unit) {
  const read = (name, t, kind = 'signals') => {
    const found = ctx.trace[kind][`${prefix}.${name}`];
    return t < 0 || t >= found.shape[0] ? 0 : found.values[t * found.shape[1] + unit];
  };
  return numbers.replace(/\{(∂?)(\w+?)([-+]1)?\}/g, (found, gradient, name, moved, place, whole) => {
    if (name === 'pre') {
      const value = read(signal.name, step);
      return ctx.number(signal.low === 0 ? Math.log(value / (1 - value)) : Math.atanh(value));
    }
    // A negative factor or summand stands in brackets.
    const inside = /[·+−]\s$/.test(whole.slice(0, place)) || /^\s[·+]/.test(whole.slice(place + found.length));
    const at = moved === '-1' ? ctx.before(step) : moved ? ctx.after(step) : step;
    if (!gradient) return ctx.number(read(name, at), inside);
    const value = read(name, at, 'gradients');
    return inside && value < 0 ? `(${ctx.power(value)})` : ctx.power(value);
  });
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function average(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function norm(values) {
  return Math.sqrt(values.reduce((a, b) => a + b * b, 0));
}

export default {id: 'equations', place: 'right', order: 0, follows: true, words, applies: () => true,
  figure};
