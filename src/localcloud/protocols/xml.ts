/** An XML document as nested arrays: `['Error', ['Code', 'NoSuchKey'], ['Key', 'a&b']]`. Text is escaped. */
export type XmlNode = readonly [name: string, ...content: XmlContent[]];
export type XmlContent = XmlNode | string | number | boolean | Date | undefined;

export function writeXml(root: XmlNode, xmlNamespace?: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeNode(root, xmlNamespace)}`;
}

function writeNode(node: XmlNode, xmlNamespace?: string): string {
  const [name, ...content] = node;
  const attributes = xmlNamespace === undefined ? '' : ` xmlns="${escapeXml(xmlNamespace)}"`;
  return `<${name}${attributes}>${content.map(writeContent).join('')}</${name}>`;
}

function writeContent(content: XmlContent): string {
  if (content === undefined) return '';
  if (isNode(content)) return writeNode(content);
  return escapeXml(content instanceof Date ? content.toISOString() : String(content));
}

function isNode(content: XmlContent): content is XmlNode {
  return Array.isArray(content);
}

/** Characters that XML 1.0 cannot hold at all become the replacement character: a document must stay readable. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"]|\p{Cc}|[\uFFFE\uFFFF]/gu, (character) => escapes[character] ?? '\uFFFD');
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '\t',
  '\n': '\n',
  '\r': '&#xD;',
};
