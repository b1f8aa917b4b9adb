/** The surfaces that the color is read on, as the style sheet has them. */
const surfaces = { light: '#ffffff', dark: '#181f27' } as const;
/** The contrast that text needs (WCAG 2.2 §1.4.3). */
const enough = 4.5;

type Rgb = readonly [number, number, number];

/** Reads a color of six hexadecimal digits after `#`. Null for everything else, so that nothing else reaches a style sheet. */
export function readColor(color: string): Rgb | null {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null;
  const channel = (start: number): number => Number.parseInt(color.slice(start, start + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

const written = (color: Rgb): string => `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

/** Returns the relative luminance of a color (WCAG 2.2, "relative luminance"). */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns the contrast of two colors, between 1 and 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** Returns the color, moved towards another one in steps until it can be read on the surface. */
function readable(color: Rgb, surface: Rgb, towards: Rgb): Rgb {
  for (let step = 0; step < 20; step += 1) {
    // `map` keeps the three channels, which the compiler does not see.
    const moved = color.map((channel, place) => channel + ((towards[place] ?? 0) - channel) * (step / 20)) as unknown as Rgb;
    const rounded = readColor(written(moved)) ?? towards;
    if (contrast(rounded, surface) >= enough) return rounded;
  }
  return towards;
}

const rule = (accent: Rgb): string =>
  `:root{--accent:${written(accent)};--on-accent:${written(contrast(accent, white) >= contrast(accent, black) ? white : black)}}`;

/**
 * Returns the style sheet that gives the pages the color of the operator, in both schemes. A color that could not be read as text is made
 * darker or lighter. Null for a text that is no color.
 */
export function brandStyle(color: string): string | null {
  const read = readColor(color);
  if (read === null) return null;
  const [light, dark] = [readColor(surfaces.light) ?? white, readColor(surfaces.dark) ?? black];
  return `${rule(readable(read, light, black))}\n@media (prefers-color-scheme:dark){${rule(readable(read, dark, white))}}\n`;
}
