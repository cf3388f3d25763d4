/** Patterns for `SCAN`. */

/** A prefix as a pattern that means just itself. */
export const literal = (prefix: string): string => prefix.replace(/[\\*?[\]]/g, "\\$&")
