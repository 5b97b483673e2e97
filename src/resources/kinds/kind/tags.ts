import type { Scope } from '../../engine/resource.ts';

/** Everything that mlbench makes and that can carry tags carries this one. */
export const experimentTag = 'mlbench:experiment';

export function tagsFor(experiment: string): { Key: string; Value: string }[] {
  return [{ Key: experimentTag, Value: experiment }];
}

/** The same for the services that take tags as a map: Lambda, API Gateway, CloudWatch Logs. */
export function tagMapFor(experiment: string): Record<string, string> {
  return { [experimentTag]: experiment };
}

/** The experiment that a resource's tags name, else null. */
export function ownerIn(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): string | null {
  return tags?.find((tag) => tag.Key === experimentTag)?.Value ?? null;
}

/** The same for tags that are a map. */
export function ownerInMap(tags: Record<string, string> | undefined): string | null {
  return tags?.[experimentTag] ?? null;
}

/** The experiment that a SageMaker resource's tag names, else null. */
export async function ownerOf(arn: string, scope: Scope): Promise<string | null> {
  const { ListTagsCommand } = await import('@aws-sdk/client-sagemaker');
  const { Tags } = await (await scope.clients.sagemaker()).send(new ListTagsCommand({ ResourceArn: arn }));
  return ownerIn(Tags);
}
