/** Events on a few of the stored actors, whose number differs from one Redis to the next; in turns over the sizes. */
import { drive, interleaved, median, medianRatio, typical, type Variant } from "../rig.ts"
import type { Row } from "../suite.ts"
import { add, openOn, type Stored } from "./stores.ts"

const ROUNDS = 7
const HOT = 1_000

/** Odd and no multiple of five, so that multiples of it visit every one of a power of ten before any twice. */
const STRIDE = 6_180_339

interface Load {
  readonly name: string
  readonly events: number
  readonly inFlight: number
  /** Events before the first round. */
  readonly before: number
  readonly config: Parameters<typeof openOn>[1]
  /** The actor of the nth event, of `size`. */
  readonly pick: (size: number, n: number) => number
}

/**
 * Always the same thousand, found evenly among all: they stay in memory. With so many events before, what an actor remembers
 * of its last events has nearly reached its bound when the rounds begin, whatever was drawn earlier.
 */
const hot: Load = {
  name: "the same 1,000 actors",
  events: 4_000,
  inFlight: 512,
  before: 8 * HOT,
  config: {},
  pick: (size, n) => (n % HOT) * (size / HOT)
}

/**
 * Drawn evenly from all, and read back for every event whatever the size, or a thousand would be found in memory. Few, because
 * the records of a thousand grow with each event more than those of a million do.
 */
const drawn: Load = {
  name: "drawn from all, each read back",
  events: 700,
  inFlight: 64,
  before: 0,
  config: { residency: "alwaysRehydrate" },
  pick: (size, n) => (n * STRIDE) % size
}

const measured = async (load: Load, all: ReadonlyArray<Stored>): Promise<ReadonlyArray<Row>> => {
  const { before, config, events, inFlight, name, pick } = load
  const opened: Array<Awaited<ReturnType<typeof openOn>>> = []
  try {
    const variants: Array<Variant> = []
    const redisMicros = new Map<string, Array<number>>()
    for (const stored of all) {
      const one = await openOn(stored.url, config)
      opened.push(one)
      const send = (n: number) => add(one.system, stored, pick(stored.size, n))
      let sent = before
      await drive(before, inFlight, send)
      const ofRuns: Array<number> = []
      redisMicros.set(String(stored.size), ofRuns)
      variants.push({
        name: String(stored.size),
        work: events,
        prepare: async () => {
          const from = sent
          sent += events
          const micros = await stored.redisMicros()
          return {
            run: () => drive(events, inFlight, (n) => send(from + n)),
            end: async () => void ofRuns.push(((await stored.redisMicros()) - micros) / events)
          }
        }
      })
    }
    const found = await interleaved(variants, ROUNDS)
    const [fewest] = [...found.values()]
    return [...found].map(([size, runs]) => {
      const { cpuMicros, perSecond } = typical(runs)
      const value = medianRatio(runs, fewest ?? [])
      return {
        what: `${Number(size).toLocaleString("en")} stored; ${name}, ${inFlight} in flight`,
        figures: {
          "events/s": perSecond,
          "µs CPU/event": cpuMicros,
          "of Redis µs CPU/event": median((redisMicros.get(size) ?? []).slice(1))
        },
        ...(runs === fewest ? {} : { ratios: [{ to: "1,000 stored", value, goal: 0.9 }] })
      }
    })
  } finally {
    await Promise.all(opened.map(({ close }) => close()))
  }
}

export const eventsAtSizes = async (all: ReadonlyArray<Stored>): Promise<ReadonlyArray<Row>> => {
  const rows = await measured(drawn, all)
  return [...(await measured(hot, all)), ...rows]
}
