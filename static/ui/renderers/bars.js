// Draws probabilities as bars.

import {surface} from '../../core/colours.js';
import {make, setStyle} from '../elements.js';

/**
 * Draw bars into a card.
 * @param {Card} card
 * @returns {Renderer<BarsFigure>}
 */
export function createBars({body}) {
  return {
    draw(figure, {theme}) {
      const bars = figure.lines.map(({title, value, probability, strong, colour}) => {
        const fill = make('span', {class: 'fill'});
        setStyle(fill, {transform: `scaleX(${probability})`, background: colour ?? surface(theme).ink});
        return make(
          'li',
          {class: strong ? 'strong' : ''},
          make('span', {class: 'name'}, title),
          make('span', {class: 'track'}, fill),
          make('b', {}, value),
        );
      });
      body.replaceChildren(make('ul', {class: 'bars'}, ...bars));
    },
  };
}
