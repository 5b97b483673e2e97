import type { Clock } from '../../core/clock.ts';
import { ServiceError } from '../service/operation.ts';
import type { LogSink } from '../service/ports.ts';

/** One line that a container said. Times are cloud milliseconds. */
export interface LogEvent {
  atMs: number;
  /** Grows with every event of the store: orders those of one millisecond, and is part of the event's id. */
  sequence: number;
  message: string;
}

export interface LogStream {
  name: string;
  createdAtMs: number;
  /** In the order of their coming, which is that of their times. */
  events: LogEvent[];
  bytes: number;
}

export interface LogGroup {
  name: string;
  createdAtMs: number;
  retentionDays: number | null;
  tags: Record<string, string>;
  streams: Map<string, LogStream>;
}

export interface LogLimits {
  /** Of one stream; what is older goes. */
  streamBytes: number;
  /** Of all together; what is oldest goes. */
  storeBytes: number;
  /** Of a group; the one that has been silent for longest goes. */
  streams: number;
  groups: number;
}

const defaultLimits: LogLimits = {
  streamBytes: 1_048_576,
  storeBytes: 33_554_432,
  streams: 500,
  groups: 1_000,
};

/** What an event takes in memory beside its message, about. */
const eventBytes = 200;
const dayMs = 86_400_000;

/** Log groups, their streams and events, in memory and bounded. */
export class LogStore implements LogSink {
  readonly #clock: Clock;
  readonly #limits: LogLimits;
  readonly #groups = new Map<string, LogGroup>();
  #bytes = 0;
  #sequence = 0;

  /** @param clock the cloud's */
  constructor(clock: Clock, limits: Partial<LogLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** By name. */
  groups(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** @throws ServiceError ResourceAlreadyExistsException, LimitExceededException */
  create(name: string, tags: Record<string, string> = {}): LogGroup {
    if (this.#groups.has(name))
      throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
    if (this.#groups.size >= this.#limits.groups)
      throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
    const group: LogGroup = {
      name,
      createdAtMs: Math.round(this.#clock.nowMs()),
      retentionDays: null,
      tags,
      streams: new Map(),
    };
    this.#groups.set(name, group);
    return group;
  }

  delete(group: LogGroup): void {
    for (const { bytes } of group.streams.values()) this.#bytes -= bytes;
    this.#groups.delete(group.name);
  }

  /** Makes group and stream where they are missing, as the services that write logs do. */
  append(groupName: string, streamName: string, message: string): void {
    const group = this.#groups.get(groupName) ?? (this.#isFull() ? undefined : this.create(groupName));
    if (group === undefined || message === '') return;
    const atMs = Math.round(this.#clock.nowMs());
    const stream = group.streams.get(streamName) ?? this.#addStream(group, streamName, atMs);
    const bytes = bytesOf(message);
    stream.events.push({ atMs, sequence: this.#sequence++, message });
    stream.bytes += bytes;
    this.#bytes += bytes;
    // A quarter at a time, so that a full stream is not moved for every line.
    if (stream.bytes > this.#limits.streamBytes) this.#shorten(stream, 0.75 * this.#limits.streamBytes);
    while (this.#bytes > this.#limits.storeBytes) this.#shortenOldest();
  }

  /** What the group's retention has not taken away. */
  events(group: LogGroup, stream: LogStream): LogEvent[] {
    if (group.retentionDays === null) return stream.events;
    const oldestMs = this.#clock.nowMs() - group.retentionDays * dayMs;
    return stream.events.filter(({ atMs }) => atMs >= oldestMs);
  }

  #isFull(): boolean {
    return this.#groups.size >= this.#limits.groups;
  }

  #addStream(group: LogGroup, name: string, createdAtMs: number): LogStream {
    if (group.streams.size >= this.#limits.streams) {
      const silent = [...group.streams.values()].sort((a, b) => lastMs(a) - lastMs(b))[0];
      if (silent) {
        this.#bytes -= silent.bytes;
        group.streams.delete(silent.name);
      }
    }
    const stream: LogStream = { name, createdAtMs, events: [], bytes: 0 };
    group.streams.set(name, stream);
    return stream;
  }

  #shorten(stream: LogStream, toBytes: number): void {
    let count = 0;
    let freed = 0;
    while (count < stream.events.length && stream.bytes - freed > toBytes)
      freed += bytesOf(stream.events[count++]!.message);
    stream.events.splice(0, count);
    stream.bytes -= freed;
    this.#bytes -= freed;
  }

  #shortenOldest(): void {
    const streams = this.groups().flatMap((group) => [...group.streams.values()]);
    const withEvents = streams.filter(({ events }) => events.length > 0);
    const oldest = withEvents.sort((a, b) => a.events[0]!.sequence - b.events[0]!.sequence)[0];
    if (oldest) this.#shorten(oldest, oldest.bytes / 2);
    else this.#bytes = 0;
  }
}

function bytesOf(message: string): number {
  return Buffer.byteLength(message) + eventBytes;
}

function lastMs(stream: LogStream): number {
  return stream.events.at(-1)?.atMs ?? stream.createdAtMs;
}
