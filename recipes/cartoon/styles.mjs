// The six styles: whose they are, how they are framed, and which of their parts show what.
//
// toon-head by Johan Melin, micah by Micah Lanier, adventurer by Lisa Wischofsky, personas by Draftbit and big-smile by
// Ashley Seo are CC BY 4.0; lorelei by Lisa Wischofsky is CC0 1.0. All are drawn by DiceBear (https://www.dicebear.com).
import { adventurer, bigSmile, lorelei, micah, personas, toonHead } from '@dicebear/collection';

export const SKINS = { light: 'f7d7bd', beige: 'e8b994', tan: 'cf9467', brown: 'a5714a', dark: '7a4c32' };
export const HAIR_COLOURS = {
  black: '2c222b', brown: '7a4a2b', blond: 'e6c260', red: 'c2502e', grey: 'b9b9bd', blue: '4f7fd0', pink: 'ee8fb8',
};
export const CLOTHES = {
  red: 'd64545', yellow: 'f2c53d', green: '4fa66a', blue: '3f72c8', purple: '8a5cc0', white: 'f4f4f2', black: '33333b',
};

const variants = (word, ...numbers) => numbers.map((number) => `${word}${String(number).padStart(2, '0')}`);
const one = (values, choice) => [values[Math.floor(choice() * values.length)]];
const hair = (...values) => (choice) => ({ hair: one(values, choice), hairProbability: 100 });
const bald = () => ({ hairProbability: 0 });
const eyes = (kind, brows) => ({ eyes: [kind], ...(brows ? { eyebrows: [brows] } : {}) });
const numbered = (kind, brows) => eyes(...variants('variant', kind, brows));
const mouth = (...kinds) => ({ mouth: kinds });

export const STYLES = {
  toon: {
    maker: toonHead,
    frame: [30, 2, 340],
    ink: '#4a2a22', line: 5, left: [160, 209], right: [240, 209], eye: 13, middle: [200, 268], half: 20, lens: 33,
    always: { beardProbability: 0 },
    hair: {
      short: (choice) => ({ ...hair('sideComed', 'undercut', 'spiky')(choice), rearHairProbability: 0 }),
      long: (choice) => ({
        ...hair('sideComed', 'bun')(choice), rearHairProbability: 100,
        rearHair: one(['longStraight', 'longWavy', 'shoulderHigh'], choice),
      }),
      bald: () => ({ hairProbability: 0, rearHairProbability: 0 }),
    },
    colours: (skin, hairColor, clothes) => ({ skinColor: [skin], hairColor: [hairColor], clothesColor: [clothes] }),
    clothes: true,
    eyes: {
      open: eyes('wide', 'neutral'), happy: eyes('bow', 'happy'), closed: eyes('humble', 'neutral'),
      wink: eyes('wink', 'neutral'), angry: eyes('wide', 'angry'), sad: eyes('wide', 'sad'),
    },
    mouth: {},
    without: { eyes: { eyes: [], eyebrows: [] }, glasses: {} },
  },
  micah: {
    maker: micah,
    frame: [38, 2, 345],
    ink: '#000', line: 5.5, left: [175, 163], right: [247, 153], eye: 12, middle: [222, 238], half: 22,
    always: { facialHairProbability: 0, earringsProbability: 0, mouthColor: ['000000'], eyesColor: ['000000'],
      eyebrowsColor: ['000000'], eyeShadowColor: ['ffffff'] },
    hair: {
      short: hair('fonze', 'mrT', 'dannyPhantom'), long: hair('full', 'pixie'), bald: hair('mrClean'),
    },
    colours: (skin, hairColor, clothes) => ({ baseColor: [skin], hairColor: [hairColor], shirtColor: [clothes] }),
    clothes: true,
    eyes: { open: eyes('eyes', 'up'), happy: eyes('smiling', 'up') },
    mouth: {
      smile: mouth('smile'), laugh: mouth('laughing'), sad: mouth('frown'), surprised: mouth('surprised'),
    },
    glasses: { glassesProbability: 100, glasses: ['round'], glassesColor: ['000000'] },
    without: { eyes: { eyes: [], eyebrows: [] }, glasses: { glassesProbability: 0 } },
  },
  adventurer: {
    maker: adventurer,
    frame: [16, -12, 348],
    ink: '#000', line: 5,
    always: { earringsProbability: 0, featuresProbability: 0 },
    hair: {
      short: hair(...variants('short', 1, 3, 4, 7, 10, 11, 16, 17)),
      long: hair(...variants('long', 1, 2, 5, 7, 9, 19, 21, 23)),
      bald,
    },
    colours: (skin, hairColor) => ({ skinColor: [skin], hairColor: [hairColor] }),
    eyes: {
      open: numbered(26, 10), happy: numbered(19, 10), closed: numbered(20, 10), wink: numbered(21, 10),
      angry: numbered(24, 2), sad: numbered(15, 10), wide: numbered(8, 10),
    },
    mouth: {
      neutral: mouth('variant09'), smile: mouth('variant02'), laugh: mouth('variant27'), sad: mouth('variant14'),
      surprised: mouth('variant18'),
    },
    glasses: { glassesProbability: 100, glasses: ['variant05'] },
    without: { glasses: { glassesProbability: 0 } },
  },
  lorelei: {
    maker: lorelei,
    frame: [28, 25, 350],
    ink: '#000', line: 5, left: [198, 182], right: [268, 178], eye: 13, middle: [238, 250], half: 20,
    always: { beardProbability: 0, earringsProbability: 0, frecklesProbability: 0, hairAccessoriesProbability: 0 },
    hair: {
      short: hair(...variants('variant', 2, 3, 4, 7, 8, 9, 22, 39)),
      long: hair(...variants('variant', 13, 15, 16, 19, 23, 24, 32, 35)),
      bald: hair('variant28'),
    },
    colours: (skin, hairColor) => ({ skinColor: [skin], hairColor: [hairColor] }),
    eyes: {
      open: numbered(24, 10), happy: numbered(22, 10), closed: numbered(19, 3), wink: numbered(18, 10),
      angry: numbered(24, 1), sad: numbered(24, 2), wide: numbered(9, 3),
    },
    mouth: {
      neutral: mouth('happy14'), smile: mouth('happy02'), laugh: mouth('happy05'), sad: mouth('sad05'),
      surprised: mouth('sad02'),
    },
    glasses: { glassesProbability: 100, glasses: ['variant01'] },
    without: { glasses: { glassesProbability: 0 } },
  },
  personas: {
    maker: personas,
    frame: [55, 45, 290],
    ink: '#1b0b47', line: 6, left: [159, 178], right: [240, 178], eye: 10, middle: [200, 262], half: 20, lens: 30,
    always: { facialHairProbability: 0 },
    hair: {
      short: hair('shortCombover', 'curlyHighTop', 'buzzcut', 'curly'),
      long: hair('long', 'bobCut', 'pigtails', 'bobBangs', 'extraLong'),
      bald: hair('bald'),
    },
    colours: (skin, hairColor, clothes) => ({ skinColor: [skin], hairColor: [hairColor], clothingColor: [clothes] }),
    clothes: true,
    eyes: { open: eyes('open'), happy: eyes('happy'), closed: eyes('sleep'), wink: eyes('wink') },
    mouth: {
      smile: mouth('smile'), laugh: mouth('bigSmile'), sad: mouth('frown'), surprised: mouth('surprise'),
    },
    without: { eyes: { eyes: [] }, glasses: {} },
  },
  smile: {
    maker: bigSmile,
    frame: [38, 22, 335],
    ink: '#2e1a17', line: 6, left: [242, 195], right: [303, 192], eye: 12, middle: [283, 256], half: 24,
    always: {},
    hair: {
      short: hair('shortHair', 'mohawk', 'bowlCutHair', 'curlyShortHair', 'shavedHead'),
      long: hair('wavyBob', 'curlyBob', 'straightHair', 'bunHair', 'bangs'),
    },
    colours: (skin, hairColor) => ({ skinColor: [skin], hairColor: [hairColor] }),
    eyes: {
      open: eyes('normal'), wink: eyes('winking'), closed: eyes('sleepy'), sad: eyes('sad'), angry: eyes('angry'),
    },
    mouth: {
      neutral: mouth('unimpressed'), smile: mouth('kawaii'), laugh: mouth('openedSmile'), sad: mouth('openSad'),
    },
    glasses: { accessoriesProbability: 100, accessories: ['glasses'] },
    without: { eyes: { eyes: [] }, glasses: { accessoriesProbability: 0 } },
  },
};
