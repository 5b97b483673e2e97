import type { Browser } from 'playwright-core';
import { styledParts } from './styled-parts.ts';

/** What a terminal shows, as a picture of it. @param screen with colours as control sequences */
export async function pictureTerminal(browser: Browser, screen: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 600 }, colorScheme: 'dark' });
  await page.setContent(
    `<style>
       body { margin: 0; background: #131518; }
       pre { margin: 0; padding: 20px 24px; color: #e6e8ea; font: 13px/1.35 "DejaVu Sans Mono", monospace; }
       .bold { font-weight: bold; }
       .dim { color: #98a0aa; }
       .red { color: #f28a80; }
       .green { color: #63c69b; }
       .yellow { color: #e0aa4e; }
       .blue { color: #7babf0; }
       .magenta { color: #ab93ea; }
       .cyan { color: #5bb5d1; }
     </style><pre></pre>`,
  );
  await page.locator('pre').evaluate((place, parts) => {
    for (const { text, classes } of parts) {
      const span = place.ownerDocument.createElement('span');
      span.textContent = text;
      span.className = classes;
      place.append(span);
    }
  }, styledParts(screen.trimEnd()));
  await page.locator('pre').screenshot({ path });
  await page.close();
}
