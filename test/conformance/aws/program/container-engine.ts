import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the `docker` of the tests tells of a push: `MOTO_PORT`, on loopback. */
export const pushPort = 'MOTO_PORT';

/**
 * Puts a `docker` into the folder that builds nothing, and tells ECR of the image that it is to push: the registry behind
 * moto's ECR takes no layers. A real engine, registry and image have tests of their own in test/container/.
 */
export function installContainerEngine(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const script = [
    // For /dev/tcp: a program that speaks HTTP would take longer to start than all the rest.
    '#!/usr/bin/env bash',
    'case "$1" in',
    '  --version) echo "Docker version 28.2.2, build e6534b4" ;;',
    // The password, as the real one reads it.
    '  login) while read -r _; do :; done ;;',
    '  push)',
    `    exec 3<>"/dev/tcp/127.0.0.1/$${pushPort}"`,
    `    printf 'POST /worlds/push?%s HTTP/1.0\\r\\nContent-Length: 0\\r\\n\\r\\n' "$2" >&3`,
    '    read -r _ status _ <&3',
    '    [ "$status" = 200 ] || { echo "moto did not take $2: $status" >&2; exit 1; } ;;',
    'esac',
  ];
  const program = join(folder, 'docker');
  writeFileSync(program, `${script.join('\n')}\n`);
  chmodSync(program, 0o755);
}
