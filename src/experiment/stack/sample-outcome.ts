import type { SampleOutcome, SentOutcome } from '../contract/outcomes.ts';
import type { SampleRequest } from '../settings/sample-request.ts';

/** More is nothing to show. */
const mostShownBytes = 65_536;

/** `made from the model's inputs`. */
export function originText(from: SentOutcome['from'], path: string | null): string {
  switch (from) {
    case 'file':
      return `from ${path}`;
    case 'archive':
      return "from the model's archive";
    case 'inputs':
      return "made from the model's inputs";
    case 'given':
      return 'given';
  }
}

/** As text; null: it is too long. */
export function shownBody(bytes: Uint8Array): string | null {
  return bytes.length <= mostShownBytes ? Buffer.from(bytes).toString('utf8') : null;
}

export function sampleOutcome(sample: SampleRequest | null): SampleOutcome | null {
  if (sample === null) return null;
  const { from, path, bytes, problem } = sample;
  return {
    from,
    path: bytes === null ? null : path,
    body: bytes && shownBody(bytes),
    bytes: bytes?.length ?? null,
    problem,
  };
}
