/**
 * A store with something in it for an operator to look at, and the command line on it: alerts in all states, a person's
 * conversation, dead letters, a record nobody can read. With a service on it, or without.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { type AlertId, alertIdOf } from "#domain/ash/Alert.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import { registry } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore, type DeadLetter } from "#runtime/ports/ActorStore.ts"
import { type Ended, tardigrade } from "./CommandLine.ts"
import { type Environment, MARKED, openGround, type ProcessOptions, ProcessWorld } from "./ProcessWorld.ts"

export const GUILD = "100000000000000001"
export const RESPONDER = "400000000000000001"
/** Whose ids nobody may print. */
export const MEMBER = "500000000000000001"
export const PHONE = "+12025550143"
const CHANNEL = "200000000000000001"
const MINUTE = 60_000

/** Its record is of no format this build knows. */
export const BROKEN = address("alert", "alert_00000000dead")

export class OperatorWorld extends ProcessWorld<ProcessOptions> {
  /** The alerts, as they were opened: 30, 20 and 10 minutes ago. */
  readonly alerts: { open: AlertId; acknowledged: AlertId; resolved: AlertId } = {
    open: alertIdOf(GUILD, MEMBER, "600000000000000001"),
    acknowledged: alertIdOf(GUILD, MEMBER, "600000000000000002"),
    resolved: alertIdOf(GUILD, MEMBER, "600000000000000003")
  }
  #url: string | null = null

  static async open(options: ProcessOptions, served: boolean): Promise<OperatorWorld> {
    const world = new OperatorWorld(options, await openGround(options))
    world.keepSecret(MEMBER, PHONE.slice(1))
    await world.#fill()
    if (served) world.#url = (await world.start()).url
    return world
  }

  protected surroundings(): Environment {
    return { BOT_DISCORD_GUILD_ID: GUILD }
  }

  protected endSurroundings(): Promise<void> {
    return Promise.resolve()
  }

  /** Runs one command where this world says; fails when it prints what belongs to a person. */
  async run(...args: ReadonlyArray<string>): Promise<Ended> {
    const { ADMIN_TOKEN = "", ...env } = this.environment()
    const ended =
      this.#url === null
        ? await tardigrade(args, { env })
        : await tardigrade([...args, "--url", this.#url], { env: { ADMIN_TOKEN } })
    const leaks = this.leaks(ended.stdout + ended.stderr)
    if (leaks.length > 0) throw new Error(`${args.join(" ")} printed words of a person, such as ${leaks[0]}`)
    return ended
  }

  /** The JSON answer of a command that succeeds. */
  async json(...args: ReadonlyArray<string>): Promise<unknown> {
    const { code, stderr, stdout } = await this.run(...args, "--json")
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }

  /** Adds dead letters, the oldest first. */
  bury(...letters: ReadonlyArray<Pick<DeadLetter, "id" | "address" | "name" | "payload">>): Promise<void> {
    const at = Date.now()
    const deadLetters = letters.map((letter, nth) => ({
      ...letter,
      ...{ kind: "event" as const, reason: "threw", at: at - 1000 + nth }
    }))
    const graveyard = address("desk", "199999999999999999")
    const commit = this.store.commit([
      {
        ...{ address: graveyard, expected: null, next: null, wakeAt: null, mark: null, projections: [] },
        deadLetters
      }
    ])
    return Effect.runPromise(Effect.asVoid(commit))
  }

  /** Tells actors what they would have been told; leaves their effects to whoever comes. */
  async #fill(): Promise<void> {
    const { acknowledged, open: opened, resolved } = this.alerts
    const filling = Effect.gen(function* () {
      const system = yield* ActorSystem
      const now = yield* system.now
      const tell = told(system)
      const desk = address("desk", GUILD)
      const open = Effect.fnUntraced(function* (alertId: AlertId, nth: number, severity: CrisisSeverity, ago: number) {
        const signal = {
          ...{ guildId: GUILD, userId: MEMBER, channelId: CHANNEL, messageId: `60000000000000000${nth}` },
          ...{ at: now - ago, severity, sensitivity: 1, origin: "channel", analysis: null },
          ...{ unanalysed: false, humanWanted: null }
        }
        yield* tell(address("alert", alertId), { type: "OPEN", signal, earlier: 0, previous: null })
        yield* tell(desk, { type: "ALERT_OPENED", alertId, severity, at: now - ago })
      })
      yield* open(opened, 1, "critical", 30 * MINUTE)
      yield* open(acknowledged, 2, "high", 20 * MINUTE)
      yield* open(resolved, 3, "medium", 10 * MINUTE)
      const note = MARKED[0]
      yield* tell(address("alert", acknowledged), { type: "ACKNOWLEDGE", note, by: RESPONDER, at: now })
      yield* tell(desk, { type: "ALERT_ACKNOWLEDGED", alertId: acknowledged, by: RESPONDER, at: now })
      yield* tell(address("alert", resolved), { type: "RESOLVE", note, by: RESPONDER, at: now })
      yield* tell(desk, { type: "ALERT_CLOSED", alertId: resolved, how: "resolved", by: RESPONDER, at: now })
      const text = { text: MARKED[1], messageId: "SM1", at: now, replyVia: "answer" }
      yield* tell(address("conversation", PHONE), { type: "MESSAGE_RECEIVED", ...text })
    })
    const system = ActorRuntime.layer({ actors: registry, passive: true }).pipe(
      Layer.provide(Layer.succeed(ActorStore, this.store))
    )
    await Effect.runPromise(Effect.provide(filling, system))
    const next = { revision: 1, turn: "t", record: JSON.stringify({ format: 99, words: MARKED[0] }), ttlMs: 3_600_000 }
    const broken = { address: BROKEN, expected: null, next, wakeAt: null, mark: null, projections: [], deadLetters: [] }
    await Effect.runPromise(this.store.commit([broken]))
  }
}

const told = (system: ActorSystemService) => {
  let told = 0
  return (to: ActorAddress, event: ActorEvent) => system.tell(to, event, { id: `told-${++told}` })
}
