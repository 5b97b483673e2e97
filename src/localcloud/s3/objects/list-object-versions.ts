import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { listPage, optional } from './object-listing.ts';

/**
 * Buckets here keep no versions: each object has one, which S3 calls `null`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions: S3Operation = {
  name: 'ListObjectVersions',
  matches: route('GET', 'bucket', 'versions'),
  handle(exchange) {
    const { query } = exchange.address;
    const marker = query.get('key-marker') ?? '';
    const listing = listPage(exchange, marker, (object, encode) => [
      'Version',
      ['Key', encode(object.key)],
      ['VersionId', 'null'],
      ['IsLatest', true],
      ['LastModified', object.lastModified],
      ['ETag', `"${object.etag}"`],
      ['Size', object.sizeBytes],
      ['StorageClass', 'STANDARD'],
    ]);
    sendXml(exchange, [
      'ListVersionsResult',
      ['Name', exchange.bucketName],
      ['Prefix', listing.encode(listing.prefix)],
      ['KeyMarker', listing.encode(marker)],
      ['VersionIdMarker', query.get('version-id-marker') ?? ''],
      ['MaxKeys', listing.maxKeys],
      ...optional('Delimiter', listing.delimiter && listing.encode(listing.delimiter)),
      ...optional('EncodingType', query.get('encoding-type') ?? undefined),
      ['IsTruncated', listing.isTruncated],
      ...optional('NextKeyMarker', listing.isTruncated ? listing.encode(listing.last) : undefined),
      ...optional('NextVersionIdMarker', listing.isTruncated ? 'null' : undefined),
      ...listing.entries,
    ]);
  },
};
