import type { z } from 'zod';
import { anybody } from '../service/caller.ts';
import { type AnyOperation, ServiceError, type TargetedService } from '../service/operation.ts';

export type ServiceDescription = Omit<TargetedService, 'find'>;

/**
 * Makes a service of its operations: each call's input is checked by the operation's schema before `handle` sees it.
 */
export function targetedService<Deps>(
  description: ServiceDescription,
  operations: readonly AnyOperation<Deps>[],
  deps: Deps,
): TargetedService {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  return {
    ...description,
    find(operationName) {
      const operation = byName.get(operationName);
      if (!operation) return undefined;
      return {
        async invoke(input, caller = anybody) {
          const checked = operation.input.safeParse(withoutNulls(input ?? {}), { reportInput: true });
          if (!checked.success)
            throw new ServiceError(description.invalidInputCode, describeIssues(checked.error.issues));
          return operation.handle(checked.data, deps, caller);
        },
      };
    },
  };
}

/** Deeper than any operation's input; bounds the recursion over what a caller sent. */
const maxDepth = 64;

/**
 * A JSON `null` member means "not given" to every AWS service.
 * @throws ServiceError SerializationException for bottomless input.
 */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > maxDepth)
    throw new ServiceError(
      'SerializationException',
      `The input is nested more than ${maxDepth} levels deep.`,
    );
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, withoutNulls(member, depth + 1)]),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** `1 validation error detected: Value null at 'endpointName' failed to satisfy constraint: Member must not be null` */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`;
  return `${count}: ${issues
    .slice(0, 10)
    .map(
      (issue) =>
        `Value ${describeValue(issue.input)} at '${describePath(issue.path)}' failed to satisfy constraint: ${describeConstraint(issue)}`,
    )
    .join('; ')}`;
}

/** AWS writes members in lower camel case and counts list members from 1: `productionVariants.1.member.variantName`. */
function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `${step + 1}.member` : lowerFirst(String(step))))
    .join('.');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  const text = typeof value === 'object' ? jsonOf(value) : String(value);
  return `'${text.length > 256 ? `${text.slice(0, 256)}…` : text}'`;
}

function jsonOf(value: object): string {
  return (
    JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? String(member) : member)) ?? 'null'
  );
}

function describeConstraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'Member must not be null';
      return `Member must be of type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `Member must have length greater than or equal to ${issue.minimum}`
        : `Member must have value greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `Member must have length less than or equal to ${issue.maximum}`
        : `Member must have value less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return 'pattern' in issue && typeof issue.pattern === 'string'
        ? `Member must satisfy regular expression pattern: ${issue.pattern.replace(/^\/(.*)\/\w*$/s, '$1')}`
        : `Member must be a valid ${issue.format}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'Member must not be null';
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`;
    default:
      return issue.message;
  }
}
