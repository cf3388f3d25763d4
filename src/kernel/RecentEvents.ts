/**
 * The last events of an actor, for people who look: one line each, `<epoch milliseconds> <type>`, oldest first. It is text
 * because it is written with every turn and read by nobody but `inspect`: as objects, twenty events cost as much to encode
 * as two kilobytes of context.
 */

export interface RecentEvent {
  readonly type: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The last ten to twenty events, as their names are long. What is over goes line by line, oldest first. */
const MAX_CHARACTERS = 400
const MAX_TYPE_CHARACTERS = 100

/** The text with one more event. A line break in a type becomes a space. */
export const remember = (recent: string, type: string, at: number): string => {
  const all = `${recent}${at} ${type.slice(0, MAX_TYPE_CHARACTERS).replaceAll("\n", " ")}\n`
  return all.length <= MAX_CHARACTERS ? all : all.slice(all.indexOf("\n", all.length - MAX_CHARACTERS - 1) + 1)
}

export const readRecent = (recent: string): ReadonlyArray<RecentEvent> =>
  recent
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const space = line.indexOf(" ")
      return { type: line.slice(space + 1), at: Number(line.slice(0, space)) }
    })
