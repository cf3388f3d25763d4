/**
 * A crisis team on a local Discord: its channels, roles and people, the settings that name them, and what the channel's
 * effects need. The store is the one in memory, so histories and look-ups are read as they would be.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { alertNotices } from "#channels/discord/AlertNotices.ts"
import { alertPosts } from "#channels/discord/AlertPosts.ts"
import { sendDirect } from "#channels/discord/DirectMessages.ts"
import { DiscordRest } from "#channels/discord/DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "#channels/discord/DiscordSettings.ts"
import { tellOperators } from "#channels/discord/OperatorNotices.ts"
import { postSessionNotes } from "#channels/discord/SessionNotes.ts"
import { address } from "#domain/ActorAddress.ts"
import { type AlertView, alertIdOf } from "#domain/ash/Alert.ts"
import { storeInHistory } from "#domain/ash/History.ts"
import { type AshPolicy, defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import type { EffectCall, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { TOKEN } from "#test/harness/discord/Options.ts"
import { alertView, signal } from "./Alerts.ts"

export const CHANNELS = ["general", "medium", "high", "critical", "notes", "operators"] as const

export interface Team {
  readonly discord: DiscordStandIn
  readonly guildId: string
  /** Channel, role or person by name. */
  readonly id: (name: string) => string
  readonly settings: DiscordSettingsService
  readonly policy: AshPolicy
  readonly store: ActorStoreService
  /** What was logged, as JSON lines. */
  readonly lines: ReadonlyArray<string>
  readonly environment: Layer.Layer<DiscordRest | DiscordSettings | ActorStore>
  /** A member's message as Discord has it, and the alert about it. */
  readonly write: (text: string, more?: Partial<AlertView>) => AlertView
  /** Puts documents, sets and lists into the store. */
  readonly put: (projections: ReadonlyArray<Projection>) => Effect.Effect<void>
  readonly remember: (alert: AlertView, text: string, severity?: CrisisSeverity) => Effect.Effect<void>
  readonly handlers: {
    readonly [Name in keyof Handlers]: (
      params: Parameters<Handlers[Name]["run"]>[0]["params"],
      more?: Partial<Omit<EffectCall, "params">>
    ) => ReturnType<Handlers[Name]["run"]>
  }
}

const makeHandlers = (policy: AshPolicy) =>
  Effect.all({
    posts: alertPosts(policy),
    notify: alertNotices(policy),
    sendDirect,
    postSessionNotes,
    tellOperators
  }).pipe(Effect.map(({ posts, ...rest }) => ({ ...posts, ...rest })))

type Handlers = Effect.Success<ReturnType<typeof makeHandlers>>

export interface TeamOptions {
  readonly settings?: (ids: (name: string) => string) => Partial<DiscordSettingsService>
  readonly policy?: AshPolicy
  readonly closed?: ReadonlyArray<(typeof CHANNELS)[number]>
}

const member = (name: string, ...roles: ReadonlyArray<string>) => ({ name, roles })

/** A team with everything configured. */
export const makeTeam = (options: TeamOptions = {}): Effect.Effect<Team, never, Scope.Scope> =>
  Effect.gen(function* () {
    const discord = yield* Effect.acquireRelease(
      Effect.promise(() =>
        DiscordStandIn.start({
          guilds: [
            {
              name: "community",
              roles: [{ name: "crt" }, { name: "wider" }, { name: "admin" }, { name: "staff" }],
              channels: CHANNELS.map((name) => ({
                name,
                access: options.closed?.includes(name) === true ? "read" : "full"
              })),
              members: [
                member("sam"),
                member("robin", "crt"),
                member("alex", "crt"),
                member("ada", "admin"),
                member("stef", "staff"),
                member("lee"),
                { name: "lou", dmClosed: true }
              ]
            }
          ]
        })
      ),
      (self) => Effect.promise(() => self.stop())
    )
    const id = (name: string) => discord.id(name)
    const guildId = id("community")
    const policy = options.policy ?? defaultAshPolicy
    const settings: DiscordSettingsService = {
      token: Redacted.make(TOKEN),
      apiBaseUrl: discord.apiBaseUrl,
      homeGuildId: guildId,
      monitoredChannels: [id("general")],
      alertChannels: { medium: [id("medium")], high: [id("high")], critical: [id("critical")] },
      crtRoles: [id("crt")],
      widerRoles: [id("wider")],
      leads: [id("lee")],
      slash: { enabled: true, allowedRoles: [id("staff")], adminRoles: [id("admin")] },
      notesChannels: [id("notes")],
      operatorChannels: [id("operators")],
      shards: null,
      pluralKitUrl: null,
      ...options.settings?.(id)
    }
    const store = Context.get(yield* Layer.build(Layer.fresh(MemoryStore.layer)), ActorStore)
    const lines: Array<string> = []
    const base = Layer.mergeAll(Layer.succeed(DiscordSettings, settings), Layer.succeed(ActorStore, store))
    const environment = Layer.provideMerge(DiscordRest.layer, base)
    const context = yield* Layer.build(environment)
    const made = yield* Effect.provideContext(makeHandlers(policy), context)
    const logger = Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])
    let calls = 0
    const calling =
      <P, A>(handler: EffectHandler<P, A>) =>
      (params: P, more: Partial<Omit<EffectCall, "params">> = {}) => {
        calls += 1
        return handler
          .run({
            params,
            address: address("alert", "alert_0123456789ab"),
            idempotencyKey: `${calls}`.padStart(32, "0").split("").reverse().join(""),
            attempt: 1,
            requestedAt: Date.now(),
            emit: () => Effect.void,
            ...more
          })
          .pipe(Effect.provide(logger))
      }
    let commits = 0
    const put = (projections: ReadonlyArray<Projection>) => {
      commits += 1
      const commit = {
        address: address("seed", `${commits}`),
        expected: null,
        next: { revision: 1, turn: `${commits}`, record: "{}", ttlMs: null },
        wakeAt: null,
        mark: null,
        projections,
        deadLetters: []
      }
      return Effect.asVoid(Effect.orDie(store.commit([commit])))
    }
    const write = (text: string, more: Partial<AlertView> = {}) => {
      const userId = id("sam")
      const message = discord.people.message(id("general"), { by: userId, content: text })
      const opening = signal({
        guildId,
        userId,
        channelId: message.channel_id,
        messageId: message.id,
        ...more.signal
      })
      return alertView({ alertId: alertIdOf(guildId, userId, message.id), ...more, signal: opening })
    }
    const remember = ({ signal }: AlertView, text: string, severity: CrisisSeverity = "high") =>
      put(
        storeInHistory(
          signal,
          {
            messageId: signal.messageId,
            channelId: signal.channelId,
            text,
            at: Date.now(),
            editedAt: null,
            sensitivity: 1,
            origin: "channel"
          },
          { score: 0.7, severity },
          policy.history,
          Date.now()
        )
      )
    return {
      ...{ discord, guildId, id, settings, policy, store, lines, environment, write, put, remember },
      handlers: {
        postAlert: calling(made.postAlert),
        editAlert: calling(made.editAlert),
        notify: calling(made.notify),
        sendDirect: calling(made.sendDirect),
        postSessionNotes: calling(made.postSessionNotes),
        tellOperators: calling(made.tellOperators)
      }
    }
  })
