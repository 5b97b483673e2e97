import { printableLines } from '../../core/printable.ts';

/**
 * One line of a CSV file (RFC 4180, ended by CRLF). Text that a spreadsheet would take for a formula gets an apostrophe
 * in front (https://owasp.org/www-community/attacks/CSV_Injection): error messages come from servers. Lines stay (a
 * traceback has some); what a terminal would obey is written as text.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return String(cell);
  const isFormula = /^[\s]*[=+\-@]|^[\t\r\n]/.test(cell);
  const text = `${isFormula ? "'" : ''}${printableLines(cell.replaceAll('\r\n', '\n'))}`;
  return /[",\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
