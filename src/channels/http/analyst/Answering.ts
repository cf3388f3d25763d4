/**
 * How a question comes to its answer: through its session, which keeps both, or directly where nothing is kept. A store that
 * is away or hangs costs the analyst a moment and the session's memory, never the answer (U8).
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { AnalystSessionEvent } from "#domain/analyst/AnalystSession.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import { Outcomes } from "../Outcomes.ts"
import type { AnalyticsAnswer } from "./AnalystApi.ts"
import { answerBody, type Failure, failureBody } from "./AnswerBodies.ts"
import { DirectAnswers } from "./DirectAnswers.ts"
import type { Question } from "./Question.ts"

/** How long a store that hangs may hold a question up. */
export const STORE_WITHIN = "2 seconds"

/** Questions outside any session that are worked on at once; others wait, as long as any answer may take. */
export const DIRECT_AT_ONCE = 64

export interface Answered {
  readonly body: AnalyticsAnswer
  /** Whether the session has the question. A store that hung may have it all the same, and then answers it there too. */
  readonly kept: boolean
}

/** A question on its way. Interrupting it changes nothing for the session. */
export interface Answering {
  /** **Delivery**: at most once each, and only what this process writes. Never ends by itself. */
  readonly parts: Stream.Stream<string>
  /** To be run once. */
  readonly answered: Effect.Effect<Answered>
}

const Taken = Schema.decodeUnknownEffect(Schema.Struct({ taken: Schema.Boolean }))

const Look = Schema.decodeUnknownOption(
  Schema.Struct({
    waiting: Schema.Int,
    answered: Schema.Array(Schema.Struct({ requestId: Schema.String, answer: Schema.NullOr(Schema.String) }))
  })
)

const Part = Schema.decodeUnknownOption(
  Schema.Struct({ type: Schema.Literal("ANSWER_PART"), requestId: Schema.String, text: Schema.String })
)

/** What an event of the session adds to this answer; nothing when it is about something else. */
const partOf = (event: ActorEvent, requestId: string): ReadonlyArray<string> =>
  Option.toArray(Part(event))
    .filter((part) => part.requestId === requestId)
    .map(({ text }) => text)

/** What a look at the session says of a question that it took; `null` = not answered yet. */
const outcomeOf = (look: unknown, question: Question): AnalyticsAnswer | null => {
  const seen = Option.getOrNull(Look(look))
  const found = seen?.answered.find(({ requestId }) => requestId === question.requestId)
  if (found === undefined) return seen?.waiting === 0 ? failureBody(question, "gone") : null
  return found.answer === null ? failureBody(question, "failed") : answerBody(question, found.answer)
}

/** Why a session did not take a question; `away` = it cannot be had now, and the question is answered without it. */
const refusalOf = ({ _tag }: TurnRefused): Failure | "away" => {
  switch (_tag) {
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

/** Answers questions, each within this many milliseconds from when it was taken. */
export const makeAnswering = Effect.fnUntraced(function* (withinMs: number) {
  const system = yield* ActorSystem
  const outcomes = yield* Outcomes
  const direct = yield* DirectAnswers
  const places = Semaphore.makeUnsafe(DIRECT_AT_ONCE)

  const directly = (question: Question): Effect.Effect<Answered> =>
    places.withPermit(direct.answer(question.query)).pipe(
      Effect.map((text) => answerBody(question, text)),
      Effect.catch(({ code }) =>
        Effect.as(Effect.logWarning("analyst: a question was not answered", { code }), failureBody(question, "failed"))
      ),
      Effect.timeoutOrElse({ duration: withinMs, orElse: () => Effect.succeed(failureBody(question, "late")) }),
      Effect.map((body) => ({ body, kept: false }))
    )

  /** Tells the session; `null` = the question waits there for its turn. */
  const tell = Effect.fnUntraced(function* (session: ActorAddress, question: Question) {
    const { clientTimestamp, emailId, query, repeatable, requestId } = question
    const at = yield* system.now
    const event: AnalystSessionEvent = { type: "QUERY_RECEIVED", requestId, query, emailId, clientTimestamp, at }
    const isTaken = (id: string) => Effect.flatMap(system.ask(session, { ...event }, { id }), Taken)
    const first = yield* isTaken(`analytics:${requestId}`)
    if (first.taken) return null
    // The first answer to this id stays; there may be room by now, and the session itself knows a question it has.
    const again = repeatable ? yield* isTaken(`analytics:${randomUUID()}`) : first
    return again.taken ? null : "busy"
  })

  const told = (session: ActorAddress, question: Question): Effect.Effect<Failure | "away" | null> => {
    const notTaken = <const F extends Failure | "away">(failure: F, error: string) =>
      Effect.as(
        Effect.logWarning("analyst: a session did not take a question", { actor: fingerprint(session), error }),
        failure
      )
    return tell(session, question).pipe(
      Effect.catchTag("SchemaError", () => notTaken("failed", "ReplyUnknown")),
      Effect.catch((refused) => notTaken(refusalOf(refused), refused._tag)),
      Effect.timeoutOrElse({ duration: STORE_WITHIN, orElse: () => notTaken("away", "timeout") })
    )
  }

  const waitFor = (session: ActorAddress, question: Question): Effect.Effect<AnalyticsAnswer> =>
    outcomes
      .until(
        session,
        (look) => outcomeOf(look, question),
        withinMs,
        ({ type }) => type !== "ANSWER_PART"
      )
      .pipe(Effect.map((body) => body ?? failureBody(question, "lateInSession")))

  const through = Effect.fnUntraced(function* (session: ActorAddress, question: Question) {
    const failure = yield* told(session, question)
    if (failure === "away") return yield* directly(question)
    if (failure !== null) return { body: failureBody(question, failure), kept: false }
    return { body: yield* waitFor(session, question), kept: true }
  })

  /** A mistake of ours may quote the question it broke on, so only its being there is logged. */
  const whateverHappens = (question: Question, answered: Effect.Effect<Answered>): Effect.Effect<Answered> =>
    Effect.catchCause(answered, (cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
      const body = failureBody(question, "failed")
      return Effect.as(Effect.logError("analyst: answering a question broke"), { body, kept: false })
    })

  return (question: Question): Answering => {
    const { requestId, sessionId, timestampInvalid } = question
    if (timestampInvalid) {
      return {
        parts: Stream.never,
        answered: Effect.succeed({ body: failureBody(question, "timestamp"), kept: false })
      }
    }
    if (sessionId === null) return { parts: Stream.never, answered: whateverHappens(question, directly(question)) }
    const session = address("session", sessionId)
    return {
      parts: Stream.flatMap(outcomes.heard(session), (event) => Stream.fromIterable(partOf(event, requestId))),
      answered: whateverHappens(question, through(session, question))
    }
  }
})
