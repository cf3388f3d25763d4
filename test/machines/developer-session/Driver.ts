/** Drives a session through the kernel's turns, each from the text of the one before as after a restart. */
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Decision, DeveloperSessionEvent, DeveloperSessionLook, Profile } from "#domain/developer/Developer.ts"
import type { IntentName } from "#domain/developer/Intent.ts"
import type { Projection } from "#domain/Projection.ts"
import { nextDueTimer } from "#kernel/Pending.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, type Turn, viewOf } from "#kernel/Turn.ts"
import { developerSessionDefinition } from "#machines/developer-session/definition.ts"
import type { DeveloperSessionSettings } from "#machines/developer-session/schema.ts"
import { Bench } from "#test/kernel/harness.ts"

export const ANN = "ann"
export const BOB = "bob"
export const T0 = Date.parse("2026-11-21T12:00:00Z")
export const HOUR = 3_600_000

export class SessionDriver {
  readonly id: string
  readonly bench: Bench
  state: ActorState | null = null
  now = T0
  reply: unknown = undefined
  projections: ReadonlyArray<Projection> = []
  /** What readers see at `session_context:{id}`; it goes by itself at its time. */
  written: { readonly value: string; readonly endsAt: number } | null = null

  constructor(settings: Partial<DeveloperSessionSettings> = {}, id = "session-1") {
    this.id = id
    this.bench = new Bench([developerSessionDefinition(settings)], id)
  }

  get live(): ActorState {
    if (this.state === null) throw new Error("nothing has happened yet")
    return this.state
  }
  get document(): unknown {
    const { now, written } = this
    return written === null || written.endsAt <= now ? null : (JSON.parse(written.value) as unknown)
  }
  get ttlMs(): number | null {
    const { ttlMs } = this.bench.actor.definition
    return typeof ttlMs === "function" ? ttlMs(viewOf(this.bench.address, this.live)) : ttlMs
  }

  hear(event: DeveloperSessionEvent): this {
    return this.took(this.bench.event(this.state, { ...event } as ActorEvent, this.now))
  }
  say(
    name: IntentName,
    entities: Readonly<Record<string, unknown>> = {},
    { confidence = 1, profile = "default" as Profile, token = "t1", user = ANN } = {}
  ): Decision {
    const intent = { name, confidence, entities }
    return this.hear({ type: "COMMAND", user, intent, profile, token, at: this.now }).reply as Decision
  }
  /** What was said to a command that comes to no more than words. */
  spoken(name: IntentName, entities: Readonly<Record<string, unknown>> = {}, more: { profile?: Profile } = {}): string {
    const decision = this.say(name, entities, more)
    if (!("spoken" in decision)) throw new Error(`it came to ${decision.kind}`)
    return decision.spoken
  }
  answered(spoken: ReadonlyArray<string>, user = ANN): this {
    return this.hear({ type: "ANSWERED", user, spoken, at: this.now })
  }
  /** What a confirmation found newest was read out, in answer to the command with token `to`. */
  readOut(token: string, to: string, user = ANN): this {
    return this.hear({ type: "ANSWERED", user, spoken: [`About ${token}.`], at: this.now, proposed: { token, to } })
  }
  /** What a confirmation would run now. */
  confirms(token = "c"): string | null {
    const decision = this.say("system.confirm", {}, { token })
    if (decision.kind !== "confirm_newest") throw new Error(`it came to ${decision.kind}`)
    return decision.expects
  }
  set(repo: string, prNumber: number | null = null, user = ANN): unknown {
    return this.hear({ type: "SET_CONTEXT", user, repo, prNumber, at: this.now }).reply
  }
  clear(user = ANN): unknown {
    return this.hear({ type: "CLEAR_CONTEXT", user }).reply
  }
  look(): DeveloperSessionLook {
    return this.hear({ type: "LOOK" }).reply as DeveloperSessionLook
  }
  /** Time passes, and what is due by then fires. */
  at(ms: number): this {
    this.now = T0 + ms
    for (let timer = nextDueTimer(this.live.meta, this.now); timer !== null;) {
      this.took(this.bench.fire(this.live, timer, this.now))
      timer = nextDueTimer(this.live.meta, this.now)
    }
    return this
  }

  private took({ projections, reply, state }: Turn): this {
    this.reply = reply
    this.projections = projections
    for (const one of projections) {
      if (one.key !== `session_context:${this.id}`) throw new Error("a document that nobody knows")
      this.written = one.op === "put" ? { value: one.value, endsAt: this.now + (one.ttlMs ?? Infinity) } : null
    }
    this.state = decodeState(this.bench.actor, encodeState(state))
    return this
  }
}
