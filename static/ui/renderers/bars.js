// Draws probabilities as bars.

import {hueOf, surface} from '../../core/colours.js';
import {make, makeButton, setStyle} from '../elements.js';

/**
 * Draw bars into a card; where the figure has a `step`, what it shows is a button that leads there.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<BarsFigure>}
 */
export function createBars({body, shows}, on) {
  return {
    draw(figure, {theme}) {
      if (figure.step !== undefined) {
        const go = makeButton('', () => on.pick({step: figure.step}), {class: 'plain'});
        go.append(...emphasise(figure.shows));
        shows.replaceChildren(go, figure.most ? make('strong', {}, ` ${figure.most}`) : '');
      }
      const bars = figure.lines.map(({title, value, probability, strong, signal}) => {
        const fill = make('span', {class: 'fill'});
        setStyle(fill, {
          transform: `scaleX(${probability})`,
          background: signal ? hueOf(signal, theme) : surface(theme).ink,
        });
        return make(
          'li',
          {class: strong ? 'strong' : ''},
          make('span', {class: 'name'}, title),
          make('span', {class: 'track'}, fill),
          make('b', {}, value),
        );
      });
      body.replaceChildren(
        bars.length
          ? make('ul', {class: 'bars'}, ...bars)
          : make('p', {class: 'waiting'}, figure.waiting ?? ''),
      );
    },
  };
}

/**
 * Tokens in quotation marks stand out.
 * @param {string} sentence
 */
function emphasise(sentence) {
  return sentence.split(/(“[^”]*”)/).map((part, k) => (k % 2 ? make('b', {}, part) : part));
}
