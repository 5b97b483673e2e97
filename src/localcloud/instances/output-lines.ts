import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { InstanceSpec, LogSink } from '../service/ports.ts';
import type { BoundedLog } from './bounded-log.ts';

/** What a container writes, as lines; `end` gives what came after the last line break. */
export interface OutputLines extends BoundedLog {
  end(): void;
}

/** CloudWatch's bound on one event was this for years; a longer line becomes several. */
const maxLineCharacters = 262_144;

export function splitLines(onLine: (line: string) => void, maxCharacters = maxLineCharacters): OutputLines {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) cut(line.replace(/\r$/, ''));
    while (rest.length > maxCharacters) {
      onLine(rest.slice(0, maxCharacters));
      rest = rest.slice(maxCharacters);
    }
  };
  const cut = (line: string) => {
    for (let from = 0; from < line.length; from += maxCharacters)
      onLine(line.slice(from, from + maxCharacters));
  };
  return {
    write: (chunk) => take(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}

/**
 * Where an instance's lines go, named as SageMaker names it: group `/aws/sagemaker/Endpoints/NAME`, stream
 * `VARIANT/INSTANCE-ID`. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 * @param startedMs tells it from a later instance of an endpoint of the same name
 */
export function logDestination(spec: InstanceSpec, startedMs: number, logs: LogSink): (line: string) => void {
  const hash = createHash('sha256').update(`${spec.instanceId} ${startedMs}`).digest('hex');
  const group = `/aws/sagemaker/Endpoints/${spec.endpointName}`;
  const stream = `${spec.variantName}/i-${hash.slice(0, 17)}`;
  return (line) => logs.append(group, stream, line);
}
