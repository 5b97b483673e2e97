import { printable, printableLines } from '../../core/printable.ts';
import { newUuid } from '../../core/random.ts';

/**
 * What a terminal obeys is written by us alone. Every control sequence of ours carries numbers that nobody else knows;
 * the one place that writes to a terminal takes them out again, and shows whatever else looks like a sequence as text.
 * So no renderer has to remember that a name, a message or a header came from somebody else.
 */
const seal = [0, 4, 9, 14].map((at) => Number.parseInt(newUuid().slice(at, at + 4), 16) % 10_000).join(';');
const sealedSequence = new RegExp(`\\u001b\\[${seal};([?\\d;]*[A-Za-z])`);

/** @param command what follows CSI: `31m`, `?25l`, `K` */
export function sealed(command: string): string {
  return `\u001b[${seal};${command}`;
}

/** One line of a screen: everything but our own sequences, which stay sealed, is printable. Measure and cut it after. */
export function harmlessLine(text: string): string {
  return eachPart(text, printable, sealed);
}

/** As a terminal may have it. @param text may have several lines */
export function forTerminal(text: string): string {
  return eachPart(text, printableLines, (command) => `\u001b[${command}`);
}

function eachPart(text: string, plain: (part: string) => string, ours: (command: string) => string): string {
  // A split by a group gives what it matched at the odd places.
  return text
    .split(sealedSequence)
    .map((part, index) => (index % 2 === 1 ? ours(part) : plain(part)))
    .join('');
}
