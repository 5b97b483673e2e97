import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Scope } from '../../../src/resources/engine/resource.ts';
import { bucketKind } from '../../../src/resources/kinds/bucket/bucket.ts';
import { modelObjectKind, multipartFromBytes } from '../../../src/resources/kinds/model-object.ts';
import { createClients } from '../../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../../src/resources/sdk/cloud-address.ts';
import { type S3Server, startS3Server } from '../../localcloud/s3/s3-server.ts';
import { type CloudAnswer, type ScriptedCloud, startScriptedCloud } from '../scripted-cloud.ts';

const Bucket = 'mlbench-123456789012-us-east-1';
const spec = { name: Bucket };
const place = { accountId: '123456789012', region: 'us-east-1', partition: 'aws' };

/** S3 in somebody's account, which its callers need not ask for. */
function scopeAt(url: string, signal: AbortSignal, waiting: Scope['waiting'] = () => {}): Scope {
  const clients = createClients({
    clock: systemClock,
    signal,
    cloud: standInAddress({ url, region: 'us-east-1', timeScale: 1 }),
    attempts: 1,
  });
  return {
    clients: { ...clients, place: () => Promise.resolve(place) },
    clock: systemClock,
    signal,
    experiment: 'mine',
    waiting,
  };
}

describe('on the stand-in', () => {
  let s3: S3Server;
  let scope: Scope;
  let abort: AbortController;

  beforeEach(async () => {
    s3 = await startS3Server();
    abort = new AbortController();
    scope = scopeAt(s3.url, abort.signal);
  });
  afterEach(async () => {
    scope.clients.close();
    await s3.close();
    expect(s3.bugs).toEqual([]);
  });

  describe('a bucket', () => {
    it('is tagged, private and encrypted from the beginning, and left alone then', async () => {
      const made = await bucketKind.ensure(spec, scope, undefined);
      expect(made.outcome).toBe('created');
      expect(await bucketKind.describe(spec, scope)).toEqual({ owner: 'mine', state: made.state });
      expect(made.state).toEqual({ name: Bucket, isTagged: true, isPrivate: true, isEncrypted: true });
      const { PublicAccessBlockConfiguration } = await s3.client.send(
        new GetPublicAccessBlockCommand({ Bucket }),
      );
      expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
      expect((await bucketKind.ensure(spec, scope, undefined)).outcome).toBe('unchanged');
    });

    it('that a killed process has just made is ours to take; one with content is not', async () => {
      await s3.client.send(new CreateBucketCommand({ Bucket }));
      const empty = await bucketKind.describe(spec, scope);
      expect(empty).toEqual({
        state: { name: Bucket, isTagged: false, isPrivate: false, isEncrypted: false },
      });
      await s3.client.send(new PutObjectCommand({ Bucket, Key: 'theirs', Body: 'x' }));
      expect((await bucketKind.describe(spec, scope))?.owner).toBeNull();
    });

    it('keeps the tags that others have put there', async () => {
      const theirs = { Key: 'CostCentre', Value: '7' };
      await s3.client.send(new CreateBucketCommand({ Bucket }));
      await s3.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [theirs] } }));
      expect((await bucketKind.ensure(spec, scope, undefined)).outcome).toBe('updated');
      const { TagSet } = await s3.client.send(new GetBucketTaggingCommand({ Bucket }));
      expect(TagSet).toEqual([theirs, { Key: 'mlbench:experiment', Value: 'mine' }]);
    });

    it('names another experiment that it is tagged with as its owner', async () => {
      const TagSet = [{ Key: 'mlbench:experiment', Value: 'theirs' }];
      await s3.client.send(new CreateBucketCommand({ Bucket }));
      await s3.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
      expect((await bucketKind.describe(spec, scope))?.owner).toBe('theirs');
    });

    it('goes with everything in it: pages of objects, and uploads that were never completed', async () => {
      await bucketKind.ensure(spec, scope, undefined);
      const bucket = s3.store.bucket(Bucket);
      for (let index = 0; index < 2_100; index++) {
        const key = `models/${index}`;
        const content = { file: s3.store.newFile(), sizeBytes: 0, etag: '0', headers: {}, isUsers: false };
        s3.store.commit(bucket, { key, lastModified: new Date(0), ...content });
      }
      for (const Key of ['a', 'a', 'b']) {
        await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      }
      expect(await bucketKind.remove(spec, scope)).toBe('removed');
      expect(s3.store.buckets.size).toBe(0);
      expect(bucket.uploads.size).toBe(0);
      expect(bucket.objects.size).toBe(0);
      expect(await bucketKind.remove(spec, scope)).toBe('removed');
    });
  });

  describe('a large model', () => {
    const bytes = new Uint8Array(multipartFromBytes + 1);
    const large = { bucket: Bucket, bytes, sha256: '0123' };
    const Key = 'models/0123/model.tar.gz';

    beforeEach(async () => {
      await bucketKind.ensure(spec, scope, undefined);
    });

    it('goes up in parts, after what a killed process left of them is aborted', async () => {
      await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      expect((await modelObjectKind.ensure(large, scope, undefined)).outcome).toBe('created');
      const stored = s3.store.object(Bucket, Key);
      expect(stored).toMatchObject({
        sizeBytes: bytes.length,
        headers: { 'content-type': 'application/gzip' },
      });
      expect(stored.etag).toMatch(/-9$/);
      expect(s3.store.bucket(Bucket).uploads.size).toBe(0);
      expect((await modelObjectKind.ensure(large, scope, undefined)).outcome).toBe('unchanged');
    });

    it('leaves nothing half sent when its upload is interrupted', async () => {
      const progress: string[] = [];
      const interrupted = scopeAt(s3.url, abort.signal, (state) => {
        progress.push(state);
        abort.abort(new Error('interrupted'));
      });
      await expect(modelObjectKind.ensure(large, interrupted, undefined)).rejects.toThrow('interrupted');
      interrupted.clients.close();
      expect(progress[0]).toMatch(/^uploading \d+ %$/);
      expect(s3.store.bucket(Bucket).uploads.size).toBe(0);
      expect(s3.store.bucket(Bucket).objects.size).toBe(0);
    });
  });
});

describe('a bucket on a cloud that', () => {
  let cloud: ScriptedCloud | undefined;
  afterEach(() => cloud?.stop());

  const error = (status: number, code: string, message: string): CloudAnswer => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  });
  const inAccount = (scope: Scope): Scope => ({
    ...scope,
    clients: { ...scope.clients, place: () => Promise.resolve(place) },
  });

  it('refuses to show it says whose it should be', async () => {
    cloud = await startScriptedCloud(() => ({ status: 403, body: '' }));
    await expect(bucketKind.describe(spec, inAccount(cloud.scope))).rejects.toMatchObject({
      code: 'bucket-refused',
      message: expect.stringContaining('another account than 123456789012'),
    });
  });

  it('still remembers the one that had its name is asked again', async () => {
    let creations = 0;
    let made = false;
    cloud = await startScriptedCloud(({ method, path }) => {
      if (method === 'HEAD') return { status: made ? 200 : 404, body: '' };
      if (method === 'PUT' && !path.includes('?')) {
        made = ++creations > 3;
        return made
          ? { body: '' }
          : error(409, 'OperationAborted', 'A conflicting conditional operation is currently in progress');
      }
      if (method === 'PUT') return { body: '' };
      return path.includes('versions')
        ? { headers: { 'content-type': 'application/xml' }, body: '<ListVersionsResult/>' }
        : error(404, 'NoSuchTagSet', 'none');
    });
    expect((await bucketKind.ensure(spec, inAccount(cloud.scope), undefined)).outcome).toBe('created');
    expect(creations).toBe(4);
    expect(cloud.waitedFor).toHaveLength(3);
  });

  it('does not delete an object says which and why', async () => {
    cloud = await startScriptedCloud(({ method, path }) => {
      const xml = { 'content-type': 'application/xml' };
      if (method === 'POST') {
        return {
          headers: xml,
          body: '<DeleteResult><Error><Key>locked</Key><Code>AccessDenied</Code><Message>Object is under lock</Message></Error></DeleteResult>',
        };
      }
      return path.includes('versions')
        ? {
            headers: xml,
            body: '<ListVersionsResult><Version><Key>locked</Key><VersionId>1</VersionId></Version></ListVersionsResult>',
          }
        : { headers: xml, body: '<ListMultipartUploadsResult/>' };
    });
    await expect(bucketKind.remove(spec, inAccount(cloud.scope))).rejects.toMatchObject({
      code: 'objects-not-deleted',
      message: expect.stringContaining(`s3://${Bucket}/locked cannot be deleted: Object is under lock`),
      remedy: expect.stringContaining('s3:DeleteObjectVersion'),
    });
  });
});
