// Draws texts whose tokens are shaded.

import {make} from '../elements.js';

/**
 * Draw texts into a card; `close` ones are written without spaces between their tokens.
 * @param {Card} card
 * @returns {Renderer<TextFigure>}
 */
export function createText({body}) {
  return {
    draw({lines}) {
      body.replaceChildren(
        ...lines.map(({title, colour, close, words}) =>
          make(
            'div',
            {class: `shaded${close ? ' close-set' : ''}`},
            title ? make('h3', {}, title) : '',
            make(
              'p',
              {},
              ...words.flatMap(({token, share, tip, here, colour: own}) => {
                const word = make('span', {class: here ? 'here' : '', title: tip}, token);
                word.style.setProperty('--hue', own ?? colour);
                word.style.setProperty('--share', `${Math.round(share * 100)}%`);
                return close ? [word] : [word, ' '];
              }),
            ),
          ),
        ),
      );
    },
  };
}
