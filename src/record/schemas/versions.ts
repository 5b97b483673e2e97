/**
 * The formats of a record. Raised only by a change that older readers would misread; additions do not raise them, for
 * readers pass over fields that they do not know. Apart from the schemas, so that writing a record does not load those.
 */

/** `schemaVersion` of `result.json`. */
export const resultVersion = 1;

/** Of `timeline.ndjson`, as `files` in `result.json` names it. A new type of line raises it. */
export const timelineVersion = 1;

/** Of `intervals.hlog`, as `files` and the log's first line name it. */
export const intervalLogVersion = 1;
