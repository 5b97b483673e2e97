/** Everything that mlbench makes and that can carry tags carries this one. */
export const experimentTag = 'mlbench:experiment';

export function tagsFor(experiment: string): { Key: string; Value: string }[] {
  return [{ Key: experimentTag, Value: experiment }];
}

/** The experiment that the tags name, else null. */
export function ownerIn(tags: { Key?: string | undefined; Value?: string | undefined }[] | undefined) {
  return tags?.find((tag) => tag.Key === experimentTag)?.Value ?? null;
}
