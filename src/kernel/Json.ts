/**
 * What JSON would change. Everything an actor keeps or sends is stored as JSON, so a value that does not come back the
 * same (a Date, a Map, NaN, a class instance) is refused with the path to it instead of being altered silently.
 */

/**
 * The path of the first value that a JSON round trip would not give back, with its kind; `null` when there is none.
 * `undefined` as an object property is allowed: it reads the same when absent. Cycles and depth over 64 are refused.
 */
export const firstUnsafe = (value: unknown, path: string): string | null => {
  const unsafe = value === undefined ? null : unsafeIn(value, 0)
  return unsafe === null ? null : path + unsafe
}

/** What follows the path so far. It is put together on the way back, so that a value without fault costs no text. */
const unsafeIn = (value: unknown, depth: number): string | null => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null
    case "number":
      return Number.isFinite(value) ? null : ` is ${String(value)}`
    case "undefined":
      return " is undefined inside an array"
    case "object":
      return value === null ? null : unsafeInObject(value, depth)
    default:
      return ` is a ${typeof value}`
  }
}

const unsafeInObject = (value: object, depth: number): string | null => {
  if (depth > 64) return " is nested deeper than 64 levels or refers to itself"
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const unsafe = unsafeIn(value[index], depth + 1)
      if (unsafe !== null) return `[${index}]${unsafe}`
    }
    return null
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return " is not a plain object"
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key]
    if (field === undefined) continue
    const unsafe = unsafeIn(field, depth + 1)
    if (unsafe !== null) return `.${nameOf(key)}${unsafe}`
  }
  return null
}

/** A key that is no identifier may be a person's number or words, so it is not named. */
const nameOf = (key: string): string => (/^[A-Za-z_$][\w$]{0,39}$/.test(key) ? key : "*")
