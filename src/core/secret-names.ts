/**
 * Whether what stands beside a name is a secret, by the name alone, however it is written: `X-Api-Key`, `apiKey` and
 * `api_key` are one.
 */

/** Of a member of JSON, an element of XML, a field of a form, a variable. */
export function isSecretMember(name: string): boolean {
  const plain = plainly(name);
  if (harmless.has(plain) || /(error|exception|failure|arn|count|type|name)$/.test(plain)) return false;
  return secretPart.test(plain) || secretWhole.test(plain) || tokenOf(plain);
}

/** Of headers the last word alone says it: `x-functions-key` is no tag of somebody's bucket. */
export function isSecretHeader(name: string): boolean {
  return isSecretMember(name) || isKey(name);
}

/** Of a URL's query. */
export function isSecretParameter(name: string): boolean {
  return isSecretMember(name) || isKey(name);
}

function isKey(name: string): boolean {
  return /key$/.test(plainly(name));
}

function plainly(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Pages of a list and counts of a language model's tokens are none. */
function tokenOf(plain: string): boolean {
  if (/(access|auth|refresh|security|session|identity|id|api|bearer|csrf|xsrf)tokens?/.test(plain))
    return true;
  return (
    /token(?!s|iz|count|usage|limit|budget)/.test(plain) &&
    !/(next|continuation|pagination|page|forward|backward)token$/.test(plain)
  );
}

const secretPart =
  /secret|passw|passphrase|credential|authoriz|signature|cookie|bearer|jwt|sessionid|(api|access|private|signing|encryption|subscription|functions|master|session|account|shared)keys?(id)?(?!s)|csrf|xsrf/;
const secretWhole = /^(auth|.*auth|pwd|pass|sig|sas|otp|pin)$/;
/** AWS's names that only look like it. */
const harmless = new Set([
  'clienttoken',
  'clientrequesttoken',
  'signatureversion',
  'signedheaders',
  'xamzsignedheaders',
  'xamzalgorithm',
  'authorizationtype',
  'nexttoken',
  'continuationtoken',
  'nextcontinuationtoken',
]);
