import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Puts a `docker` into the folder that builds nothing, and tells ECR of the image that it is to push: the registry behind
 * moto's ECR takes no layers. A real engine, registry and image have tests of their own in test/container/.
 * @param motoUrl where it tells
 */
export function installContainerEngine(folder: string, motoUrl: string): void {
  mkdirSync(folder, { recursive: true });
  const push = fileURLToPath(new URL('push-image.ts', import.meta.url));
  const script = [
    '#!/bin/sh',
    'case "$1" in',
    '  --version) echo "Docker version 28.2.2, build e6534b4" ;;',
    // The password, as the real one reads it.
    '  login) cat > /dev/null ;;',
    `  push) exec '${process.execPath}' '${push}' '${motoUrl}' "$2" ;;`,
    'esac',
  ];
  const program = join(folder, 'docker');
  writeFileSync(program, `${script.join('\n')}\n`);
  chmodSync(program, 0o755);
}
