/** Which process has a shard: the newest claim, one at a time, told the truth whenever it asks. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { GatewayEvent, GatewayHold } from "#domain/ash/Gateway.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { gatewayDefinition } from "#machines/gateway/definition.ts"
import { Bench, NOW } from "#test/kernel/harness.ts"

const FOR_MS = 6000

const at = (ms: number) => ({ forMs: FOR_MS, at: NOW + ms })
const claims = (holder: string, ms: number) => ({ type: "CLAIM", holder, ifFree: false, ...at(ms) }) as const
const waits = (holder: string, ms: number) => ({ type: "CLAIM", holder, ifFree: true, ...at(ms) }) as const
const renews = (holder: string, ms: number) => ({ type: "RENEW", holder, ...at(ms) }) as const
const releases = (holder: string) => ({ type: "RELEASE", holder }) as const

class Shard {
  readonly #bench = new Bench([gatewayDefinition()], "0")
  #state: ActorState | null = null

  hear(event: GatewayEvent): unknown {
    const { reply, state } = this.#bench.event(this.#state, event as ActorEvent)
    this.#state = state
    return reply
  }
}

const GRANTED = { session: null, channels: {}, at: 0 }

describe("a shard's holder", () => {
  it.each<readonly [string, ReadonlyArray<readonly [GatewayEvent, unknown]>]>([
    ["is who claims it first", [[claims("one", 0), GRANTED]]],
    [
      "is the newest, at once, and the older one is told when it asks",
      [
        [claims("one", 0), GRANTED],
        [claims("two", 1), GRANTED],
        [renews("one", 2), { held: false }],
        [renews("two", 3), { held: true }]
      ]
    ],
    [
      "keeps it from those who wait while its time lasts",
      [
        [claims("one", 0), GRANTED],
        [waits("two", FOR_MS - 1), undefined],
        [renews("one", FOR_MS - 1), { held: true }],
        [waits("two", FOR_MS), undefined],
        [waits("two", 2 * FOR_MS - 2), undefined],
        [waits("two", 2 * FOR_MS - 1), GRANTED],
        [renews("one", 2 * FOR_MS), { held: false }]
      ]
    ],
    [
      "hands it on the moment it releases it",
      [
        [claims("one", 0), GRANTED],
        [releases("one"), undefined],
        [waits("two", 1), GRANTED]
      ]
    ],
    [
      "cannot be freed by another",
      [
        [claims("one", 0), GRANTED],
        [releases("two"), undefined],
        [waits("two", 1), undefined]
      ]
    ],
    [
      "keeps it although its time has run out, when nobody came (a process that was frozen)",
      [
        [claims("one", 0), GRANTED],
        [renews("one", 10 * FOR_MS), { held: true }],
        [waits("two", 11 * FOR_MS - 1), undefined]
      ]
    ],
    [
      "must claim it again once another had it, even if that one is gone",
      [
        [claims("one", 0), GRANTED],
        [claims("two", 1), GRANTED],
        [releases("two"), undefined],
        [renews("one", 2), { held: false }],
        [waits("one", 3), GRANTED],
        [renews("one", 4), { held: true }]
      ]
    ],
    [
      "may ask again after a lost answer",
      [
        [waits("one", 0), GRANTED],
        [waits("one", 1), GRANTED]
      ]
    ],
    ["is nobody who only renews", [[renews("one", 0), { held: false }]]],
    [
      "loses no time to a clock that is behind",
      [
        [claims("one", 1000), GRANTED],
        [renews("one", 0), { held: true }],
        [waits("two", FOR_MS + 999), undefined]
      ]
    ]
  ])("%s", (_, steps) => {
    const shard = new Shard()
    expect(steps.map(([event]) => shard.hear(event))).toEqual(steps.map(([, reply]) => reply))
  })
})

const PROCESSES = ["one", "two", "three"] as const
const steps = (kinds: ReadonlyArray<"claims" | "waits" | "renews" | "releases">) =>
  fc.array(
    fc.record({ does: fc.constantFrom(...kinds), who: fc.constantFrom(...PROCESSES), after: fc.nat({ max: FOR_MS }) }),
    { maxLength: 40 }
  )

/** Plays the steps and tells after each who was last told that it has the shard, and until when that counts. */
const play = (
  moves: ReadonlyArray<{ does: string; who: string; after: number }>,
  look: (seen: { shard: Shard; now: number; believes: ReadonlyArray<string>; does: string; who: string }) => void
) => {
  const shard = new Shard()
  const until = new Map<string, number>()
  let now = 0
  for (const { after, does, who } of moves) {
    now += after
    if (does === "releases") {
      shard.hear(releases(who))
      until.delete(who)
    } else {
      const event = does === "claims" ? claims(who, now) : does === "waits" ? waits(who, now) : renews(who, now)
      const answer = shard.hear(event) as GatewayHold | typeof GRANTED | undefined
      const has = answer !== undefined && (!("held" in answer) || answer.held)
      if (has) until.set(who, now + FOR_MS)
      else until.delete(who)
    }
    look({ shard, now, believes: PROCESSES.filter((one) => (until.get(one) ?? 0) > now), does, who })
  }
}

describe("any order of claims, renewals and releases", () => {
  it("without a new process, never lets two believe within their time that they have the shard", () => {
    fc.assert(
      fc.property(steps(["waits", "renews", "releases"]), (moves) =>
        play(moves, ({ believes }) => expect(believes.length).toBeLessThanOrEqual(1))
      )
    )
  })

  it("tells one process at most that it has the shard, whoever asks; after a claim that process", () => {
    fc.assert(
      fc.property(steps(["claims", "waits", "renews", "releases"]), (moves) =>
        play(moves, ({ does, now, shard, who }) => {
          const told = PROCESSES.filter((one) => (shard.hear(renews(one, now)) as GatewayHold).held)
          expect(told.length).toBeLessThanOrEqual(1)
          if (does === "claims") expect(told).toEqual([who])
        })
      )
    )
  })

  it("grants the shard to whoever waits long enough after the last renewal", () => {
    fc.assert(
      fc.property(steps(["claims", "waits", "renews", "releases"]), (moves) => {
        let last: { shard: Shard; now: number } | null = null
        play(moves, (seen) => {
          last = seen
        })
        const { shard, now } = (last as { shard: Shard; now: number } | null) ?? { shard: new Shard(), now: 0 }
        expect(shard.hear(waits("four", now + FOR_MS))).toEqual(GRANTED)
      })
    )
  })
})
