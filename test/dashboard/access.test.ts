import { describe, expect, it } from 'vitest';
import { type Access, cookieFor, refusalOf } from '../../src/dashboard/server/access.ts';

const loopback: Access = { own: { port: 8_089 }, token: null };
const shared: Access = { own: { port: 8_089, hosts: ['bench.example'] }, token: 'a-key-nobody-guesses' };
const here = { host: '127.0.0.1:8089' };

describe('the live page', () => {
  it('is open to this machine, and to nobody who calls it by another name', () => {
    expect(refusalOf(here, loopback)).toBeNull();
    expect(refusalOf({ host: 'evil.example:8089' }, loopback)).toMatchObject({ status: 403 });
  });

  it('refuses the pages of others', () => {
    for (const headers of [
      { ...here, origin: 'http://evil.example' },
      { ...here, origin: 'null' },
      { ...here, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect(refusalOf(headers, loopback)).toMatchObject({ status: 403 });
    }
  });

  it('wants its key where other machines reach it', () => {
    const there = { host: 'bench.example:8089' };
    expect(refusalOf(there, shared)).toMatchObject({ status: 401 });
    expect(refusalOf({ ...there, cookie: 'mlbench-live=wrong' }, shared)).toMatchObject({ status: 401 });
    expect(refusalOf({ ...there, cookie: 'a=b; mlbench-live=a-key-nobody-guesses' }, shared)).toBeNull();
  });

  it('gives a cookie that no script reads for the right key alone', () => {
    expect(cookieFor('wrong', shared)).toBeNull();
    expect(cookieFor('', loopback)).toBeNull();
    expect(cookieFor('a-key-nobody-guesses', shared)).toMatch(/HttpOnly; SameSite=Strict/);
  });
});
