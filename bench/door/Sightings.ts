/**
 * When something that was asked for is there: by looking into Redis every few milliseconds for all that is still missing,
 * a few commands for thousands of things. A moment is known as well as the looks are frequent, and never too early.
 */
import { setTimeout as sleep } from "node:timers/promises"

export const LOOK_EVERY_MS = 50

/** Milliseconds from when each was expected until it was seen. Throws when some stay away for longer than `withinMs`. */
export const sightings = async <A>(
  what: string,
  expected: ReadonlyMap<A, number>,
  look: (missing: ReadonlyArray<A>) => Promise<ReadonlyArray<boolean>>,
  count: number,
  withinMs: number
): Promise<ReadonlyArray<number>> => {
  const took = new Map<A, number>()
  const giveUpAt = performance.now() + withinMs
  while (took.size < count) {
    if (performance.now() > giveUpAt) throw new Error(`${what}: ${took.size} of ${count} within ${withinMs} ms`)
    const missing = [...expected.keys()].filter((one) => !took.has(one))
    const found = await look(missing)
    const now = performance.now()
    for (const [nth, one] of missing.entries()) if (found[nth] === true) took.set(one, now - (expected.get(one) ?? 0))
    await sleep(LOOK_EVERY_MS)
  }
  return [...took.values()]
}
