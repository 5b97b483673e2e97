import { z } from 'zod';
import type { Member, Members } from '../../scaling/policies/kinds/kind/document.ts';

export const dimensionsSchema = z.array(z.strictObject({ Name: z.string(), Value: z.string() }));

/**
 * A document of AWS's API in a file. A member that is not of it is refused; what a member may be, its check says as AWS
 * does.
 */
export function documentSchema(members: Members): z.ZodType<object> {
  return z.strictObject(
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, schemaOf(member).optional()])),
  );
}

function schemaOf(member: Member): z.ZodType {
  switch (member.is) {
    case 'text':
      return z.string();
    case 'number':
    case 'integer':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'anything':
      return z.unknown();
    case 'dimensions':
      return dimensionsSchema;
    case 'list':
      return z.array(schemaOf(member.of));
    case 'structure':
      return documentSchema(member.members);
  }
}
