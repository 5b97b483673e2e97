import { readNumber } from '../units.ts';

/** How a number that is written in another way is written here: `1_000`, `1,000` and `1k` are 1000. */
export function respellNumber(text: string): string | undefined {
  const plain = asciiDigits(text.trim());
  for (const respell of respellings) {
    const value = respell(plain);
    if (value !== undefined && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

const multiples: Record<string, number> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

const respellings: readonly ((text: string) => number | undefined)[] = [
  readNumber,
  // Groups of three, by any of the marks that part them.
  (text) =>
    /^[+-]?\d{1,3}([_,'’.\s])\d{3}(\1\d{3})*$/.test(text)
      ? readNumber(text.replace(/[_,'’.\s]/g, ''))
      : undefined,
  (text) => (/^[+-]?\d{1,3}(,\d{3})+\.\d+$/.test(text) ? readNumber(text.replaceAll(',', '')) : undefined),
  (text) => (/^[+-]?\d[\d_]*(\.\d+)?$/.test(text) ? readNumber(text.replaceAll('_', '')) : undefined),
  // A comma before fractions.
  (text) => (/^[+-]?\d+,\d+$/.test(text) ? readNumber(text.replace(',', '.')) : undefined),
  (text) => {
    const [, digits = '', letter = ''] = /^(.*\d)\s?([kKMG])$/.exec(text) ?? [];
    const value = readNumber(digits);
    return value === undefined ? undefined : value * (multiples[letter] ?? Number.NaN);
  },
  (text) => (/^0(x[\da-f]+|o[0-7]+|b[01]+)$/i.test(text) ? Number(text) : undefined),
];

/** Digits of other scripts, `١` and `１`, as 0 to 9. */
function asciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) as number;
    let zero = code;
    // Each script has its ten in a row.
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String(code - zero);
  });
}
