import { XMLParser } from 'fast-xml-parser';
import { malformedXml } from '../storage/errors.ts';

/**
 * A request's document as plain data: every leaf is text, the named elements are lists.
 * @throws ServiceError MalformedXML
 */
export function readXml(text: string, lists: readonly string[]): unknown {
  // S3 takes no DTD either: entities of the caller's own could grow without bound.
  if (text.includes('<!DOCTYPE') || tagsOf(text) > mostTags) throw malformedXml();
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    removeNSPrefix: true,
    parseTagValue: false,
    // A key may begin or end with a space. Space between elements becomes a `#text` that no schema reads.
    trimValues: false,
    // Without this, `&#xA;` (a line break in a key, as boto3 writes it) would stay as it is.
    htmlEntities: true,
    isArray: (name) => lists.includes(name),
  });
  try {
    return parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
}

/** Ten thousand parts with all that S3 takes of each, and some. */
const mostTags = 250_000;

/** Counted before anything is made of them: megabytes of `<a/>` would become a gigabyte of objects. */
function tagsOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) count += 1;
  return count;
}
