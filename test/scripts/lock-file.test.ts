import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Locked {
  version?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
);

describe('the lock file', () => {
  // npm leaves out of the lock what a registry would not give it, here other platforms' binaries; `npm ci` then refuses
  // the whole lock, wherever the registry still does not have them, and installs nothing where it does.
  test('names every platform’s optional packages, so that npm ci accepts it on each of them', () => {
    const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter(
          (name) => !placesSeenFrom(place).some((folder) => `${folder}node_modules/${name}` in lock.packages),
        )
        .map((name) => `${name}, wanted by ${place}`),
    );
    expect(missing).toEqual([]);
  });

  test('gives each package one version and names no registry’s host', () => {
    for (const [place, { version, resolved, link }] of Object.entries(lock.packages)) {
      if (!link) expect(version, place).toMatch(/^\d/);
      expect(resolved ?? '', place).not.toMatch(/^https?:/);
    }
  });
});

/** The folders, ending in `/`, whose node_modules Node searches from `place`, nearest first. */
function placesSeenFrom(place: string): string[] {
  const parts = place === '' ? [] : place.split('/node_modules/');
  const nested = parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`);
  return [...nested, ''];
}
