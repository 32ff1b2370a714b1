// Parts of views that have words of their own.

import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';

const FOLDER = new URL('../../../static/charts/', import.meta.url);
const placesOf = (sentence) => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.js'))) {
  const {words} = await import(new URL(name, FOLDER));
  if (!words) continue;
  test(`${name}: its sentences are there in both languages, with the same places, and each is used`, () => {
    const source = readFileSync(new URL(name, FOLDER), 'utf-8').replace(
      /export const words = [\s\S]*?^};/m,
      '',
    );
    assert.deepEqual(Object.keys(words).sort(), ['en', 'pt-BR']);
    assert.deepEqual(Object.keys(words.en), Object.keys(words['pt-BR']));
    for (const [key, sentence] of Object.entries(words.en)) {
      assert.deepEqual(placesOf(words['pt-BR'][key]), placesOf(sentence), key);
      assert.ok(
        source.includes(`'${key}'`) || new RegExp(`^    ${key}[(:]`, 'm').test(source),
        `${key} is not used`,
      );
    }
    for (const [, key] of source.matchAll(/\bsay\('([^']+)'/g)) assert.ok(key in words.en, key);
  });
}
