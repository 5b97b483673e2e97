/** The little SVG that the card's plots need. Coordinates are pixels; text is escaped. */
export interface Plot {
  width: number;
  height: number;
  /** What a reader who does not see the picture is told. */
  title: string;
  parts: string[];
}

/** Okabe and Ito's palette: told apart with any colour vision. */
export const classColours = ['#0072b2', '#d55e00', '#009e73'] as const;
export const ink = '#1f2933';
const faint = '#d9dee3';
const muted = '#5b6770';

/** White behind it, so that it reads on a dark page too. */
export function renderPlot(plot: Plot): string {
  const { width, height, title } = plot;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...plot.parts,
    '</svg>',
  ].join('\n')}\n`;
}

export interface TextStyle {
  anchor?: 'start' | 'middle' | 'end';
  colour?: string;
  size?: number;
  isBold?: boolean;
  /** Turned a quarter to the left, for the vertical axis. */
  isVertical?: boolean;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', colour = ink, size = 13, isBold = false, isVertical = false } = style;
  const turn = isVertical ? ` transform="rotate(-90 ${at(x)} ${at(y)})"` : '';
  const weight = isBold ? ' font-weight="600"' : '';
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${colour}" font-size="${size}"${weight}${turn}>${escapeXml(content)}</text>`;
}

export function axisLabel(x: number, y: number, content: string, isVertical = false): string {
  return text(x, y, content, { anchor: 'middle', colour: muted, isVertical });
}

export function line(x1: number, y1: number, x2: number, y2: number, colour = faint, width = 1): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}" stroke-width="${width}"/>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" fill="${fill}"/>`;
}

export function circle(x: number, y: number, radius: number, fill: string, stroke = 'none'): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="2"/>`;
}

/** Maps `[low, high]` to pixels. */
export function linearScale(low: number, high: number, from: number, to: number): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
