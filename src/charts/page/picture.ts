import { theme } from './theme.ts';

/** A chart in a picture: what stands on the page above it, and its own drawing. */
export interface PicturedChart {
  title: string;
  lines: readonly { label: string; colour: string }[];
  canvas: HTMLCanvasElement;
}

const headPx = 30;
const gapPx = 14;
const edgePx = 16;

/**
 * The charts under one another in one picture, with a heading, in the colours that the page has now.
 * @returns null where the browser makes none
 */
export async function pictureOf(heading: string, charts: readonly PicturedChart[]): Promise<Blob | null> {
  const scale = devicePixelRatio;
  const widthPx = Math.max(...charts.map(({ canvas }) => canvas.width / scale)) + 2 * edgePx;
  const heightPx = charts.reduce(
    (sum, { canvas }) => sum + headPx + canvas.height / scale + gapPx,
    headPx + edgePx,
  );
  const picture = document.createElement('canvas');
  picture.width = Math.ceil(widthPx * scale);
  picture.height = Math.ceil(heightPx * scale);
  const context = picture.getContext('2d');
  if (context === null) return null;
  context.scale(scale, scale);
  context.fillStyle =
    getComputedStyle(document.documentElement).getPropertyValue('--surface').trim() || '#fff';
  context.fillRect(0, 0, widthPx, heightPx);
  context.textBaseline = 'middle';
  let top = edgePx;
  write(context, heading, edgePx, top + headPx / 2, theme.ink, '600 16px');
  top += headPx;
  for (const { title, lines, canvas } of charts) {
    write(context, title, edgePx, top + headPx / 2, theme.ink, '600 13px');
    let right = widthPx - edgePx;
    for (const { label, colour } of lines.toReversed()) {
      right -= context.measureText(label).width + 26;
      context.fillStyle = colour;
      context.fillRect(right, top + headPx / 2 - 2, 14, 3);
      write(context, label, right + 19, top + headPx / 2, theme.muted, '12px');
    }
    top += headPx;
    context.drawImage(canvas, edgePx, top, canvas.width / scale, canvas.height / scale);
    top += canvas.height / scale + gapPx;
  }
  return new Promise((done) => picture.toBlob(done, 'image/png'));
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  font: string,
): void {
  context.font = `${font} system-ui, sans-serif`;
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
