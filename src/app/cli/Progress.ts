/**
 * How far a longer piece of work has come, on standard error: a bar that is drawn over on a terminal, and a line now and
 * then elsewhere. Nothing of it is on standard output.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const WIDTH = 30

const bar = (done: number, total: number): string => {
  const full = total === 0 ? WIDTH : Math.round((WIDTH * done) / total)
  return `[${"#".repeat(full)}${".".repeat(WIDTH - full)}]`
}

/** Runs `each` over the items one after the other and shows how many are done. */
export const inTurn = <A, B, E, R>(
  what: string,
  items: ReadonlyArray<A>,
  each: (item: A) => Effect.Effect<B, E, R>
) => {
  const total = items.length
  const drawn = process.stderr.isTTY && process.env["TERM"] !== "dumb"
  /** Off a terminal: about ten lines, the last one in any case. */
  const stride = Math.max(1, Math.ceil(total / 10))
  const show = (done: number): Effect.Effect<void> => {
    if (drawn) {
      const end = done === total ? "\n" : ""
      return Effect.sync(() => void process.stderr.write(`\r${what} ${bar(done, total)} ${done}/${total}${end}`))
    }
    return done % stride === 0 || done === total ? Console.error(`${what}: ${done}/${total}`) : Effect.void
  }
  return Effect.forEach(items, (item, index) => Effect.tap(each(item), show(index + 1)))
}
