/**
 * The effect behind the chart's `sendSms` action: refuses blocked numbers, waits out quiet hours, writes the text in plain
 * characters, cuts it into what the provider takes, and sends the pieces in order.
 *
 * **Delivery**: at least once. **Crash**: a note in the store says for each piece whether it is being sent or was sent, so
 * a later attempt skips what is out and has the provider searched for what may be. **Ordering**: a piece starts after the
 * one before it was taken, as much later as that one needs at the configured rate. Without the store's note (it is away)
 * every piece counts as one that may be out.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { blockedKey, type SendSms } from "#domain/MealPlan.ts"
import { cost, split, toPlain } from "#domain/SmsSegments.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { all, setting, shaped, whole } from "#runtime/SettingRules.ts"
import { type DeliveryFailed, toEffectFailed } from "./DeliveryFailed.ts"
import type { SmsProviderService } from "./Provider.ts"
import { msUntilOpen } from "./QuietHours.ts"
import { SmsProvider } from "./SmsProvider.ts"

/**
 * `compliance`: the one confirmation of a STOP, or the answer to HELP (B10), which goes out to a blocked number too.
 * Providers whose replies ride on the webhook's answer do not need it.
 */
export interface SendSmsParams extends SendSms {
  readonly compliance?: boolean
}

export interface SmsSent {
  /** The provider's ids, in the order of the pieces. */
  readonly messageIds: ReadonlyArray<string>
}

/** Above this many segments in all a text is worth a line in the log. */
const LONG_SEGMENTS = 3

/** How long the note about an effect's pieces is kept: as long as an event may be delivered again. */
const NOTE_TTL_MS = 24 * 3600 * 1000

/** What is known of each piece: its message id, or `?` while a send call is on its way. */
const Note = Schema.Array(Schema.String)
const NoteJson = Schema.fromJsonString(Note)
const IN_FLIGHT = "?"

const noteKey = (idempotencyKey: string): string => `sms:sent:${idempotencyKey}`

const Params = Schema.Struct({
  to: Schema.String.check(Schema.isPattern(/^(?:\+\d{7,15}|\d{3,6})$/)),
  text: Schema.String,
  initiatedBy: Schema.Literals(["texter", "us"]),
  compliance: Schema.optionalKey(Schema.Boolean)
})

const storeAway = () => new EffectFailed({ code: "store_unavailable", retry: true, counts: false, retryAfterMs: 5000 })

const readNote = (store: ActorStoreService, key: string) =>
  store.readDocument(noteKey(key)).pipe(
    Effect.map((text) => (text === null ? [] : Option.getOrUndefined(Schema.decodeUnknownOption(NoteJson)(text)))),
    Effect.orElseSucceed(() => undefined)
  )

const alarm = (error: DeliveryFailed) => {
  const line = Effect.annotateLogs({ provider: error.provider, code: error.code, reason: error.reason._tag })
  return error.reason._tag === "Misconfigured" || error.code === "30007"
    ? Effect.logError("sms: the provider needs an operator").pipe(line)
    : Effect.logWarning("sms: not delivered").pipe(line)
}

interface Setting {
  readonly provider: SmsProviderService
  readonly store: ActorStoreService
  readonly timeZone: DateTime.TimeZone
  readonly perSecond: number
}

const run = (setting: Setting) =>
  Effect.fnUntraced(function* (call: EffectCall<SendSmsParams>): Effect.fn.Return<SmsSent, EffectFailed> {
    const { perSecond, provider, store, timeZone } = setting
    const params = yield* Effect.mapError(
      Schema.decodeUnknownEffect(Params)(call.params),
      () => new EffectFailed({ code: "rejected", retry: false })
    )
    const blocked = yield* Effect.mapError(store.readDocument(blockedKey(params.to)), storeAway)
    if (blocked !== null && params.compliance !== true) {
      return yield* new EffectFailed({ code: "recipient_blocked", retry: false })
    }
    const now = yield* Clock.currentTimeMillis
    const wait = params.initiatedBy === "us" ? msUntilOpen(now, timeZone) : 0
    if (wait > 0) {
      return yield* new EffectFailed({ code: "quiet_hours", retry: true, retryAfterMs: wait, counts: false })
    }

    const pieces = split(toPlain(params.text), provider.maxCharacters)
    const segments = pieces.reduce((sum, piece) => sum + cost(piece).segments, 0)
    if (segments > LONG_SEGMENTS) {
      yield* Effect.logWarning("sms: long text").pipe(Effect.annotateLogs({ segments, pieces: pieces.length }))
    }

    const known = yield* readNote(store, call.idempotencyKey)
    const done = [...(known ?? [])]
    const note = Effect.suspend(() =>
      Effect.ignore(store.writeDocument(call.address, noteKey(call.idempotencyKey), JSON.stringify(done), NOTE_TTL_MS))
    )
    for (const [index, text] of pieces.entries()) {
      const sent = done[index]
      if (sent !== undefined && sent !== IN_FLIGHT) continue
      const before = index === 0 ? undefined : pieces[index - 1]
      if (before !== undefined) yield* Effect.sleep(Duration.seconds(cost(before).segments / perSecond))
      done[index] = IN_FLIGHT
      yield* note
      const { messageId } = yield* provider
        .send({
          to: params.to,
          text,
          idempotencyKey: index === 0 ? call.idempotencyKey : `${call.idempotencyKey}-${index + 1}`,
          mayHaveGoneOut: sent === IN_FLIGHT || known === undefined || call.attempt > 1,
          requestedAt: call.requestedAt
        })
        .pipe(Effect.tapError(alarm), Effect.mapError(toEffectFailed))
      done[index] = messageId
      yield* note
    }
    return { messageIds: done.slice(0, pieces.length) }
  })

/** Zone of the texters for quiet hours: `SMS_TIME_ZONE`, else `SERVICE_TIME_ZONE`, else `America/New_York`. */
const zones = shaped("names of time zones, like America/New_York", Schema.TimeZoneFromString)
const zone = (name: string) => Config.option(setting(name, zones))
const timeZoneConfig = all({ texters: zone("SMS_TIME_ZONE"), service: zone("SERVICE_TIME_ZONE") }).pipe(
  Effect.map(({ texters, service }) =>
    Option.getOrElse(
      Option.orElse(texters, () => service),
      () => DateTime.zoneMakeNamedUnsafe("America/New_York")
    )
  )
)

const refusedOff = new EffectFailed({ code: "sms_off", retry: false })

/** What sending goes by. */
export const sendSettings = (perSecond: number) =>
  all({ timeZone: timeZoneConfig, perSecond: whole("SMS_MESSAGES_PER_SECOND", 1, 1000, perSecond) })

/**
 * Builds the handler of the action `sendSms`. Refusals: `recipient_blocked`, `rejected`, `bad_credentials`, `sms_off` for good;
 * `unreachable`, `rate_limited`, `store_unavailable`, `quiet_hours` are tried again. `SMS_MESSAGES_PER_SECOND` bounds the
 * texts to one number (default: the provider's).
 */
export const sendSmsHandler: Effect.Effect<
  EffectHandler<SendSmsParams, SmsSent>,
  Config.ConfigError,
  SmsProvider | ActorStore
> = Effect.gen(function* () {
  const provider = yield* SmsProvider
  const store = yield* ActorStore
  const { perSecond, timeZone } = yield* sendSettings(provider.defaultPerSecond)
  return {
    // At once, and not after the quiet hours: nothing will ever go out.
    run: provider.name === "off" ? () => Effect.fail(refusedOff) : run({ provider, store, timeZone, perSecond }),
    timeout: "90 seconds",
    rate: { destination: ({ to }) => to, limit: perSecond, window: "1 second" }
  }
})
