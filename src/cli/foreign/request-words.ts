import type { ForeignWord } from './foreign-word.ts';

/** How other tools say where requests go and what they carry. */
export const requestWords: readonly ForeignWord[] = [
  {
    words: 'host target-url base-url uri endpoint address server',
    of: 'locust or others',
    here: '--url URL, or the URL alone',
  },
  {
    words: 'f locustfile script s testplan test file',
    of: 'locust, k6, wrk or JMeter',
    here: '--scenario FILE.ts: what users do is written in TypeScript',
  },
  {
    words: 'targets',
    of: 'vegeta',
    here: '--url URL with --data FILE.jsonl for many bodies, or --scenario FILE.ts for many paths',
  },
  {
    words: 'class-picker config-users user-classes',
    of: 'locust',
    here: '--scenario FILE.ts with --tags',
  },
  { words: 'request verb http-method', of: 'curl or others', here: '--method POST' },
  { words: 'headers add-header', here: "--header 'Name: value', once a header" },
  {
    words: 'D p data-binary data-raw data-file body-file postfile payload input json-body putfile',
    of: 'hey, ab, vegeta or curl',
    here: '--body @FILE, or --body TEXT',
  },
  {
    words: 'bodies random-body data-dir payloads csv-data',
    here: '--data FILE.jsonl',
  },
  { words: 'T content mime-type mimetype', of: 'hey or ab', here: '--content-type TYPE' },
  {
    words: 'A accept-header',
    of: 'hey',
    here: '--accept TYPE; for a user and password: https://user:password@host/ as the URL',
  },
  {
    words: 'basic-auth auth a password aws-sigv4',
    of: 'hey, curl or others',
    here: '--url https://user:password@host/ for basic authentication; --endpoint-name signs for AWS',
  },
  { words: 'cookie b C cookies', of: 'curl or ab', here: "--header 'Cookie: a=1'" },
  {
    words: 'e referer referrer',
    of: 'curl',
    here: "--header 'Referer: https://…'; variables reach a scenario (--scenario) through the environment",
  },
  {
    words: 'env',
    of: 'k6',
    here: 'variables reach a scenario (--scenario) through the environment: NAME=value before `mlbench load`',
  },
  {
    words: 'x proxy-host proxy-url P',
    of: 'hey or curl',
    here: '--proxy URL --transport undici',
  },
  {
    words: 'http2 h2 http-version h2c',
    of: 'hey, oha, vegeta or curl',
    here: '--transport undici takes HTTP/2 where the server offers it',
  },
  {
    words: 'k insecure-skip-tls-verify insecure-skip-verify no-verify skip-tls-verify',
    of: 'curl, k6 or ab',
    here: '--insecure checks no certificate; connections are kept alive without a flag',
  },
  {
    words: 'root-certs ca ca-cert cacerts ca-file',
    of: 'vegeta or others',
    here: '--cacert FILE',
  },
  { words: 'client-cert E certificate', of: 'curl or ab', here: '--cert FILE' },
  { words: 'client-key private-key', here: '--key FILE' },
  {
    words: 'location L follow redirects redirect follow-redirects',
    of: 'curl or others',
    here: '--max-redirects N',
  },
  {
    words: 'disable-redirects no-redirect no-redirects',
    of: 'hey or oha',
    here: 'nothing is needed: a redirect is followed with --max-redirects N alone',
  },
  {
    words: 'disable-compression disable-encoding compressed',
    of: 'hey or curl',
    here: "nothing is asked for unless you ask: --header 'Accept-Encoding: gzip'",
  },
  {
    words: 'keepalive keep-alive keepAlive',
    of: 'ab or vegeta',
    here: 'connections are kept alive without a flag; --users N is so many connections',
  },
  {
    words: 'T max-time connect-timeout socket-timeout request-timeout',
    of: 'wrk, curl or others',
    here: '--timeout 20s',
  },
  {
    words: 'ipv6 ipv4 unix-socket connect-to resolve interface laddr local-address',
    of: 'curl or oha',
    here: "nothing like it: --url names the address, and --header 'Host: name' the host",
  },
  {
    words: 'variant target-variant target-model',
    of: 'the AWS CLI',
    here: "--header 'X-Amzn-SageMaker-Target-Variant: NAME'",
  },
];
