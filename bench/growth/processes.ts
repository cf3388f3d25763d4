/** Processes of their own over one Redis: how long one takes to its first answer, and what two achieve together. */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { startRedis } from "#test/harness/RedisServer.ts"
import { interleaved, median, medianRatio, typical } from "../rig.ts"
import type { Row } from "../suite.ts"
import type { Stored } from "./stores.ts"

const PAIRS = 5
const EVENTS = 8_000
const SAID_WITHIN_MS = 60_000
const ENDED_WITHIN_MS = 15_000

const started = (file: string, ...args: ReadonlyArray<string | number>): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args.map(String), { execArgv: [] })

/** What the process says next. Throws when it ends instead, or says nothing for a minute. */
const said = async (child: ChildProcess): Promise<unknown> => {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(SAID_WITHIN_MS)])
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as unknown),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`a process ended with ${String(code)}`)
      })
    ])
  } finally {
    over.abort()
  }
}

/** Waits for its end. Throws, and ends it, when it does not end by itself. */
const gone = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  try {
    await once(child, "exit", { signal: AbortSignal.timeout(ENDED_WITHIN_MS) })
  } catch {
    child.kill("SIGKILL")
    throw new Error("a process did not end when it should have")
  }
}

/** Milliseconds from the start of a process to the answer of an actor. */
const firstAnswer = async (url: string, n: number, expected: number): Promise<number> => {
  const from = performance.now()
  const child = started("firstAnswer.ts", url, n)
  try {
    const answer = await said(child)
    const took = performance.now() - from
    if (answer !== expected) throw new Error(`answer ${String(answer)} instead of ${expected}`)
    await gone(child)
    return took
  } finally {
    child.kill("SIGKILL")
  }
}

/** With nothing stored the actor asked is new; with a million it is one of them. */
export const startUp = async ({ counts, size, url }: Stored): Promise<ReadonlyArray<Row>> => {
  const empty = await startRedis()
  try {
    const pairs: Array<{ readonly bare: number; readonly full: number }> = []
    for (let pair = 0; pair <= PAIRS; pair++) {
      const bareNow = () => firstAnswer(empty.url, pair, 1)
      const fullNow = () => {
        const n = size - 1 - pair
        const count = (counts.get(n) ?? 1) + 1
        counts.set(n, count)
        return firstAnswer(url, n, count)
      }
      const first = pair % 2 === 0 ? await bareNow() : await fullNow()
      const second = pair % 2 === 0 ? await fullNow() : await bareNow()
      if (pair > 0) pairs.push(pair % 2 === 0 ? { bare: first, full: second } : { bare: second, full: first })
    }
    const value = median(pairs.map(({ bare, full }) => bare / full))
    return [
      {
        what: "start of a process, nothing stored",
        figures: { "first answer ms": median(pairs.map(({ bare }) => bare)) }
      },
      {
        what: `start of a process, ${size.toLocaleString("en")} stored`,
        figures: { "first answer ms": median(pairs.map(({ full }) => full)) },
        ratios: [{ to: "its time with nothing stored (that ÷ this)", value, goal: 0.9 }]
      }
    ]
  } finally {
    await empty.stop()
  }
}

/** One process and two at once, each with a thousand actors of its own. */
export const together = async ({ size, url }: Stored): Promise<ReadonlyArray<Row>> => {
  const children = [started("driver.ts", url, 1), started("driver.ts", url, size / 2)]
  try {
    await Promise.all(children.map(said))
    const work = (all: ReadonlyArray<ChildProcess>) => ({
      name: String(all.length),
      work: all.length * EVENTS,
      prepare: () =>
        Promise.resolve({
          run: async (): Promise<void> => {
            const answers = await Promise.all(
              all.map((child) => {
                const answer = said(child)
                child.send(EVENTS)
                return answer
              })
            )
            if (!answers.every((answer) => answer === EVENTS)) throw new Error("not all events were sent")
          },
          end: () => Promise.resolve()
        })
    })
    const found = await interleaved([work(children.slice(0, 1)), work(children)], PAIRS)
    const [one, two] = [found.get("1") ?? [], found.get("2") ?? []]
    return [
      { what: "one process over one Redis, 256 in flight", figures: { "events/s": typical(one).perSecond } },
      {
        what: "two processes over it, 256 in flight each",
        figures: { "events/s": typical(two).perSecond },
        ratios: [{ to: "one process", value: medianRatio(two, one) }]
      }
    ]
  } finally {
    for (const child of children) if (child.connected) child.disconnect()
    await Promise.all(children.map(gone))
  }
}
