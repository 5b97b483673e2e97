/**
 * ` with the profile "work"`, to follow what credentials could not do; empty where none is named. The SDK's own message
 * names no profile, so that a misspelt one looks like missing credentials.
 */
export function profileWords(environment: Record<string, string | undefined> = process.env): string {
  const profile = environment['AWS_PROFILE'];
  return profile ? ` (with the profile "${profile}")` : '';
}
