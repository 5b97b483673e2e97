/** Of the values in a record: microseconds, a fraction of one, requests a second, or things counted. */
export type Unit = 'us' | 'share' | 'rps' | 'count';
