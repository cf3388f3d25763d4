/**
 * Waiting for real processes: look again until it is so, within a bound. The only place of the scenarios that lets time
 * pass; a look that never comes true fails with what was waited for and what was seen last.
 */

/** A look that failed counts as "not yet". */
export const eventually = async <A>(
  what: string,
  look: () => A | Promise<A>,
  holds: (seen: A) => boolean,
  withinMs = 20_000
): Promise<A> => {
  const giveUpAt = performance.now() + withinMs
  let last: unknown = "nothing"
  while (performance.now() < giveUpAt) {
    try {
      const seen = await look()
      if (holds(seen)) return seen
      last = seen
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const shown = last instanceof Error ? `${last.message} ${String(last.cause ?? "")}` : JSON.stringify(last)
  throw new Error(`waited ${withinMs} ms for ${what}; seen last: ${shown?.slice(0, 600)}`)
}
