import { buildAll } from '../../scripts/build.ts';

// Background processes and worker threads always run from dist/, so tests must never meet a stale one.
export default async function build(): Promise<void> {
  await buildAll();
}
