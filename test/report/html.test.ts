import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedJson, html } from '../../src/report/html.ts';

describe('a template', () => {
  it('writes lists, numbers and markup of its own, and nothing for nothing', () => {
    const items = ['a', 'b'].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.markup).toBe(
      '<ul><li>a</li><li>b</li>0</ul>',
    );
  });

  it('never lets a string become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"'`]/);
        expect(markup.replace(/&#\d+;/g, '')).not.toContain('&');
      }),
    );
  });

  it('takes away what could turn text around or hide in it', () => {
    expect(html`${'a\u202eb\u0000c\nd'}`.markup).toBe('a\ufffdb\ufffdc\nd');
  });
});

describe('embedded JSON', () => {
  it('cannot end its element, and reads back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('</script>', '<!--', ']]>', '\u2028'), (value, bad) => {
        const { markup } = embedJson([value, bad]);
        expect(markup).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify([value, bad])));
      }),
    );
  });
});
