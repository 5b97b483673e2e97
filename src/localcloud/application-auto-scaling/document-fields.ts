import { z } from 'zod';
import type { Member, Members } from '../../scaling/policies/kinds/kind/document.ts';
import { booleanField, integerField, listField, numberField, textField } from '../service/fields.ts';

/** Reads a document of the API: members that are not of it are passed over. */
export function documentFields(members: Members): z.ZodType<object> {
  return z.object(
    Object.fromEntries(
      Object.entries(members).map(([name, member]) => {
        const field = fieldOf(member);
        return [name, member.required ? field : field.optional()];
      }),
    ),
  );
}

function fieldOf(member: Member): z.ZodType {
  switch (member.is) {
    case 'text': {
      const { is: _, ...bounds } = member;
      return textField(bounds);
    }
    case 'number':
      return numberField();
    case 'integer':
      return integerField();
    case 'boolean':
      return booleanField;
    case 'anything':
      return z.unknown();
    case 'dimensions':
      return listField(z.object({ Name: textField(), Value: textField() }));
    case 'list':
      return listField(fieldOf(member.of));
    case 'structure':
      return documentFields(member.members);
  }
}
