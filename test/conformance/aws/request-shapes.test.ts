import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensurePythonEnvironment } from '../../setup/python-environment.ts';

test('the checker of requests finds what it should', () => {
  const { python } = ensurePythonEnvironment();
  const script = fileURLToPath(new URL('world/request_shapes_check.py', import.meta.url));
  const { status, stderr } = spawnSync(python, ['-B', script], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});
