/**
 * How a question comes to its answer: through its session, which keeps both, or directly where nothing is kept. A store that
 * is away or hangs costs the analyst a moment and the session's memory, never the answer (U8).
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { AnalystSessionEvent } from "#domain/analyst/AnalystSession.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import { Outcomes } from "../Outcomes.ts"
import type { AnalyticsAnswer } from "./AnalystApi.ts"
import { DirectAnswers } from "./DirectAnswers.ts"
import type { Question } from "./Question.ts"

/** How long a store that hangs may hold a question up. */
export const STORE_WITHIN = "2 seconds"

export interface Answered {
  readonly body: AnalyticsAnswer
  /** Whether the session has the question. */
  readonly kept: boolean
}

/** A question on its way. Both start when run, and are meant for one run each. */
export interface Answering {
  /** **Delivery**: at most once each, and only what this process writes. Never ends by itself. */
  readonly parts: Stream.Stream<string>
  readonly answered: Effect.Effect<Answered>
}

type Failure = "timestamp" | "busy" | "failed" | "stopping" | "late" | "lateInSession"

const FAILURES: Readonly<Record<Failure, { readonly status_code: number; readonly message: string }>> = {
  timestamp: {
    status_code: 400,
    message: "Invalid timestamp format. Expected format: YYYY-MM-DDTHH:mm:ssZ. Example: 2024-01-15T10:30:00Z"
  },
  busy: {
    status_code: 429,
    message: "Too many questions are waiting in this session. Try again when one is answered."
  },
  failed: { status_code: 500, message: "The question could not be answered." },
  stopping: { status_code: 503, message: "The service is restarting. Try again in a moment." },
  late: { status_code: 504, message: "The answer took too long. Try again." },
  lateInSession: { status_code: 504, message: "The answer takes longer than usual. It will be in the session." }
}

const Taken = Schema.decodeUnknownOption(Schema.Struct({ taken: Schema.Boolean }))

const Look = Schema.decodeUnknownOption(
  Schema.Struct({
    answered: Schema.Array(
      Schema.Struct({
        requestId: Schema.String,
        answer: Schema.NullOr(Schema.String),
        code: Schema.NullOr(Schema.String)
      })
    )
  })
)

const Part = Schema.decodeUnknownOption(
  Schema.Struct({ type: Schema.Literal("ANSWER_PART"), requestId: Schema.String, text: Schema.String })
)

/** What an event of the session adds to this answer; nothing when it is about something else. */
const partOf = (event: unknown, requestId: string): ReadonlyArray<string> =>
  Option.toArray(Part(event))
    .filter((part) => part.requestId === requestId)
    .map(({ text }) => text)

const success = ({ query, sessionId }: Question, message: string): AnalyticsAnswer => ({
  message,
  status: "success",
  response: { query },
  session_id: sessionId,
  status_code: 200
})

const error = ({ sessionId }: Question, failure: Failure): AnalyticsAnswer => {
  const { message, status_code } = FAILURES[failure]
  return { message, status: "error", response: {}, session_id: sessionId, status_code }
}

/** `away` = the session cannot be had now: the question is answered without it. */
const asFailure = (refused: TurnRefused): Failure | "away" => {
  switch (refused._tag) {
    case "StoreUnavailable":
    case "RevisionConflict":
      return "away"
    case "MailboxFull":
      return "busy"
    case "SystemStopping":
      return "stopping"
    case "UnknownActorType":
    case "UnknownMachineVersion":
    case "SnapshotUndecodable":
    case "EventQuarantined":
    case "PayloadTooLarge":
      return "failed"
  }
}

/** Answers questions within this many milliseconds each. */
export const makeAnswering = Effect.fnUntraced(function* (withinMs: number) {
  const system = yield* ActorSystem
  const outcomes = yield* Outcomes
  const direct = yield* DirectAnswers

  const answerDirectly = (question: Question): Effect.Effect<Answered> =>
    direct.answer(question.query).pipe(
      Effect.map((text) => success(question, text)),
      Effect.catch(({ code }) =>
        Effect.as(Effect.logWarning("analyst: a question was not answered", { code }), error(question, "failed"))
      ),
      Effect.timeoutOrElse({ duration: withinMs, orElse: () => Effect.succeed(error(question, "late")) }),
      Effect.map((body) => ({ body, kept: false }))
    )

  /** Tells the session; `null` = the question waits there for its turn. */
  const tell = Effect.fnUntraced(function* (session: ActorAddress, question: Question) {
    const { clientTimestamp, emailId, query, requestId } = question
    const at = yield* system.now
    const event: AnalystSessionEvent = { type: "QUERY_RECEIVED", requestId, query, emailId, clientTimestamp, at }
    return yield* system.ask(session, { ...event }, { id: `analytics:${requestId}` }).pipe(
      Effect.map((reply): Failure | "away" | null => {
        const taken = Taken(reply)
        if (Option.isNone(taken)) return "failed"
        return taken.value.taken ? null : "busy"
      }),
      Effect.catch((refused) => {
        const failure = asFailure(refused)
        const seen = { actor: fingerprint(session), error: refused._tag }
        return Effect.as(Effect.logWarning("analyst: a session did not take a question", seen), failure)
      }),
      Effect.timeoutOrElse({
        duration: STORE_WITHIN,
        orElse: () =>
          Effect.as(
            Effect.logWarning("analyst: a session did not take a question in time", { actor: fingerprint(session) }),
            "away" as const
          )
      })
    )
  })

  const waitFor = (session: ActorAddress, question: Question): Effect.Effect<AnalyticsAnswer> =>
    outcomes
      .until(
        session,
        (look) =>
          Option.getOrUndefined(Look(look))?.answered.find(({ requestId }) => requestId === question.requestId) ?? null,
        withinMs
      )
      .pipe(
        Effect.map((found) => {
          if (found === null) return error(question, "lateInSession")
          return found.answer === null ? error(question, "failed") : success(question, found.answer)
        })
      )

  return (question: Question): Answering => {
    const { requestId, sessionId, timestampInvalid } = question
    if (timestampInvalid) {
      return { parts: Stream.never, answered: Effect.succeed({ body: error(question, "timestamp"), kept: false }) }
    }
    if (sessionId === null) return { parts: Stream.never, answered: answerDirectly(question) }
    const session = address("session", sessionId)
    return {
      parts: Stream.flatMap(outcomes.heard(session), (event) => Stream.fromIterable(partOf(event, requestId))),
      answered: Effect.gen(function* () {
        const failure = yield* tell(session, question)
        if (failure === "away") return yield* answerDirectly(question)
        if (failure !== null) return { body: error(question, failure), kept: false }
        return { body: yield* waitFor(session, question), kept: true }
      })
    }
  }
})
