/** A developer's open actions: noted, bounded, closed by word or by time. */
import { describe, expect, it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import { type DeveloperEvent, MAX_OPEN_ACTIONS, type OpenActions } from "#domain/developer/Developer.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, Turn } from "#kernel/Turn.ts"
import { developerDefinition } from "#machines/developer/definition.ts"
import { Bench } from "#test/kernel/harness.ts"

const T0 = 1_800_000_000_000

class Ann {
  readonly bench = new Bench([developerDefinition()], "ann")
  state: ActorState | null = null
  now = T0
  reply: unknown = undefined

  hear(event: DeveloperEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  open(token: string, forMs: number): unknown {
    const expiresAt = this.now + forMs
    return this.hear({ type: "ACTION_OPENED", token, expiresAt, at: this.now }).reply
  }
  close(token: string): this {
    return this.hear({ type: "ACTION_CLOSED", token })
  }
  get tokens(): ReadonlyArray<string> {
    return (this.hear({ type: "LOOK" }).reply as OpenActions).open.map(({ token }) => token)
  }
  get timers(): ReadonlyArray<number> {
    return this.state?.meta.timers.map(({ dueAt }) => dueAt - T0) ?? []
  }
  at(ms: number): this {
    this.now = T0 + ms
    for (;;) {
      const timer = this.state === null ? null : nextDueTimer(this.state.meta, this.now)
      if (timer === null || this.state === null) return this
      this.took(this.bench.fire(this.state, timer, this.now))
    }
  }
  private took({ reply, state }: Turn): this {
    this.reply = reply
    this.state = decodeState(this.bench.actor, encodeState(state))
    return this
  }
}

describe("a developer", () => {
  it("has nothing open, and asking leaves nothing behind", () => {
    const ann = new Ann()
    expect(ann.tokens).toEqual([])
    expect(ann.close("unknown").tokens).toEqual([])
    expect(ann.timers).toEqual([])
  })

  it("knows what is open, oldest first, until it is told otherwise", () => {
    const ann = new Ann()
    expect(ann.open("a", 60_000)).toEqual({ noted: true })
    expect(ann.at(1).open("b", 60_000)).toEqual({ noted: true })
    expect(ann.open("a", 90_000)).toEqual({ noted: true })
    expect(ann.tokens).toEqual(["a", "b"])
    expect(ann.close("a").tokens).toEqual(["b"])
    expect(ann.close("a").close("b").tokens).toEqual([])
    expect(ann.timers).toEqual([])
  })

  it("leaves out what is past its time, at that very millisecond, though nobody told", () => {
    const ann = new Ann()
    ann.open("long", 90_000)
    ann.open("short", 60_000)
    expect(ann.at(59_999).tokens).toEqual(["long", "short"])
    expect(ann.at(60_000).tokens).toEqual(["long"])
    expect(ann.timers).toEqual([90_000])
    expect(ann.at(90_000).tokens).toEqual([])
    expect(ann.timers).toEqual([])
    expect(ann.open("late", 0)).toEqual({ noted: false })
  })

  it("may have 50 open at once; what expired makes room though its timer is late", () => {
    const ann = new Ann()
    for (let n = 0; n < MAX_OPEN_ACTIONS; n++) {
      expect(ann.open(`t${n}`, n === 0 ? 1_000 : 60_000)).toEqual({ noted: true })
    }
    expect(ann.open("more", 60_000)).toEqual({ noted: false })
    ann.now = T0 + 1_000
    expect(ann.open("more", 60_000)).toEqual({ noted: true })
    expect(ann.tokens).toHaveLength(MAX_OPEN_ACTIONS)
    expect(ann.tokens.at(-1)).toBe("more")
  })
})
