/**
 * The doors of the SMS channel (S38, B11). A webhook is bounded, verified, decoded, and handed to the conversation of its
 * number under the provider's message id, so a redelivery changes nothing and gets the same answer.
 *
 * Answers: 200 handled; 400 with the field that cannot be read; 403 not proven, nothing kept; 413 too large; 503 with
 * `Retry-After` when nothing can be taken now. Never another 5xx. Logs carry codes only.
 */
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { address } from "#domain/ActorAddress.ts"
import type { DeliveryReported, MessageReceived } from "#domain/MealPlan.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import { whole } from "#runtime/SettingRules.ts"
import { problem, readReply, success, tryLater } from "./Answer.ts"
import type { Inbound, InboundMessage, InboundReceipt, InboundRequest } from "./Inbound.ts"
import { localRoutes } from "./LocalPhone.ts"
import type { SmsProviderService } from "./Provider.ts"
import { SmsProvider } from "./SmsProvider.ts"

/** `optOutHandled`: the provider answered this keyword itself. The chart decides whether anything is left to say. */
export interface SmsReceived extends MessageReceived {
  readonly optOutHandled?: true
}

/** What a texter hears when their message broke the conversation's turn. Plain GSM-7, one segment. */
export const APOLOGY = "Sorry, something went wrong with that message. Please try again, or text HELP."

/** Twilio gives up on an answer after 15 s. */
const ANSWER_WITHIN = "12 seconds"

class BodyTooLarge {
  readonly _tag = "BodyTooLarge"
}
class BodyUnreadable {
  readonly _tag = "BodyUnreadable"
}

const readRequest = (system: ActorSystemService, request: HttpServerRequest.HttpServerRequest, maxBodyBytes: number) =>
  Effect.gen(function* () {
    const length = Number(request.headers["content-length"] ?? "0")
    if (length > maxBodyBytes) return yield* Effect.fail(new BodyTooLarge())
    const body = request.method === "POST" ? yield* request.arrayBuffer : new ArrayBuffer(0)
    return {
      method: request.method,
      target: request.url,
      headers: request.headers,
      body: new Uint8Array(body),
      peer: Option.getOrNull(request.peerAddress),
      now: yield* system.now
    } satisfies InboundRequest
  }).pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(maxBodyBytes)),
    Effect.catchTag("HttpServerError", ({ reason }) =>
      Effect.fail(
        reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
          ? new BodyTooLarge()
          : new BodyUnreadable()
      )
    )
  )

const refusedTurn = (provider: SmsProviderService) => (error: TurnRefused) => {
  switch (error._tag) {
    case "EventQuarantined":
      return Effect.succeed(success(provider, { text: APOLOGY, status: "error", intent: "unknown" }))
    case "PayloadTooLarge":
      return Effect.succeed(problem(413, "event too large"))
    case "StoreUnavailable":
    case "MailboxFull":
    case "RevisionConflict":
    case "SystemStopping":
      return Effect.succeed(tryLater())
    // An operator can make these work while the provider keeps trying.
    case "UnknownMachineVersion":
    case "SnapshotUndecodable":
    case "UnknownActorType":
      return Effect.as(
        Effect.logError("sms: a conversation cannot be woken").pipe(Effect.annotateLogs({ error: error._tag })),
        tryLater()
      )
  }
}

const received = (system: ActorSystemService, provider: SmsProviderService, message: InboundMessage, at: number) => {
  const event: SmsReceived = {
    type: "MESSAGE_RECEIVED",
    text: message.text,
    messageId: message.messageId,
    at,
    replyVia: provider.replyVia,
    ...(message.part === undefined ? {} : { part: message.part }),
    ...(message.optOutHandled === undefined ? {} : { optOutHandled: message.optOutHandled })
  }
  const id = `sms:${provider.name}:${message.messageId}`
  return system
    .ask(address("conversation", message.from), { ...event }, { id })
    .pipe(Effect.map((reply) => success(provider, readReply(reply))))
}

const reported = (system: ActorSystemService, provider: SmsProviderService, receipt: InboundReceipt, at: number) => {
  const { code, messageId, recipient, status } = receipt
  const event: DeliveryReported = {
    type: "DELIVERY_REPORTED",
    messageId,
    status,
    at,
    ...(code === undefined ? {} : { code })
  }
  const conversation = address("conversation", recipient)
  // A receipt is news for a conversation that is still there; it must not bring back a forgotten or expired one.
  return Effect.flatMap(system.inspect(conversation), (known) =>
    known === null ? Effect.void : system.tell(conversation, { ...event }, { id: `status:${messageId}:${status}` })
  ).pipe(Effect.as(success(provider, null)))
}

const dispatch = (
  system: ActorSystemService,
  provider: SmsProviderService,
  inbound: Inbound,
  at: number
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  switch (inbound._tag) {
    case "UrlCheck":
      return Effect.succeed(success(provider, null))
    case "UnknownReceipt":
      return Effect.as(Effect.logWarning("sms: receipt with an unknown status"), success(provider, null))
    case "Message":
      return Effect.catch(received(system, provider, inbound, at), refusedTurn(provider))
    case "DeliveryReceipt":
      return Effect.catch(reported(system, provider, inbound, at), refusedTurn(provider))
  }
}

/** Handles one webhook of the configured provider. Fails with nothing and never dies. */
export const handle =
  (system: ActorSystemService, provider: SmsProviderService, maxBodyBytes: number) =>
  (request: HttpServerRequest.HttpServerRequest): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
    Effect.gen(function* () {
      const inboundRequest = yield* readRequest(system, request, maxBodyBytes)
      const { inbound, settle } = yield* provider.receive(inboundRequest)
      const response = yield* dispatch(system, provider, inbound, inboundRequest.now)
      if (response.status < 300) yield* settle
      return response
    }).pipe(
      Effect.timeoutOrElse({ duration: ANSWER_WITHIN, orElse: () => Effect.succeed(tryLater()) }),
      Effect.catchTags({
        BodyTooLarge: () => Effect.succeed(problem(413, "body too large")),
        BodyUnreadable: () => Effect.succeed(problem(400, "body cannot be read", { field: "body" })),
        InboundUndecodable: ({ field, rule }) => Effect.succeed(problem(400, "field cannot be read", { field, rule })),
        SignatureRefused: ({ rule }) =>
          Effect.as(
            Effect.logWarning("sms: webhook refused").pipe(Effect.annotateLogs({ provider: provider.name, rule })),
            problem(403, "not accepted")
          )
      }),
      // A defect's text may quote the message it broke on, so only its being there is logged.
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.failCause(cause)
          : Effect.as(Effect.logError("sms: webhook handler defect"), tryLater())
      )
    )

/**
 * True for requests whose URL may hold a number or a text. For a server that writes URLs into its spans, which ours does not:
 * `Layer.succeed(HttpMiddleware.TracerDisabledWhen)(hasPrivateUrl)`.
 */
export const hasPrivateUrl = (request: HttpServerRequest.HttpServerRequest): boolean =>
  /^(?:[a-z]+:\/\/[^/?#]*)?\/(?:webhook\/sms|sms\/|local\/phone)/i.test(request.url)

const PATHS = ["/webhook/sms", "/sms/incoming", "/webhook/sms/status"] as const

/** At least one long text with its parameters; at most what one request may hold in memory. */
export const maxBody = whole("SMS_MAX_BODY_BYTES", 1024, 10_485_760, 65_536)

/**
 * The channel's routes, to be merged into the process's router: `POST` and `GET` of `/webhook/sms`, `/sms/incoming` and
 * `/webhook/sms/status`, and for the local provider `GET /local/phone/:phone/messages`. `SMS_MAX_BODY_BYTES` bounds a
 * body, default 65536. With the provider `off` there are none. A server whose spans hold URLs must be given `hasPrivateUrl`.
 */
export const SmsRoutes: Layer.Layer<never, Config.ConfigError, HttpRouter.HttpRouter | SmsProvider | ActorSystem> =
  HttpRouter.use((router) =>
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const provider = yield* SmsProvider
      const maxBodyBytes = yield* maxBody
      if (provider.name === "off") return
      const handler = handle(system, provider, maxBodyBytes)
      for (const path of PATHS) {
        yield* router.add("POST", path, handler)
        yield* router.add("GET", path, handler)
      }
      if (provider.local !== null) yield* router.addAll(localRoutes(provider.local))
    })
  )
