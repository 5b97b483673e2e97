/** Heads, with interim ones and trailers each on its own: as much as curl takes. */
export const maxHeadBytes = 307_200;
export const maxBodyBytes = 268_435_456;
/** Of an error's body: enough to find its message in. */
export const maxExcerptBytes = 16_384;
