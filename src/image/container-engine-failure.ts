import { cloudError, MlbenchError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { ContainerEngine } from './find-container-engine.ts';
import type { ContainerEngineExit } from './run-container-engine.ts';

/** A build that failed, in the container engine's own last words. */
export function buildFailure(
  { command }: ContainerEngine,
  exit: ContainerEngineExit,
  baseImage: string,
): MlbenchError {
  const words = lastWords(exit);
  if (pullProblems.test(words)) {
    return cloudError(
      'base-image',
      `${command} build: the base image ${baseImage} cannot be had: ${words}`,
      'check the network and the name, or name one that is there with --base-image (Node 22.19 or newer, glibc 2.28)',
    );
  }
  return new MlbenchError({
    code: 'image-build-failed',
    message: `${command} build failed (${howItEnded(exit)}): ${words}`,
    remedy: noSpace.test(words)
      ? `make room: ${command} system df shows what takes it`
      : `see ${command} info, then run the command again`,
    source: 'user',
    exitCode: exitCodes.failed,
  });
}

/** A login or a push that the registry refused. */
export function registryFailure(
  what: 'login' | 'push',
  { command }: ContainerEngine,
  to: string,
  exit: ContainerEngineExit,
): MlbenchError {
  const words = lastWords(exit);
  return cloudError(
    `image-${what}-failed`,
    `${command} ${what} ${to} failed (${howItEnded(exit)}): ${words}`,
    /denied|forbidden|401|403/i.test(words)
      ? 'let an administrator allow ecr:BatchCheckLayerAvailability, InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload and PutImage on the repository'
      : 'check the network and a proxy, then run the command again: layers that are there already are not sent twice',
  );
}

/** What docker's old builder says before it comes to the point. */
const ramblings =
  /^(?:DEPRECATED|Install the buildx|https:\/\/docs\.docker|BuildKit is currently disabled|environment-variable|Sending build context)/;
const shownLines = 6;
const pullProblems =
  /pull access denied|manifest (?:for .* )?(?:unknown|not found)|failed to resolve source metadata|failed to do request|error pulling|initializing source|no such host|net\/http|dial tcp|toomanyrequests|no basic auth|unauthorized|authentication required|short-name/i;
const noSpace = /no space left/i;

function lastWords({ lastLines }: ContainerEngineExit): string {
  const telling = lastLines.filter((line) => !ramblings.test(line.trim()));
  return telling.slice(-shownLines).join(' | ') || 'it said nothing';
}

function howItEnded({ code }: ContainerEngineExit): string {
  return code === null ? 'ended by a signal' : `exit code ${code}`;
}
