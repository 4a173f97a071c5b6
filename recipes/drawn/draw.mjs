// Draws portraits in the style "Lorelei" by Lisa Wischofsky (CC0 1.0), framed like the pictures of the model `portrait`.
//
//     npm install && node draw.mjs FOLDER [COUNT]
//
// Each picture is 192×256 pixels; number n shows the same person every time.
import { createAvatar } from '@dicebear/core';
import { lorelei } from '@dicebear/collection';
import { Resvg } from '@resvg/resvg-js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const variants = (...numbers) => numbers.map((number) => `variant${String(number).padStart(2, '0')}`);
const upTo = (last, ...without) => variants(...[...Array(last)].map((_, i) => i + 1).filter((n) => !without.includes(n)));

const style = {
  backgroundColor: ['b6c3cf', 'a9b4bd', 'c9c2b8', '9fb0bf', 'cfc9c0'],
  skinColor: ['f6d3ba', 'efc3a0', 'e0a982', 'c98d66', 'a56b46', '7d4e33'],
  hairColor: ['2b1d17', '43291d', '5a3825', '8c5a2b', 'c9a15a', 'b8b8b8', 'e3e0da', '8a2f1b'],
  // Hair that hides an eye, and faces that are more of a joke, are left out.
  hair: upTo(48, 21, 27, 34, 40, 41, 45),
  eyes: variants(2, 4, 6, 8, 10, 11, 12, 14, 20, 21, 23, 24),
  mouth: ['happy01', 'happy02', 'happy03', 'happy04', 'happy05', 'happy06', 'happy15'],
  beardProbability: 12,
  earringsProbability: 15,
  frecklesProbability: 10,
  glassesProbability: 25,
  hairAccessoriesProbability: 0,
};

// The part of the drawing in which the eyes lie at two fifths of the height, a quarter of the width apart.
const frame = 'viewBox="170 48 630 840"';

const [folder, count = '100'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node draw.mjs FOLDER [COUNT]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (let number = 0; number < Number(count); number++) {
  const drawing = createAvatar(lorelei, { ...style, seed: `portrait ${number}`, size: 980 }).toString();
  const framed = drawing.replace(/viewBox="[^"]*"/, frame).replace(/width="980" height="980"/, 'width="192" height="256"');
  const picture = new Resvg(framed, { fitTo: { mode: 'width', value: 192 } }).render();
  writeFileSync(join(folder, `${String(number).padStart(3, '0')}.png`), picture.asPng());
}
