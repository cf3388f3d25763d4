/** What an engine of the comparison is to the driver. */
import type { ChartEvent, Ended } from "./chart.ts"

/** An engine with no actors yet. */
export interface Opened {
  /** Resolves when the event is durable in what this engine offers. `id` is unique to the event. */
  readonly ask: (key: string, event: ChartEvent, id: string) => Promise<unknown>
  /** Where the actors stand, in the order of the keys, read from where the engine keeps them and not from its memory. */
  readonly states: (keys: ReadonlyArray<string>) => Promise<ReadonlyArray<Ended | null>>
  readonly close: () => Promise<void>
}

/** A started engine: servers of its own run until it is stopped. */
export interface Started {
  readonly open: () => Promise<Opened>
  readonly stop: () => Promise<void>
}

export interface Engine {
  readonly name: string
  /** What its row says it makes durable, and by when. */
  readonly durable: string
  /** Measured events per actor and round. Slower engines get fewer, so that the whole stays short. */
  readonly perActor: number
  /** The least that ours should be times as fast. */
  readonly goal?: number
  /** **Throws** `Missing` where its server cannot run. */
  readonly start: (redisUrl: string) => Promise<Started>
}

/** The engine's server is not on this machine. */
export class Missing extends Error {
  override readonly name = "Missing"
}

/** For engines without a server of their own. */
export const inProcess = (open: (redisUrl: string) => Promise<Opened>): Engine["start"] => {
  return (redisUrl) => Promise.resolve({ open: () => open(redisUrl), stop: () => Promise.resolve() })
}

/** How long a record is kept by those that set a lifetime, seconds; ours has the same. */
export const TTL_SECONDS = 7200

/** Runs work of one key strictly one after the other; different keys do not wait for each other. */
export const perKey = (): (<A>(key: string, work: () => Promise<A>) => Promise<A>) => {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = tails.get(key)
    const mine = before === undefined ? work() : before.then(work, work)
    tails.set(key, mine)
    const forget = (): void => {
      if (tails.get(key) === mine) tails.delete(key)
    }
    mine.then(forget, forget)
    return mine
  }
}
