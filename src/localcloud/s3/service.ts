import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../core/clock.ts';
import { createHeldBodies, type HeldBodies } from '../../core/http/held-bodies.ts';
import type { Access } from '../access/access.ts';
import { asS3Error } from '../access/refusals.ts';
import { type ReportBug, toServiceError } from '../protocols/wire-error.ts';
import { writeXml, type XmlNode } from '../protocols/xml.ts';
import { ServiceError } from '../service/operation.ts';
import { bucketSettings } from './buckets/bucket-settings.ts';
import { createBucket } from './buckets/create-bucket.ts';
import { deleteBucket } from './buckets/delete-bucket.ts';
import { getBucketLocation } from './buckets/get-bucket-location.ts';
import { headBucket } from './buckets/head-bucket.ts';
import { listBuckets } from './buckets/list-buckets.ts';
import { readAddress, type S3Operation } from './exchange/exchange.ts';
import { copyObject } from './objects/copy-object.ts';
import { deleteObject } from './objects/delete-object.ts';
import { deleteObjects } from './objects/delete-objects.ts';
import { getObject, headObject } from './objects/get-object.ts';
import { listObjectVersions } from './objects/list-object-versions.ts';
import { listObjects, listObjectsV2 } from './objects/list-objects.ts';
import { putObject } from './objects/put-object.ts';
import type { ObjectStore } from './storage/object-store.ts';
import { abortMultipartUpload } from './uploads/abort-multipart-upload.ts';
import { completeMultipartUpload } from './uploads/complete-multipart-upload.ts';
import { createMultipartUpload } from './uploads/create-multipart-upload.ts';
import { listMultipartUploads } from './uploads/list-multipart-uploads.ts';
import { uploadPart } from './uploads/upload-part.ts';

/** S3 streams its bodies, so it works on Node's own request and response rather than on a `WireRequest`. */
export interface S3Service {
  /** By the service that the request was signed for: any path may be a bucket's. */
  matches(request: IncomingMessage): boolean;
  /** Never rejects: what goes wrong becomes S3's error document. */
  handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void>;
}

export function createS3(
  store: ObjectStore,
  reportBug: ReportBug,
  access: Access,
  bodies: HeldBodies = createHeldBodies(systemClock),
): S3Service {
  return {
    matches: (request) => signedRegion(request) !== undefined,

    async handle(request, response, requestId) {
      response.setHeader('x-amz-request-id', requestId);
      try {
        const caller = access.admitStreaming(request);
        const address = readAddress(request);
        const operation = operations.find((each) => each.matches(address));
        if (!operation)
          throw new ServiceError(
            'NotImplemented',
            'A header or parameter you provided implies functionality that is not implemented.',
            501,
          );
        await operation.handle({
          address,
          bucketName: address.bucket ?? '',
          key: address.key ?? '',
          request,
          response,
          caller,
          store,
          bodies,
          region: signedRegion(request) ?? 'us-east-1',
        });
      } catch (error) {
        sendError(request, response, requestId, toServiceError(asS3Error(error), reportBug));
      }
    },
  };
}

const operations: readonly S3Operation[] = [
  listBuckets,
  createBucket,
  headBucket,
  deleteBucket,
  getBucketLocation,
  ...bucketSettings,
  listObjectsV2,
  listObjects,
  listObjectVersions,
  listMultipartUploads,
  putObject,
  copyObject,
  getObject,
  headObject,
  deleteObject,
  deleteObjects,
  createMultipartUpload,
  uploadPart,
  completeMultipartUpload,
  abortMultipartUpload,
];

/** From the `Authorization` header, or from the query string of a presigned URL. */
function signedRegion(request: IncomingMessage): string | undefined {
  const signed = /Credential=[^/,]+\/\d+\/([^/,]+)\/s3\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const presigned = /[?&]X-Amz-Credential=[^&]+?%2F\d+%2F([^&%]+)%2Fs3%2Faws4_request/i.exec(
    request.url ?? '',
  );
  return (signed ?? presigned)?.[1];
}

function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  error: ServiceError,
): void {
  if (response.headersSent) {
    // Half an answer is out: only a broken connection can still tell the caller.
    response.destroy();
    return;
  }
  const members = Object.entries(error.members).map(([name, value]): XmlNode => [name, String(value)]);
  const document = writeXml([
    'Error',
    ['Code', error.code],
    ['Message', error.message],
    ...members,
    ['Resource', request.url?.split('?')[0] ?? '/'],
    ['RequestId', requestId],
    ['HostId', 'mlbench'],
  ]);
  response.writeHead(error.status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : document);
}
