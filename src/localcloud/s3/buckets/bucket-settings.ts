import { XMLValidator } from 'fast-xml-parser';
import { ServiceError } from '../../service/operation.ts';
import { readSmallBody, route, type S3Operation, sendEmpty } from '../exchange/exchange.ts';
import { malformedXml } from '../storage/errors.ts';

/**
 * Settings that change nothing here, but that a caller may set, read back and delete: kept as the XML that was sent.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html and its like.
 */
const settings = [
  {
    subResource: 'tagging',
    operation: 'BucketTagging',
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
  },
  {
    subResource: 'encryption',
    operation: 'BucketEncryption',
    missing: [
      'ServerSideEncryptionConfigurationNotFoundError',
      'The server side encryption configuration was not found',
    ],
  },
  {
    subResource: 'publicAccessBlock',
    operation: 'PublicAccessBlock',
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  },
] as const;

export const bucketSettings: S3Operation[] = settings.flatMap(({ subResource, operation, missing }) => [
  {
    name: `Put${operation}`,
    matches: route('PUT', 'bucket', subResource),
    async handle(exchange) {
      const bucket = exchange.store.bucket(exchange.bucketName);
      const document = await readSmallBody(exchange);
      if (XMLValidator.validate(document) !== true) throw malformedXml();
      bucket.settings.set(subResource, document);
      sendEmpty(exchange, subResource === 'tagging' ? 204 : 200);
    },
  },
  {
    name: `Get${operation}`,
    matches: route('GET', 'bucket', subResource),
    handle(exchange) {
      const document = exchange.store.bucket(exchange.bucketName).settings.get(subResource);
      if (document === undefined)
        throw new ServiceError(missing[0], missing[1], 404, { BucketName: exchange.bucketName });
      exchange.response.writeHead(200, { 'content-type': 'application/xml' });
      exchange.response.end(document);
    },
  },
  {
    name: `Delete${operation}`,
    matches: route('DELETE', 'bucket', subResource),
    handle(exchange) {
      exchange.store.bucket(exchange.bucketName).settings.delete(subResource);
      sendEmpty(exchange, 204);
    },
  },
]);
