import { userError } from '../../core/errors.ts';
import { hideUserinfo } from '../../core/redact.ts';
import type { Destination } from '../../load/plan/plan.ts';
import { hasTimedStarts, type OfferedLoad } from '../../offered/offered-load.ts';
import type { LoadOptions } from './load-options.ts';

/** What cannot go together in a load, whoever asks for it: each refusal is exit code 2. */

/** Two flags that say the same, and one that says nothing beside, or without, another. */
export function refuseTwins({ url, endpointName, body, dataFile, via, method }: LoadOptions): void {
  if (url !== undefined && endpointName !== undefined) {
    throw userError(
      'contradiction',
      `--url ${hideUserinfo(url)} and --endpoint-name ${endpointName} name two destinations`,
      'keep one of them',
    );
  }
  if (body !== undefined && dataFile !== undefined) {
    throw userError(
      'contradiction',
      `--body and --data ${dataFile} both say what to send`,
      'keep one of them',
    );
  }
  if (url !== undefined && via !== undefined) {
    throw userError('contradiction', `--via ${via} says nothing about --url`, 'leave out --via or --url');
  }
  if (method !== undefined && url === undefined) {
    throw userError(
      'contradiction',
      `--method ${method} has a meaning with --url alone`,
      'add --url, or leave out --method',
    );
  }
}

/** A header takes the place of the one that mlbench makes of a flag. */
export function refuseTwoHeaders({ headers = [], contentType, accept, userAgent }: LoadOptions): void {
  const flags = { 'content-type': contentType, accept, 'user-agent': userAgent };
  for (const [name, given] of Object.entries(flags)) {
    const twin = headers.find(([header]) => header.toLowerCase() === name);
    if (given === undefined || twin === undefined) continue;
    throw userError(
      'contradiction',
      `--${name} ${given} and --header ${twin[0]} say the same twice`,
      'keep one of them',
    );
  }
}

export function refuseTwoAuthorizations(
  { headers = [] }: LoadOptions,
  authorization: string | undefined,
): void {
  const named = headers.some(([name]) => name.toLowerCase() === 'authorization');
  if (authorization === undefined || !named) return;
  throw userError(
    'contradiction',
    'the URL names a user, and --header authorization another',
    'keep one of them',
  );
}

/** A signature is of one host and one path: followed, it would be refused, or shown to somebody else. */
export function refuseSignedRedirects({ kind }: Destination, maxRedirects: number): void {
  if (maxRedirects === 0 || kind !== 'runtime') return;
  throw userError(
    'contradiction',
    `--max-redirects ${maxRedirects} cannot be had of the SageMaker runtime, whose requests are signed for one address`,
    'leave it out, or load a --url or --via api',
  );
}

/** A type without a body. A scenario may have bodies of its own. */
export function refuseIdleType({ contentType, scenarioFile }: LoadOptions): void {
  if (contentType === undefined || scenarioFile !== undefined) return;
  throw userError(
    'contradiction',
    `--content-type ${contentType} says nothing: there is no body`,
    'add --body or --data, or leave --content-type out',
  );
}

/** A limit to what is never measured would be met by every run. */
export function refuseIdleSendLag(mostMs: number | undefined, offered: OfferedLoad): void {
  if (mostMs === undefined || hasTimedStarts(offered)) return;
  throw userError(
    'contradiction',
    `--max-send-lag ${mostMs}ms says nothing: users who do not wait send as soon as they are answered, so no start is timed, and nothing can be late`,
    'leave it out, or have starts timed: --rate N, or --wait pacing:1s',
  );
}
