import { invalidParameter } from './deps.ts';

/**
 * The part of the filter pattern syntax that the stand-in knows: terms and quoted phrases, all of which a message must
 * contain, upper and lower case told apart. An empty pattern matches everything.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws ServiceError InvalidParameterException for anything else, rather than matching something else than AWS would
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const terms: string[] = [];
  let rest = pattern.trim();
  while (rest !== '') {
    const phrase = /^"((?:[^"\\]|\\.)*)"(?=\s|$)/s.exec(rest);
    const term = phrase ?? /^(\S+)/.exec(rest)!;
    if (!phrase && !/^\w+$/.test(term[1]!)) throw refusal(term[1]!);
    terms.push(phrase ? phrase[1]!.replace(/\\(.)/gs, '$1') : term[1]!);
    rest = rest.slice(term[0].length).trimStart();
  }
  return (message) => terms.every((term) => message.includes(term));
}

function refusal(term: string) {
  return /^[[{?%-]/.test(term)
    ? invalidParameter(`Invalid filter pattern: the stand-in knows terms and quoted phrases, not '${term}'`)
    : invalidParameter(`Invalid character(s) in term '${term}'`);
}
