/**
 * Where leniency ends before curl's does, and why. The table of docs/load.md says the same.
 */
export const stricterThanCurl: Readonly<Record<string, string>> = {
  'two different lengths': 'RFC 9112 §6.3 forbids to guess which one holds',
  'two different lengths in a list': 'RFC 9112 §6.3 forbids to guess which one holds',
  'a length with a sign': 'RFC 9112 §6.3: a length that is no number ends the connection',
  'a body longer than its length': 'the answer was cut short by its own length',
  'a head without an end': 'half of an answer is none',
  'a doubled answer': 'the second answer would be taken for the next request’s',
  'a doubled 204': 'the second answer would be taken for the next request’s',
  'a body that is not the gzip it says':
    'curl looks only if told to with --compressed; a scenario’s flow reads the body',
};

/** What must differ between the transports: `raw` offers HTTP/1.1 alone, `undici` HTTP/2 before it. */
export const differences = {
  'a server that speaks HTTP/2 alone': {
    raw: 'connection 0: the server speaks none of the versions of HTTP that it was offered',
    undici: 'as it behaves',
  },
  'a server that speaks both versions': { raw: 'success 200 by HTTP/1.1', undici: 'success 200 by HTTP/2' },
} as const;
