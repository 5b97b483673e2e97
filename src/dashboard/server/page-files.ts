import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-paths.ts';

export interface PageFile {
  type: string;
  bytes: Buffer;
}

/** The page's own files, built into `dist/dashboard/`: it needs nothing from anywhere else. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const read = (name: string) => readFileSync(join(packageRoot, 'dist', 'dashboard', name));
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', bytes: read('index.html') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', bytes: read('page.js') }],
    ['/style.css', { type: 'text/css; charset=utf-8', bytes: read('style.css') }],
  ]);
}

/** Said with every answer. Nothing inline runs, nothing comes from elsewhere, and nobody frames the page. */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
