import type { XmlNode } from '../../protocols/xml.ts';
import { route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { compareKeys, optional, readMaxKeys } from '../objects/object-listing.ts';
import type { MultipartUpload } from '../storage/object-store.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html; without a delimiter. */
export const listMultipartUploads: S3Operation = {
  name: 'ListMultipartUploads',
  matches: route('GET', 'bucket', 'uploads'),
  handle(exchange) {
    const { query } = exchange.address;
    const prefix = query.get('prefix') ?? '';
    const keyMarker = query.get('key-marker') ?? '';
    const idMarker = query.get('upload-id-marker') ?? '';
    const maxUploads = readMaxKeys(query.get('max-uploads'));
    const after = [...exchange.store.bucket(exchange.bucketName).uploads.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id))
      .filter((upload) => comesAfter(upload, keyMarker, idMarker));
    const page = after.slice(0, maxUploads);
    const next = after.length > page.length ? page.at(-1) : undefined;
    sendXml(exchange, [
      'ListMultipartUploadsResult',
      ['Bucket', exchange.bucketName],
      ['KeyMarker', keyMarker],
      ['UploadIdMarker', idMarker],
      ...optional('NextKeyMarker', next?.key),
      ...optional('NextUploadIdMarker', next?.id),
      ['Prefix', prefix],
      ['MaxUploads', maxUploads],
      ['IsTruncated', next !== undefined],
      ...page.map(describe),
    ]);
  },
};

/** A key alone as marker: after all uploads of that key. */
function comesAfter({ key, id }: MultipartUpload, keyMarker: string, idMarker: string): boolean {
  const order = compareKeys(key, keyMarker);
  return order > 0 || (order === 0 && idMarker !== '' && compareKeys(id, idMarker) > 0);
}

function describe({ key, id, startedAt }: MultipartUpload): XmlNode {
  return ['Upload', ['Key', key], ['UploadId', id], ['StorageClass', 'STANDARD'], ['Initiated', startedAt]];
}
