/** Ranges of keys in the order of bytes. */

/** The first text that is no longer under the prefix. Prefixes are ASCII. */
export const pastPrefix = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
