/**
 * What the stores that look into their sorted sets and lists themselves have in common: which members a projection means
 * when it names a field of theirs, and the refusal of a key of another shape. Redis does both inside its commit script.
 */

/** A key holds another shape than was asked for; callers answer `StoreUnavailable` with `wrong_type`. */
export class WrongShape extends Error {}

/** Whether the member is a JSON object with one of the strings `values` at `field`. What is no JSON has no fields. */
export const hasField = (member: string, field: string, values: ReadonlyArray<string>): boolean => {
  const parsed = parse(member)
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed) || !Object.hasOwn(parsed, field)) {
    return false
  }
  const value: unknown = parsed[field as keyof typeof parsed]
  return typeof value === "string" && values.includes(value)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
