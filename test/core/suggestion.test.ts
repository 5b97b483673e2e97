import { expect, it } from 'vitest';
import { nearest } from '../../src/core/suggestion.ts';

const verbs = ['run', 'up', 'load', 'watch-scaling', 'down', 'status'];

it.each([
  ['lod', 'load'],
  ['laod', 'load'],
  ['LOAD', 'load'],
  ['watch-scalling', 'watch-scaling'],
  ['statsu', 'status'],
  ['simulate', undefined],
  ['x', undefined],
  ['', undefined],
])('%j was most likely meant to be %j', (text, expected) => {
  expect(nearest(text, verbs)).toBe(expected);
});
