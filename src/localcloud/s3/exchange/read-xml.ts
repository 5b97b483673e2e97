import { XMLParser } from 'fast-xml-parser';
import { malformedXml } from '../storage/errors.ts';

/**
 * A request's document as plain data: every leaf is text, the named elements are lists.
 * @throws ServiceError MalformedXML
 */
export function readXml(text: string, lists: readonly string[]): unknown {
  // S3 takes no DTD either: entities of the caller's own could grow without bound.
  if (text.includes('<!DOCTYPE')) throw malformedXml();
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
