/** Drives a developer through the kernel's turns, each from the text of the one before as after a restart. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { DeveloperEvent, OpenActions } from "#domain/developer/Developer.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState, Turn } from "#kernel/Turn.ts"
import { developerDefinition } from "#machines/developer/definition.ts"
import { Bench } from "#test/kernel/harness.ts"

export const T0 = 1_800_000_000_000

export class Ann {
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
    for (let fired = 0; fired < 1_000; fired++) {
      const timer = this.state === null ? null : nextDueTimer(this.state.meta, this.now)
      if (timer === null || this.state === null) return this
      this.took(this.bench.fire(this.state, timer, this.now))
    }
    throw new Error("its timer fires without end")
  }
  private took({ reply, state }: Turn): this {
    this.reply = reply
    this.state = decodeState(this.bench.actor, encodeState(state))
    return this
  }
}
