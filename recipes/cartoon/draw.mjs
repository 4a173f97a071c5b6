// Draws labelled cartoon characters, 128×128 pixels with transparency, and the table of what each one shows.
//
//     npm install && node draw.mjs FOLDER [COUNT [FIRST]]
//
// Faces, hair and clothes are DiceBear's, in six styles; see `styles.mjs` for their makers and licences. Eyes and mouths
// that a style lacks are drawn here. Number n shows the same character every time.
import { createAvatar } from '@dicebear/core';
import { Resvg } from '@resvg/resvg-js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eyesOf, glassesOf, mouthOf } from './parts.mjs';
import { CLOTHES, HAIR_COLOURS, SKINS, STYLES } from './styles.mjs';

const SIZE = 128;
const GRID = 400; // Places and widths in `styles.mjs` are given in 400ths of a style's own drawing.
const MOUTHS = ['neutral', 'smile', 'laugh', 'sad', 'surprised'];
const EYES = ['open', 'happy', 'closed', 'wink', 'angry', 'sad', 'wide'];
// How often what a person would see on a face is drawn; the rest are any eyes with any mouth.
const EXPRESSIONS = [['open', 'neutral'], ['open', 'smile'], ['happy', 'laugh'], ['sad', 'sad'], ['angry', 'sad'],
  ['wide', 'surprised'], ['wink', 'smile'], ['closed', 'neutral']];
const EXPRESSIVE = 0.4;
const BALD = 0.1;

/** Mulberry32: numbers in [0, 1) that depend on the seed alone. */
function numbers(seed) {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One character's labels. */
function character(number) {
  const next = numbers(number);
  const among = (values) => values[Math.floor(next() * values.length)];
  const style = Object.keys(STYLES)[number % Object.keys(STYLES).length];
  const drawn = STYLES[style];
  const [eyes, mouth] = next() < EXPRESSIVE ? among(EXPRESSIONS) : [among(EYES), among(MOUTHS)];
  const hair = drawn.hair.bald && next() < BALD ? 'bald' : among(['short', 'long']);
  return {
    style, mouth, eyes, hair,
    'hair-colour': among(Object.keys(HAIR_COLOURS)),
    skin: among(Object.keys(SKINS)),
    glasses: next() < 0.25 ? 'yes' : 'no',
    clothes: drawn.clothes ? among(Object.keys(CLOTHES)) : '',
    choice: next,
  };
}

/** The drawing of a character, as SVG. */
function draw(labels, number) {
  const style = STYLES[labels.style];
  const own = { eyes: !style.eyes[labels.eyes], mouth: !style.mouth[labels.mouth] };
  const options = {
    seed: `character ${number}`,
    ...style.always,
    ...style.hair[labels.hair](labels.choice),
    ...style.colours(SKINS[labels.skin], HAIR_COLOURS[labels['hair-colour']], CLOTHES[labels.clothes]),
    ...(own.eyes ? style.without.eyes : style.eyes[labels.eyes]),
    ...(own.mouth ? { mouth: [] } : style.mouth[labels.mouth]),
    ...(labels.glasses === 'yes' ? style.glasses : style.without.glasses),
  };
  const svg = createAvatar(style.maker, options).toString();
  const side = Number(svg.match(/viewBox="0 0 (\d+)/)[1]);
  const extra = (own.eyes ? eyesOf(labels.eyes, style) : '') + (own.mouth ? mouthOf(labels.mouth, style) : '')
    + (labels.glasses === 'yes' && !style.glasses ? glassesOf(style) : '');
  const [x, y, width] = style.frame.map((value) => (value * side) / GRID);
  return svg
    .replace(/viewBox="[^"]*"/, `viewBox="${x} ${y} ${width} ${width}"`)
    .replace(/<\/svg>\s*$/, `<g transform="scale(${side / GRID})">${extra}</g></svg>`);
}

const [folder, count = '24000', first = '0'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node draw.mjs FOLDER [COUNT [FIRST]]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const columns = ['style', 'mouth', 'eyes', 'hair', 'hair-colour', 'skin', 'glasses', 'clothes'];
const table = [['file', ...columns].join(',')];
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  const labels = character(number);
  const file = `${String(number).padStart(5, '0')}.png`;
  const picture = new Resvg(draw(labels, number), { fitTo: { mode: 'width', value: SIZE }, font: { loadSystemFonts: false } }).render();
  writeFileSync(join(folder, file), picture.asPng());
  if (labels.hair === 'bald') labels['hair-colour'] = '';
  table.push([file, ...columns.map((column) => labels[column])].join(','));
}
writeFileSync(join(folder, 'labels.csv'), `${table.join('\n')}\n`);
