import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brandStyle, contrast, readColor } from '../../src/pages/brand-style.ts';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const rgb = (text: string | undefined) => readColor(text ?? '') ?? expect.fail(`${text} is no color`);

it('whatever color an operator chooses can be read, as text on the page and under the text of a button, in both schemes', () => {
  fc.assert(
    fc.property(color, (chosen) => {
      const found = [...(brandStyle(chosen) ?? '').matchAll(/--accent:(#\w{6});--on-accent:(#\w{6})/g)];
      expect(found).toHaveLength(2);
      for (const [place, [, accent, onAccent]] of found.entries()) {
        expect(contrast(rgb(accent), rgb(place === 0 ? '#ffffff' : '#181f27'))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(accent), rgb(onAccent))).toBeGreaterThanOrEqual(4.5);
      }
    }),
  );
});

it('a color that can be read stays as it is', () => {
  expect(brandStyle('#1b5a94')).toMatch(/^:root\{--accent:#1b5a94;--on-accent:#ffffff\}/);
});

it.each(['', 'red', '#fff', '#1b5a94;}body{display:none', '#1b5a9g', ' #1b5a94'])('%j is no color', (text) => {
  expect(brandStyle(text)).toBeNull();
});
