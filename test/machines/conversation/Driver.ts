/**
 * Drives the conversation chart with XState's pure functions alone: collects the named actions of each step, feeds the
 * outcomes of jobs and the timers by name, and takes every snapshot through JSON, as the runtime does. Not a runtime: it
 * has no clock of its own and no store.
 */
import { createActor, initialTransition, transition, type Snapshot } from "xstate"
import { machine } from "#machines/conversation/machine.ts"
import {
  defaultSettings,
  document,
  isStopped,
  statusOf,
  type ConversationContext,
  type ConversationEvent,
  type ConversationMessage,
  type ConversationSettings,
  type ConversationSms
} from "#machines/conversation/schema.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { AnalysisSummary, CartSnapshot, ConversationReply } from "#domain/MealPlan.ts"

export const PHONE = "+12125551234"
/** Sunday 2026-03-01 12:00 UTC. */
export const T0 = 1_772_366_400_000
export const DAY = 86_400_000

export const CART: CartSnapshot = {
  items: [{ name: "salmon", quantity: 2, unit: "lb" }],
  delivery_date: "2026-03-05",
  source: "sample"
}
export const ANALYSIS: AnalysisSummary = {
  ref: "analysis:1",
  meals: [
    { day: "Monday", title: "Salmon bowl" },
    { day: "Tuesday", title: "Kale pasta" },
    { day: "Wednesday", title: "Bean chili" },
    { day: "Thursday", title: "Roast carrots" },
    { day: "Friday", title: "Tomato tart" }
  ],
  delivery_date: "2026-03-05",
  recipes_due_at: T0 + 3 * DAY
}

interface Step {
  readonly type: string
  readonly params: unknown
}

type MachineSnapshot = ReturnType<typeof machine.resolveState>

/** A stored snapshot in the present chart. Nothing is started. */
export const restore = (persisted: Snapshot<unknown>): MachineSnapshot => {
  const input = { ...defaultSettings, phone: PHONE, at: T0 }
  return createActor(machine, { snapshot: persisted, input }).getSnapshot() as MachineSnapshot
}

export class Driver {
  snapshot: MachineSnapshot
  /** Pending timers: id → delay in ms and the event. */
  timers = new Map<string, { readonly delay: number; readonly event: { readonly type: string } }>()
  /** Running jobs: id → source and input. */
  jobs = new Map<string, { readonly src: string; readonly input: unknown }>()
  /** Texts of the last step, and of all. */
  sent: Array<ConversationSms> = []
  replies: Array<ConversationReply> = []
  everSent: Array<ConversationSms> = []
  now = T0
  private count = 0

  constructor(settings: Partial<ConversationSettings> = {}) {
    const [snapshot, actions] = initialTransition(machine, { ...defaultSettings, ...settings, phone: PHONE, at: T0 })
    this.snapshot = snapshot as MachineSnapshot
    this.take(actions)
  }

  get context(): ConversationContext {
    return this.snapshot.context
  }
  get view(): ActorView {
    return {
      id: PHONE,
      at: this.now,
      createdAt: T0,
      status: this.snapshot.status,
      value: this.snapshot.value,
      context: this.snapshot.context as never,
      output: undefined
    }
  }
  get status(): string {
    return statusOf(this.view)
  }
  get stopped(): boolean {
    return isStopped(this.view)
  }
  get document() {
    return document(this.view)
  }
  get reply(): ConversationReply {
    if (this.replies.length !== 1) throw new Error(`the turn replied ${this.replies.length} times`)
    return this.replies[0] as ConversationReply
  }
  /** The one text of the last step. */
  get text(): string {
    if (this.sent.length !== 1) throw new Error(`the turn sent ${this.sent.length} texts`)
    return (this.sent[0] as ConversationSms).text
  }

  /** Runs one event. */
  feed(event: object): this {
    this.sent = []
    this.replies = []
    this.roundTrip()
    const [snapshot, actions] = transition(machine, this.snapshot, event as ConversationEvent)
    this.snapshot = snapshot as MachineSnapshot
    this.take(actions)
    this.everSent.push(...this.sent)
    return this
  }

  /** The texter writes; the reply must come exactly once. */
  say(text: string, more: Partial<ConversationMessage> = {}): this {
    this.now += 1000
    this.count += 1
    const message = { type: "MESSAGE_RECEIVED", text, messageId: `SM${this.count}`, at: this.now, replyVia: "answer" }
    this.feed({ ...message, ...more })
    void this.reply
    return this
  }

  /** The running job with this source succeeds. */
  done(src: string, output: unknown): this {
    const id = this.jobId(src)
    this.jobs.delete(id)
    return this.feed({ type: `xstate.done.actor.${id}`, actorId: id, output, at: (this.now += 1000) })
  }
  /** The running job with this source fails for good. */
  fail(src: string): this {
    const id = this.jobId(src)
    this.jobs.delete(id)
    const error = { name: "EffectFailed", message: "unreachable" }
    return this.feed({ type: `xstate.error.actor.${id}`, actorId: id, error, at: (this.now += 1000) })
  }
  /** The timer whose id contains this name fires, at its time or `late` by some milliseconds. */
  fire(name: string, late = 0): this {
    const found = [...this.timers].filter(([id]) => id.includes(name))
    if (found.length !== 1) throw new Error(`${found.length} timers are called ${name}`)
    const [id, { delay, event }] = found[0] as (typeof found)[0]
    this.timers.delete(id)
    const scheduledAt = this.now + delay
    this.now = scheduledAt + late
    return this.feed({ ...event, scheduledAt, firedAt: this.now })
  }
  timer(name: string): number | undefined {
    return [...this.timers].find(([id]) => id.includes(name))?.[1].delay
  }
  running(src: string): boolean {
    return [...this.jobs.values()].some((job) => job.src === src)
  }
  input(src: string): unknown {
    return this.jobs.get(this.jobId(src))?.input
  }

  /** A whole analysis, from "plan" to the plan's text. */
  plan(analysis = ANALYSIS): this {
    this.say("plan").done("readUser", { account: "ready", preferences: { diet: "any" } })
    return this.done("readCart", CART).done("planMeals", analysis)
  }

  private jobId(src: string): string {
    const found = [...this.jobs].filter(([, job]) => job.src === src)
    if (found.length !== 1) throw new Error(`${found.length} jobs run ${src}`)
    return (found[0] as (typeof found)[0])[0]
  }

  /** What is stored is JSON: nothing may depend on more. */
  private roundTrip(): void {
    const persisted = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(this.snapshot))) as Snapshot<unknown>
    const restored = restore(persisted)
    if (JSON.stringify(restored.context) !== JSON.stringify(this.snapshot.context)) throw new Error("JSON changed it")
    if (JSON.stringify(restored.value) !== JSON.stringify(this.snapshot.value)) throw new Error("JSON changed it")
    this.snapshot = restored
  }

  private take(actions: ReadonlyArray<Step>): void {
    for (const { type, params } of actions) {
      if (type === "reply") this.replies.push(params as ConversationReply)
      else if (type === "sendSms") this.sent.push(params as ConversationSms)
      else if (type === "xstate.raise") this.raised(params as { id?: string; delay?: number; event: { type: string } })
      else if (type === "xstate.cancel") this.timers.delete((params as { sendId: string }).sendId)
      else if (type === "xstate.spawnChild") {
        const { id, src, input } = params as { id: string; src: string; input: unknown }
        this.jobs.set(id, { src, input: JSON.parse(JSON.stringify(input)) as unknown })
      } else if (type === "xstate.stopChild") this.jobs.delete((params as { id: string }).id)
      else throw new Error(`an action nobody knows: ${type}`)
    }
  }

  private raised({ id, delay, event }: { id?: string; delay?: number; event: { type: string } }): void {
    if (delay === undefined) return
    if (id === undefined) throw new Error(`a timer without a name: ${event.type}`)
    this.timers.set(id, { delay, event })
  }
}
