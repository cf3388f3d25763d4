/**
 * The two jobs by which a member's message is judged. `classify` always answers: with the classifier's analysis, or, when
 * there is none in time, with the keyword net's word marked `unanalysed` (C11). `classifyLater` brings what is then still
 * owed; it is tried for as long as it takes, and only a message the classifier refuses to read ends it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { Analysis, Classified, Classify } from "#domain/ash/Analysis.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import {
  cutToHistory,
  HISTORY_FOR_ANALYSIS,
  type HistoryEntry,
  historyKey,
  parseHistoryEntry
} from "#domain/ash/History.ts"
import { analyseByKeywords, triage } from "#domain/ash/KeywordNet.ts"
import type { MemberEffects, SeenMessage } from "#domain/ash/Member.ts"
import { actionFor, applySensitivity } from "#domain/ash/Sensitivity.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { final } from "./Capability.ts"
import * as Metrics from "./classifier/ClassifierMetrics.ts"
import {
  type ClassifierUnavailable,
  CrisisClassifier,
  isReadable,
  MESSAGE_REFUSED,
  type Priority
} from "./classifier/CrisisClassifier.ts"

/** What the jobs need; the layer is `classifier/ConfiguredClassifier.ts`, the store is the runtime's. */
export type ClassifyServices = CrisisClassifier | ActorStore

type Job<Name extends keyof MemberEffects> = EffectHandler<
  MemberEffects[Name]["params"],
  MemberEffects[Name]["output"],
  ClassifyServices
>

/** How long an ordinary message waits for its analysis before the net decides. */
const NORMAL_WAIT_MS = 20_000
/** One attempt of the backlog. */
const BACKLOG_WAIT_MS = 60_000
/** The history is worth this much waiting, no more (A38). */
const HISTORY_WAIT = "1 second"

const SECOND = 1000
const MINUTE = 60 * SECOND

/** What a server says of one message as well as of all: such attempts are counted, and the next one goes alone. */
const OVER_THE_MESSAGE: ReadonlySet<string> = new Set(["server_error", "bad_answer"])

/** When the text was written as it stands. */
const textTime = ({ at, editedAt }: SeenMessage): number => editedAt ?? at

/** The entries a message is judged with: from before it, without itself, newest kept, oldest first (A36, C2). */
const before = (message: SeenMessage, members: ReadonlyArray<string>): ReadonlyArray<HistoryEntry> =>
  members
    .flatMap((member) => parseHistoryEntry(member) ?? [])
    .filter(({ message_id }) => message_id !== message.messageId)
    .filter(({ message }) => isReadable(message))
    .map((entry) => ({ entry, at: Date.parse(entry.timestamp) }))
    .filter(({ at }) => at <= textTime(message))
    .sort((a, b) => a.at - b.at)
    .slice(-HISTORY_FOR_ANALYSIS)
    .map(({ entry }) => entry)

/** A history that cannot be read is none: the analysis goes on without it (A38). */
const readHistory = Effect.fnUntraced(function* (
  { guildId, userId, message }: Classify,
  entries: number,
  maxAgeMs: number | null
) {
  const store = yield* ActorStore
  const now = yield* Clock.currentTimeMillis
  return yield* store
    .readSortedSet(historyKey(guildId, userId), {
      limit: entries,
      ...(maxAgeMs === null ? {} : { minScore: (now - maxAgeMs) / SECOND })
    })
    .pipe(
      Effect.map((found) =>
        before(
          message,
          found.map(({ member }) => member)
        )
      ),
      Effect.timeoutOrElse({ duration: HISTORY_WAIT, orElse: () => Effect.succeed([]) }),
      Effect.catch(() => Effect.succeed([]))
    )
})

/** The job's answer. Counted by who decided. */
const classified = Effect.fnUntraced(function* (message: SeenMessage, analysis: Analysis, unanalysed: boolean) {
  const labels = { source: analysis.source, unanalysed: unanalysed ? "yes" : "no" }
  yield* Metric.update(Metric.withAttributes(Metrics.classifications, labels), 1)
  return { message: { ...message, text: cutToHistory(message.text) }, analysis, unanalysed } satisfies Classified
})

/** The analysis as the message's channel sees it. */
const seenFrom = ({ sensitivity }: SeenMessage, analysis: Analysis) =>
  Effect.map(CrisisClassifier, ({ terms }) => applySensitivity(analysis, sensitivity, terms.thresholds))

/**
 * Neither the channel's quiet nor a classifier that sees next to nothing hides words that announce an act: such a message is
 * medium at least, and says where the two disagree. Below that the classifier's word stands: the net knows no irony.
 */
const looked = (message: SeenMessage, answer: Analysis) =>
  Effect.map(seenFrom(message, answer), (analysis): Analysis => {
    if (isAtLeast(analysis.severity, "medium") || triage(message.text).severity !== "critical") return analysis
    const disputed = isAtLeast(answer.severity, "medium") ? {} : ({ disputed: true } as const)
    return { ...analysis, severity: "medium", action: actionFor("medium"), ...disputed }
  })

/** The net decides for want of an answer. A quieter channel does not make its coarse word milder still. */
const byKeywords = (message: SeenMessage) =>
  Effect.flatMap(
    seenFrom({ ...message, sensitivity: Math.max(1, message.sensitivity) }, analyseByKeywords(message.text)),
    (analysis) => classified(message, analysis, true)
  )

/** Nothing to read beside an attachment: nobody is asked. */
const unread = (message: SeenMessage) => classified(message, analyseByKeywords(""), false)

interface Asking {
  readonly priority: Priority
  readonly waitMs: number
  /** Entries of the history to read: later ones than the message do not count. */
  readonly entries: number
}

const ask = Effect.fnUntraced(function* (
  { params, idempotencyKey, attempt }: EffectCall<Classify>,
  { priority, waitMs, entries }: Asking,
  maxAgeMs: number | null
) {
  const classifier = yield* CrisisClassifier
  const answerBy = (yield* Clock.currentTimeMillis) + waitMs
  const history = yield* readHistory(params, entries, maxAgeMs)
  yield* Effect.logDebug(`asking with ${history.length} earlier messages`)
  return yield* classifier.classify({
    text: params.message.text,
    history,
    priority,
    requestId: idempotencyKey,
    answerBy,
    alone: attempt > 1
  })
})

const classify =
  (maxAgeMs: number | null) =>
  (call: EffectCall<Classify>): Effect.Effect<Classified, never, ClassifyServices> =>
    Effect.gen(function* () {
      const { message, urgent } = call.params
      if (!isReadable(message.text)) return yield* unread(message)
      const { admit, terms } = yield* CrisisClassifier
      const priority = urgent ? "urgent" : "normal"
      const waitMs = urgent ? terms.urgentWaitMs : NORMAL_WAIT_MS
      const asking = ask(call, { priority, waitMs, entries: 2 * HISTORY_FOR_ANALYSIS }, maxAgeMs)
      const answer = yield* (urgent ? Effect.asSome(asking) : admit(asking)).pipe(
        Effect.catchTag("ClassifierUnavailable", () => Effect.succeedNone)
      )
      if (Option.isNone(answer)) return yield* byKeywords(message)
      return yield* classified(message, yield* looked(message, answer.value), false)
    })

/**
 * The next attempt at what is owed: soon at first, then every ten minutes. An outage never uses the attempts up; a server
 * that fails over this very message does, and after weeks of it a person sees a dead letter.
 */
const owed = Effect.fnUntraced(function* ({ requestedAt }: EffectCall, failure: ClassifierUnavailable) {
  if (failure.code === MESSAGE_REFUSED) return yield* Effect.fail(final(MESSAGE_REFUSED))
  const age = (yield* Clock.currentTimeMillis) - requestedAt
  const pause = Math.min(Math.max(age / 4, 15 * SECOND), 10 * MINUTE) * (0.75 + (yield* Random.next) / 2)
  return yield* Effect.fail(
    new EffectFailed({
      code: failure.code,
      retry: true,
      counts: OVER_THE_MESSAGE.has(failure.code),
      retryAfterMs: Math.ceil(Math.max(pause, failure.retryAfterMs ?? 0))
    })
  )
})

const classifyLater =
  (maxAgeMs: number | null) =>
  (call: EffectCall<Classify>): Effect.Effect<Classified, EffectFailed, ClassifyServices> =>
    Effect.gen(function* () {
      const { message } = call.params
      if (!isReadable(message.text)) return yield* unread(message)
      const asking: Asking = { priority: "backlog", waitMs: BACKLOG_WAIT_MS, entries: 5 * HISTORY_FOR_ANALYSIS }
      const analysis = yield* ask(call, asking, maxAgeMs).pipe(
        Effect.catchTag("ClassifierUnavailable", (failure) => owed(call, failure))
      )
      return yield* classified(message, yield* seenFrom(message, analysis), false)
    })

/**
 * Handlers of the member's effects. **Delivery**: at least once, harmless when repeated. `classify` never fails.
 * `classifyLater` **fails with** `message_refused` (final), else is tried again.
 */
export const classifyJobs = (
  history: Pick<AshPolicy["history"], "maxAgeMs">
): { readonly [Name in "classify" | "classifyLater"]: Job<Name> } => ({
  classify: { run: classify(history.maxAgeMs), timeout: "30 seconds" },
  classifyLater: { run: classifyLater(history.maxAgeMs), timeout: "90 seconds", maxAttempts: 2000 }
})
