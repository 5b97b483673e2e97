import type { Browser } from 'playwright-core';

const mostLines = 34;

/** The end of what a terminal shows, as a picture of a window with it. @param text without control sequences */
export async function pictureTerminal(browser: Browser, text: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 600 }, colorScheme: 'dark' });
  await page.setContent(
    `<style>
       body { margin: 0; background: #131518; }
       pre { margin: 0; padding: 20px 24px; color: #e6e8ea; font: 13px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
     </style><pre></pre>`,
  );
  const shown = text.trimEnd().split('\n').slice(-mostLines).join('\n');
  await page.locator('pre').evaluate((place, words) => {
    place.textContent = words;
  }, shown);
  await page.locator('pre').screenshot({ path });
  await page.close();
}
