import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says to which port of loopback the `docker` in that folder tells of a push: of the environment it sees next to nothing. */
export function pushTo(folder: string, port: number): void {
  writeFileSync(join(folder, portFile), `${port}\n`);
}

const portFile = 'push-port';

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
    `    read -r port < '${join(folder, portFile)}'`,
    '    exec 3<>"/dev/tcp/127.0.0.1/$port"',
    `    printf 'POST /worlds/push?%s HTTP/1.0\\r\\nContent-Length: 0\\r\\n\\r\\n' "$2" >&3`,
    '    read -r _ status _ <&3',
    '    [ "$status" = 200 ] || { echo "moto did not take $2: $status" >&2; exit 1; } ;;',
    'esac',
  ];
  const program = join(folder, 'docker');
  writeFileSync(program, `${script.join('\n')}\n`);
  chmodSync(program, 0o755);
}
