import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../src/core/processes/child-environment.ts';

const all = {
  PATH: '/bin',
  TZ: 'Europe/Berlin',
  LC_ALL: 'C.UTF-8',
  TMPDIR: '/scratch',
  HOME: '/home/user',
  DOCKER_HOST: 'ssh://far',
  XDG_RUNTIME_DIR: '/run/user/1',
  https_proxy: 'http://proxy',
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_PROFILE: 'work',
  NODE_OPTIONS: '--require /tmp/hook.js',
  LD_PRELOAD: '/tmp/hook.so',
  GITHUB_TOKEN: 'ghp',
  MLBENCH_KEY_PASSPHRASE: 'open sesame',
  MLBENCH_BACKEND: 'wasm',
  NPM_TOKEN: undefined,
};

describe("a child's environment", () => {
  it('holds what a program needs, and nothing else', () => {
    expect(childEnvironment('program', all)).toEqual({
      PATH: '/bin',
      TZ: 'Europe/Berlin',
      LC_ALL: 'C.UTF-8',
      TMPDIR: '/scratch',
      MLBENCH_BACKEND: 'wasm',
    });
  });

  it('holds what reaches a container engine, beside that', () => {
    const { HOME, DOCKER_HOST, XDG_RUNTIME_DIR, https_proxy } = all;
    expect(childEnvironment('container-engine', all)).toEqual({
      ...childEnvironment('program', all),
      ...{ HOME, DOCKER_HOST, XDG_RUNTIME_DIR, https_proxy },
    });
  });
});
