/** A stretch of text in one style. */
export interface StyledPart {
  text: string;
  /** `bold green` */
  classes: string;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const weights: Record<number, string> = { 1: 'bold', 2: 'dim' };

/** What a terminal was told by SGR sequences (ECMA-48 §8.3.117): weights and the eight colours; others are left out. */
export function styledParts(screen: string): StyledPart[] {
  const parts: StyledPart[] = [];
  let style: { weight: string; colour: string } = { weight: '', colour: '' };
  for (const [index, piece] of screen
    .split(new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`))
    .entries()) {
    if (index % 2 === 1) {
      for (const code of piece.split(';').map(Number)) style = after(style, code);
    } else if (piece !== '') {
      parts.push({ text: piece, classes: `${style.weight} ${style.colour}`.trim() });
    }
  }
  return parts;
}

function after(style: { weight: string; colour: string }, code: number) {
  if (code === 0) return { weight: '', colour: '' };
  if (code === 22) return { ...style, weight: '' };
  if (code === 39) return { ...style, colour: '' };
  if (code in weights) return { ...style, weight: weights[code]! };
  const colour = colours[code >= 90 ? code - 90 : code - 30];
  return colour === undefined ? style : { ...style, colour };
}
