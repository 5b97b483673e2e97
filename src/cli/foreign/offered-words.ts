import type { ForeignWord } from './foreign-word.ts';

/** How other tools say which load is offered, and for how long. */
export const offeredWords: readonly ForeignWord[] = [
  { words: 'spawn-rate hatch-rate', of: 'locust', here: '--ramp 10 starts 10 users a second' },
  {
    words: 'vus max-vus vu',
    of: 'k6',
    here: '--users N; with --wait none a user sends again at once',
  },
  { words: 'virtual-users clients num-users', here: '--users N' },
  { words: 'concurrent concurrency c', of: 'hey, ab, wrk or oha', here: '--users N --wait none' },
  { words: 'run-time runtime time timelimit', of: 'locust or ab', here: '--duration 30s' },
  { words: 'z', of: 'hey or oha', here: '--duration 30s' },
  {
    words: 'n num number amount total a',
    of: 'hey, ab or autocannon',
    here: '--requests N',
  },
  {
    words: 'iterations i shared-iterations',
    of: 'k6',
    here: '--requests N sends N requests over all users',
  },
  {
    words: 'rps qps q R overall-rate overallRate arrival-rate throughput max-rate',
    of: 'k6, oha, wrk2, autocannon or artillery',
    here: '--rate R, of all arrivals together',
  },
  {
    words: 'connection-rate connectionRate rate-limit rate-per-worker',
    here: '--wait throughput:2 holds each user to 2 requests a second; --rate R is of all together',
  },
  { words: 'stage stages-file phases s', of: 'k6 or artillery', here: '--stages 30s:10,1m:100' },
  {
    words: 'ramp-up rampup ramp-time ramp-up-time start-time',
    of: 'JMeter or others',
    here: '--ramp 30s spreads the start of the users over 30 seconds',
  },
  {
    words: 'think-time delay pause min-wait max-wait',
    here: '--wait between:1s,3s',
  },
  { words: 'burst-delay burst-rate', of: 'oha', here: '--stages and --trace FILE make bursts' },
  {
    words: 'latency-correction latency-corrected L',
    of: 'oha, wrk2 or autocannon',
    here: 'nothing is needed: with --rate every time counts from the intended start',
  },
  { words: 'warm-up warm-up-time warmup-time', here: '--warmup 10s' },
  {
    words: 'reset-stats',
    of: 'locust',
    here: '--warmup 10s leaves the start out of the figures',
  },
  {
    words: 'pipelining pipeline p',
    of: 'autocannon',
    here: 'a connection carries one request at a time; more --users send more at once',
  },
  {
    words: 'threads num-threads nthreads cpus processes w',
    of: 'wrk, hey, autocannon or locust',
    here: '--workers N',
  },
  {
    words: 'max-workers max-connections num-connections sockets',
    of: 'vegeta or others',
    here: '--connections N, with --rate',
  },
  {
    words: 'lazy format name-tag',
    of: 'vegeta',
    here: '--data FILE.jsonl has a body a line; --trace FILE an arrival at each timestamp',
  },
];
