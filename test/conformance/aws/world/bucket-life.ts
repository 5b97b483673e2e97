import type { FillIn } from './fill-ins.ts';
import type { MotoCalls } from './moto-calls.ts';

/** moto remembers the tags of a bucket that is gone, and gives them to the next of its name; AWS makes a bucket without. */
export function bucketLife(moto: MotoCalls): FillIn {
  return {
    async 's3 CreateBucket'(call, forward) {
      const bucket = call.url.split('?')[0] as string;
      const { host = '', authorization = '' } = call.headers;
      const ask = (method: string, url: string) =>
        moto.forward({ method, url, headers: { host, authorization }, body: Buffer.alloc(0) });
      const existed = (await ask('HEAD', bucket)).status === 200;
      const answer = await forward();
      if (answer.status === 200 && !existed) await ask('DELETE', `${bucket}?tagging`);
      return answer;
    },
  };
}
