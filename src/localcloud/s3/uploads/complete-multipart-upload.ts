import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { ServiceError } from '../../service/operation.ts';
import { readSmallBody, route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { readXml } from '../exchange/read-xml.ts';
import { checkConditions } from '../objects/put-object.ts';
import { createChecksum } from '../storage/checksums.ts';
import { malformedXml } from '../storage/errors.ts';
import type {
  MultipartUpload,
  StoredChecksum,
  StoredContent,
  StoredObject,
} from '../storage/object-store.ts';

const document = z.object({
  CompleteMultipartUpload: z.object({
    Part: z
      .array(z.object({ PartNumber: z.string().regex(/^\d{1,5}$/), ETag: z.string() }))
      .min(1)
      .max(10_000),
  }),
});

const minPartBytes = 5 * 1_024 ** 2;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: S3Operation = {
  name: 'CompleteMultipartUpload',
  matches: route('POST', 'object', 'uploadId'),
  async handle(exchange) {
    const { store, key, bucketName } = exchange;
    const uploadId = exchange.address.query.get('uploadId') ?? '';
    store.upload(bucketName, key, uploadId);
    const parsed = document.safeParse(readXml(await readSmallBody(exchange), ['Part']));
    if (!parsed.success) throw malformedXml();
    const upload = store.upload(bucketName, key, uploadId);
    const chosen = choose(upload, parsed.data.CompleteMultipartUpload.Part);
    checkConditions(exchange);
    // Taken out first, so that a second Complete or an Abort meanwhile finds nothing to spoil.
    const bucket = store.bucket(bucketName);
    bucket.uploads.delete(uploadId);
    const file = store.newFile();
    let object: StoredObject;
    try {
      await join(chosen, file);
      object = {
        key,
        file,
        sizeBytes: chosen.reduce((sum, part) => sum + part.sizeBytes, 0),
        etag: `${md5OfMd5s(chosen)}-${chosen.length}`,
        checksum: await checksumOf(upload, chosen, file),
        lastModified: new Date(store.clock.nowMs()),
        headers: upload.headers,
        // Its parts are named by their hashes: they are those that the caller means.
        isUsers: exchange.caller.isUser,
      };
      store.commit(store.bucket(bucketName), object);
    } catch (error) {
      // The parts are still there: the caller may try again.
      bucket.uploads.set(uploadId, upload);
      await store.discard([file]);
      throw error;
    }
    await store.discard([...upload.parts.values()].map((part) => part.file));
    const { etag, checksum } = object;
    sendXml(exchange, [
      'CompleteMultipartUploadResult',
      ['Location', `http://${exchange.request.headers.host}/${bucketName}/${encodeURIComponent(key)}`],
      ['Bucket', bucketName],
      ['Key', key],
      ['ETag', `"${etag}"`],
      checksum && [`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value],
      checksum && ['ChecksumType', checksum.type],
    ]);
  },
};

function choose(
  upload: MultipartUpload,
  listed: readonly { PartNumber: string; ETag: string }[],
): StoredContent[] {
  const numbers = listed.map((part) => Number(part.PartNumber));
  if (numbers.some((number, i) => i > 0 && number <= numbers[i - 1]!))
    throw new ServiceError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    );
  return listed.map((part, i) => {
    const stored = upload.parts.get(numbers[i]!);
    if (!stored || stored.etag !== part.ETag.replaceAll('"', ''))
      throw new ServiceError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber: part.PartNumber },
      );
    if (i < listed.length - 1 && stored.sizeBytes < minPartBytes)
      throw new ServiceError(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        400,
        { PartNumber: part.PartNumber, ProposedSize: stored.sizeBytes, MinSizeAllowed: minPartBytes },
      );
    return stored;
  });
}

async function join(parts: readonly StoredContent[], file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for (const part of parts) await handle.writeFile(createReadStream(part.file));
  } finally {
    await handle.close();
  }
}

function md5OfMd5s(parts: readonly StoredContent[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return hash.digest('hex');
}

/** CRC-64/NVME is always of the whole object; of the others S3 takes the checksum of the parts' checksums. */
async function checksumOf(
  upload: MultipartUpload,
  parts: readonly StoredContent[],
  file: string,
): Promise<StoredChecksum | undefined> {
  const algorithm = upload.checksumAlgorithm;
  if (!algorithm || parts.some((part) => part.checksum?.algorithm !== algorithm)) return undefined;
  const checksum = createChecksum(algorithm);
  if (algorithm === 'crc64nvme') {
    for await (const piece of createReadStream(file)) checksum.update(piece);
    return { algorithm, value: checksum.digest().toString('base64'), type: 'FULL_OBJECT' };
  }
  for (const part of parts) checksum.update(Buffer.from(part.checksum!.value, 'base64'));
  return { algorithm, value: `${checksum.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
}
