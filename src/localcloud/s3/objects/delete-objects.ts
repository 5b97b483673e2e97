import { z } from 'zod';
import type { XmlNode } from '../../protocols/xml.ts';
import { readSmallBody, route, type S3Operation, sendXml } from '../exchange/exchange.ts';
import { readXml } from '../exchange/read-xml.ts';
import { malformedXml } from '../storage/errors.ts';

const document = z.object({
  Delete: z.object({
    Object: z
      .array(z.object({ Key: z.string().min(1) }))
      .min(1)
      .max(1_000),
    Quiet: z.string().optional(),
  }),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: S3Operation = {
  name: 'DeleteObjects',
  matches: route('POST', 'bucket', 'delete'),
  async handle(exchange) {
    const { store } = exchange;
    const bucket = store.bucket(exchange.bucketName);
    const parsed = document.safeParse(readXml(await readSmallBody(exchange), ['Object']));
    if (!parsed.success) throw malformedXml();
    const { Object: objects, Quiet: quiet } = parsed.data.Delete;
    for (const { Key: key } of objects) store.remove(bucket, key);
    const deleted = quiet === 'true' ? [] : objects;
    sendXml(exchange, ['DeleteResult', ...deleted.map(({ Key: key }): XmlNode => ['Deleted', ['Key', key]])]);
  },
};
