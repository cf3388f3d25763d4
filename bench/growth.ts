/**
 * What many stored actors cost those who are at work: 1,000 to 1,000,000 of them in Redis, each with a kilobyte to remember
 * and a timer a month away. And what one more actor costs in Redis and, while resident, in this process.
 *
 * Not measured: the append-only file's rewrites, marks and records that expire, more than two processes (with Redis they
 * share the machine's cores: on two cores two processes cannot be twice as fast).
 */
import { eventsAtSizes } from "./growth/events.ts"
import { bytesInRedis, heapPerResident } from "./growth/memory.ts"
import { startUp, together } from "./growth/processes.ts"
import { type Stored, storedIn } from "./growth/stores.ts"
import type { Suite } from "./suite.ts"

const SIZES = [1_000, 10_000, 100_000, 1_000_000]

export const suite: Suite = {
  title: "what a million stored actors cost",
  run: async () => {
    const heap = await heapPerResident()
    const { stop, stored } = await storedIn(SIZES)
    try {
      const events = await eventsAtSizes(stored)
      const starts = await startUp(stored.at(-1) as Stored)
      const processes = await together(stored[1] as Stored)
      return [...events, ...starts, ...processes, ...bytesInRedis(stored), ...heap]
    } finally {
      await stop()
    }
  }
}
