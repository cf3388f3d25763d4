/**
 * How far a longer piece of work has come, on standard error: a bar or a count that is drawn over on a terminal, and a line
 * now and then elsewhere. Nothing of it is on standard output.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

const WIDTH = 30
/** Off a terminal at most one line in this time. */
const QUIET_MS = 5000

/** Only a terminal can be drawn over. */
const canDraw = (): boolean => process.stderr.isTTY && process.env["TERM"] !== "dumb"

const CLEAR_LINE = "\u001b[K"
const draw = (text: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stderr.write(`\r${text}${CLEAR_LINE}`))
const endLine = Effect.sync(() => void process.stderr.write("\n"))

const bar = (done: number, total: number): string => {
  const full = total === 0 ? WIDTH : Math.min(WIDTH, Math.round((WIDTH * done) / total))
  return `[${"#".repeat(full)}${".".repeat(WIDTH - full)}]`
}

/** Runs `each` over the items one after the other and shows how many are done. */
export const inTurn = <A, B, E, R>(
  what: string,
  items: ReadonlyArray<A>,
  each: (item: A) => Effect.Effect<B, E, R>
) => {
  const total = items.length
  const drawn = canDraw()
  /** Off a terminal: about ten lines, the last one in any case. */
  const stride = Math.max(1, Math.ceil(total / 10))
  const show = (done: number): Effect.Effect<void> => {
    if (drawn) return draw(`${what} ${bar(done, total)} ${done}/${total}`)
    return done % stride === 0 || done === total ? Console.error(`${what}: ${done}/${total}`) : Effect.void
  }
  return Effect.forEach(items, (item, index) => Effect.tap(each(item), show(index + 1))).pipe(
    Effect.ensuring(drawn && total > 0 ? endLine : Effect.void)
  )
}

/** For work of which is known at most about how much it is; `null` = not even that, and there is no bar. */
export const counting = (what: string, expected: number | null) => {
  const drawn = canDraw()
  let beganAt: number | null = null
  let saidAt = -Infinity
  return {
    show: (text: string, done: number): Effect.Effect<void> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        beganAt ??= now
        const seconds = `${Math.round((now - beganAt) / 1000)} s`
        const line = [what, text, seconds].filter((part) => part !== "").join(" · ")
        if (drawn) return draw(expected === null ? line : `${bar(done, expected)} ${line}`)
        if (now - saidAt < QUIET_MS) return Effect.void
        saidAt = now
        return Console.error(line)
      }),
    end: Effect.suspend(() => (drawn && beganAt !== null ? endLine : Effect.void))
  }
}
