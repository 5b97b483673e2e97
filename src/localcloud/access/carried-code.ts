import type { Caller } from '../service/caller.ts';
import { ServiceError } from '../service/operation.ts';

/**
 * The code that a model would bring onto this machine, in words; undefined: it brings none. The one rule for everything
 * that carries code: whatever will run more than the serving program on data must be named here. Each operation that
 * brings code or starts it asks `requireUser`, and whatever starts it asks again.
 * @param ownImage the serving image that mlbench built; null: instances are processes of the serving program, whatever
 *   the image is called
 */
export function carriedCode(image: string | undefined, ownImage: string | null): string | undefined {
  if (ownImage === null || image === undefined || image === ownImage) return undefined;
  return `the container image ${image}`;
}

/** What code is given to work on may be code itself: it must be the user's, too. */
export function strangersData(url: string): ServiceError {
  return new ServiceError(
    'AccessDeniedException',
    `User is not authorized to perform: s3:GetObject on resource: ${url} because code would run on it, and it was not put there by the user of this stand-in. Put it there again, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as printed by: mlbench local start`,
    403,
  );
}

/**
 * Any user of this machine reaches the stand-in's port: code starts only for the one whose stand-in it is.
 * @param code as `carriedCode` says it
 * @param action as IAM names it: `sagemaker:CreateModel`
 * @throws ServiceError AccessDeniedException
 */
export function requireUser(caller: Caller, code: string | undefined, action: string, arn: string): void {
  if (code === undefined || caller.isUser) return;
  throw new ServiceError(
    'AccessDeniedException',
    `User is not authorized to perform: ${action} on resource: ${arn} because ${code} carries code, which runs only for the user of this stand-in. Export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as printed by: mlbench local start`,
    403,
  );
}
