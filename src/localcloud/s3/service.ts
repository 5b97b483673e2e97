import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ServiceError } from '../operation.ts';
import { authorizationProblem } from '../protocols/authorization.ts';
import { type ReportBug, toServiceError } from '../protocols/wire-error.ts';
import { writeXml, type XmlNode } from '../protocols/xml.ts';
import { readTarget, type S3Operation } from './exchange.ts';
import type { ObjectStore } from './object-store.ts';
import { abortMultipartUpload } from './operations/abort-multipart-upload.ts';
import { bucketSettings } from './operations/bucket-settings.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { createBucket } from './operations/create-bucket.ts';
import { createMultipartUpload } from './operations/create-multipart-upload.ts';
import { deleteBucket } from './operations/delete-bucket.ts';
import { deleteObject } from './operations/delete-object.ts';
import { deleteObjects } from './operations/delete-objects.ts';
import { getBucketLocation } from './operations/get-bucket-location.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { headBucket } from './operations/head-bucket.ts';
import { listBuckets } from './operations/list-buckets.ts';
import { listMultipartUploads } from './operations/list-multipart-uploads.ts';
import { listObjectVersions } from './operations/list-object-versions.ts';
import { listObjects, listObjectsV2 } from './operations/list-objects.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart } from './operations/upload-part.ts';

/** S3 streams its bodies, so it works on Node's own request and response rather than on a `WireRequest`. */
export interface S3Service {
  /** By the service that the request was signed for: any path may be a bucket's. */
  matches(request: IncomingMessage): boolean;
  /** Never rejects: what goes wrong becomes S3's error document. */
  handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void>;
}

/** @param wallClock signatures are dated by the wall, whatever the cloud's time is. */
export function createS3(
  store: ObjectStore,
  reportBug: ReportBug,
  wallClock: Clock = systemClock,
): S3Service {
  return {
    matches: (request) => signedRegion(request) !== undefined,

    async handle(request, response, requestId) {
      response.setHeader('x-amz-request-id', requestId);
      try {
        refuseUnsigned(request, wallClock.nowMs());
        const target = readTarget(request);
        const operation = operations.find((each) => each.matches(target));
        if (!operation)
          throw new ServiceError(
            'NotImplemented',
            'A header or parameter you provided implies functionality that is not implemented.',
            501,
          );
        await operation.handle({
          target,
          bucketName: target.bucket ?? '',
          key: target.key ?? '',
          request,
          response,
          store,
          region: signedRegion(request) ?? 'us-east-1',
        });
      } catch (error) {
        sendError(request, response, requestId, toServiceError(error, reportBug));
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

/** S3 words these two differently from the other services. */
function refuseUnsigned(request: IncomingMessage, wallMs: number): void {
  const problem = authorizationProblem(request.headers, request.url ?? '/', wallMs);
  if (!problem) return;
  throw problem.code === 'InvalidSignatureException'
    ? new ServiceError(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        403,
      )
    : new ServiceError('AccessDenied', 'Access Denied', 403);
}

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
