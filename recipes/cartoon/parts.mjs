// Eyes, mouths and glasses for the styles that lack some: places in 400ths of a style's drawing, as SVG.

const path = (d, style, fill = 'none', width = style.line) =>
  `<path d="${d}" fill="${fill}" stroke="${style.ink}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const disc = (x, y, rx, ry, fill) => `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`;

const open = ([x, y], style) => disc(x, y, style.eye * 0.72, style.eye, style.ink);
const bow = ([x, y], style, up) => path(`M${x - 1.4 * style.eye} ${y}q${1.4 * style.eye} ${up * 1.9 * style.eye} ${2.8 * style.eye} 0`, style);
const wide = ([x, y], style) =>
  `<ellipse cx="${x}" cy="${y}" rx="${1.6 * style.eye}" ry="${1.9 * style.eye}" fill="#fff" stroke="${style.ink}" stroke-width="${0.7 * style.line}"/>`
  + disc(x, y, 0.75 * style.eye, 0.75 * style.eye, style.ink);

/** A brow over each eye whose inner end is `inner` lower than its outer end. */
function brows({ left, right, ...style }, inner, height) {
  const half = 1.7 * style.eye;
  const brow = ([x, y], sign) => path(`M${x - half} ${y - height - (sign * inner) / 2}L${x + half} ${y - height + (sign * inner) / 2}`, style, 'none', 1.15 * style.line);
  return brow(left, 1) + brow(right, -1);
}

export function eyesOf(kind, style) {
  const { left, right, eye } = style;
  const both = (draw, ...more) => draw(left, style, ...more) + draw(right, style, ...more);
  return {
    open: () => both(open) + brows(style, 0, 2.4 * eye),
    happy: () => both(bow, -1) + brows(style, 0, 2.6 * eye),
    closed: () => both(bow, 1) + brows(style, 0, 2 * eye),
    wink: () => open(left, style) + bow(right, style, -1) + brows(style, 0, 2.4 * eye),
    angry: () => both(open) + brows(style, 1.7 * eye, 1.9 * eye),
    sad: () => both(open) + brows(style, -1.6 * eye, 2.4 * eye),
    wide: () => both(wide) + brows(style, 0, 3.4 * eye),
  }[kind]();
}

export function mouthOf(kind, style) {
  const [x, y] = style.middle;
  const w = style.half;
  return {
    neutral: () => path(`M${x - 0.8 * w} ${y}h${1.6 * w}`, style),
    smile: () => path(`M${x - w} ${y - 0.2 * w}q${w} ${0.95 * w} ${2 * w} 0`, style),
    laugh: () => path(`M${x - w} ${y - 0.35 * w}h${2 * w}q${-0.1 * w} ${1.25 * w} ${-w} ${1.25 * w}q${-0.9 * w} 0 ${-w} ${-1.25 * w}z`, style, '#8d2f3c')
      + `<path d="M${x - 0.85 * w} ${y - 0.3 * w}h${1.7 * w}l${-0.08 * w} ${0.32 * w}h${-1.54 * w}z" fill="#fff"/>`,
    sad: () => path(`M${x - 0.9 * w} ${y + 0.35 * w}q${0.9 * w} ${-0.85 * w} ${1.8 * w} 0`, style),
    surprised: () => `<ellipse cx="${x}" cy="${y + 0.1 * w}" rx="${0.42 * w}" ry="${0.62 * w}" fill="#6d2430" stroke="${style.ink}" stroke-width="${style.line}"/>`,
  }[kind]();
}

export function glassesOf({ left, right, ink, line, lens }) {
  const ring = ([x, y]) => `<circle cx="${x}" cy="${y}" r="${lens}" fill="#fff" fill-opacity="0.18" stroke="${ink}" stroke-width="${line}"/>`;
  return ring(left) + ring(right) + `<path d="M${left[0] + lens} ${left[1]}H${right[0] - lens}" stroke="${ink}" stroke-width="${line}"/>`;
}
