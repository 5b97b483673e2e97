import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishImage } from '../../src/image/publish-image.ts';
import type { ServingImage } from '../../src/image/serving-image.ts';
import { type FakeEngines, fakeEngines } from './fake-container-engines.ts';

let engines: FakeEngines;
beforeEach(() => {
  engines = fakeEngines();
});
afterEach(() => engines.remove());

const image: ServingImage = {
  platform: 'linux/amd64',
  baseImage: 'base:1',
  contentHash: 'abc',
  files: [{ path: 'Dockerfile', content: { text: 'FROM x' }, executable: false }],
};
const reference = 'registry.example:5000/serving:abc';
const login = { server: 'registry.example:5000', username: 'AWS', password: 'not-to-be-seen' };

/** Notes each call; `failing` is the verb that fails, with what it says. */
function installDocker(failing = '', words = ''): void {
  engines.install(
    'docker',
    `echo "$@" >> $FOLDER/calls
case "$1" in
  --version) echo 'Docker version 20.10.24';;
  buildx) exit 1;;
  login) cat > $FOLDER/password; echo "$DOCKER_CONFIG" > $FOLDER/login-config; echo '{"auths":{}}' > $DOCKER_CONFIG/config.json;;
  build) for last; do :; done; cat $last/Dockerfile > $FOLDER/built;;
  push) echo "$DOCKER_CONFIG" > $FOLDER/push-config;;
esac
if [ "$1" = '${failing}' ]; then echo '${words}' >&2; exit 1; fi
exit 0`,
  );
}

const publish = (progress: (doing: string) => void = () => {}) =>
  publishImage(image, reference, login, {
    ...engines.around,
    scratchFolder: join(engines.folder, 'scratch'),
    progress,
  });
const verbs = () => engines.calls().map((call) => call.split(' ')[0]);
const read = (name: string) => readFileSync(join(engines.folder, name), 'utf8').trim();

describe('publishing an image', () => {
  it('logs in, builds and pushes, and leaves neither the login, nor the context, nor the local name', async () => {
    installDocker();
    const doings: string[] = [];
    await publish((doing) => doings.push(doing));
    expect(verbs()).toEqual(['--version', 'info', 'login', 'buildx', 'build', 'push', 'rmi']);
    expect(engines.calls().at(-1)).toBe(`rmi ${reference}`);
    expect(read('built')).toBe('FROM x');
    expect(new Set(doings)).toEqual(new Set(['building with docker', 'pushing to registry.example:5000']));
    expect(readdirSync(join(engines.folder, 'scratch'))).toEqual([]);
  });

  it('hands the password over on standard input, into a configuration of its own', async () => {
    installDocker();
    await publish();
    expect(read('password')).toBe('not-to-be-seen');
    expect(engines.calls().join('\n')).not.toContain('not-to-be-seen');
    expect(read('login-config')).toContain(join(engines.folder, 'scratch', '.login.'));
    expect(read('push-config')).toBe(read('login-config'));
    expect(existsSync(join(engines.folder, '.docker'))).toBe(false);
  });

  it.each([
    ['login', 'unauthorized: HTTP 401', 'image-login-failed', /^docker login registry\.example:5000 failed/],
    [
      'build',
      'pull access denied for base',
      'base-image',
      /the base image base:1 cannot be had: pull access denied/,
    ],
    [
      'build',
      'DEPRECATED: old\nBuildKit is currently disabled; enable it\n    environment-variable.\nSending build context to Docker daemon  46MB\nno such host',
      'base-image',
      /cannot be had: no such host$/,
    ],
    ['build', 'COPY failed: no space left on device', 'image-build-failed', /no space left on device/],
    ['push', 'received unexpected HTTP status: 503', 'image-push-failed', /unexpected HTTP status: 503/],
  ])('tells of a failed %s in the container engine’s words: %s', async (verb, words, code, message) => {
    installDocker(verb, words);
    const error = await publish().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'MlbenchError', code, message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('not-to-be-seen');
    expect(readdirSync(join(engines.folder, 'scratch'))).toEqual([]);
    if (verb !== 'login') expect(engines.calls().at(-1)).toBe(`rmi ${reference}`);
  });

  it('leaves nothing after a Ctrl-C between build and push', async () => {
    installDocker();
    const reason = new Error('interrupted');
    const publishing = publish((doing) => {
      if (doing.startsWith('pushing')) engines.around.abort(reason);
    });
    await expect(publishing).rejects.toBe(reason);
    expect(verbs()).not.toContain('push');
    expect(engines.calls().at(-1)).toBe(`rmi ${reference}`);
    expect(readdirSync(join(engines.folder, 'scratch'))).toEqual([]);
  });
});
