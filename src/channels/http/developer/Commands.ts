/**
 * What becomes of a command: its words are read, the session decides what they mean there, and that is done: an action
 * proposed, something looked up, the newest open action confirmed or cancelled, or only something said. A confirmation runs
 * nothing but what was read out right before it. With an idempotency key a repeated command meets its own first decision, and
 * so its own action.
 */
import { randomBytes } from "node:crypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import {
  COMMAND_ANSWER_TTL_MS,
  commandAnswerKey,
  type Decision,
  type DeveloperSessionEvent,
  type OpenActions
} from "#domain/developer/Developer.ts"
import { proposalAgain } from "#domain/developer/DecideSpeech.ts"
import { intentOf } from "#domain/developer/Grammar.ts"
import { SIDE_EFFECTS } from "#domain/developer/GrammarRules.ts"
import { type Intent, SURE_ENOUGH } from "#domain/developer/Intent.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { ActionWork, idOf, requestId } from "./ActionWork.ts"
import * as Answers from "./Answers.ts"
import type { CommandAnswer, CommandRequest } from "./Bodies.ts"
import { CodeHostReads, type CodeHostUnread } from "./CodeHostReads.ts"
import { DeveloperLimits } from "./DeveloperLimits.ts"
import {
  type Away,
  conflict,
  type Conflict,
  type Invalid,
  invalid,
  isRefusal,
  type Limited,
  type NotYours,
  notYours,
  ofTurn
} from "./DeveloperProblems.ts"
import { DeveloperSettings } from "./DeveloperSettings.ts"

export interface CommandsService {
  readonly run: (
    user: string,
    sessionId: string,
    request: CommandRequest
  ) => Effect.Effect<CommandAnswer, Away | Conflict | Invalid | Limited | NotYours>
}

const reusedKey = conflict("idempotency_key_reused", "This idempotency key came with another command before.")

/** The decision was about other words than these. */
const isAnother = (decided: Intent, said: Intent): boolean =>
  decided.name !== said.name ||
  ["repo", "pr_number", "merge_method", "body"].some(
    (name) => said.entities[name] !== undefined && said.entities[name] !== decided.entities[name]
  )

interface Asked {
  readonly user: string
  readonly sessionId: string
  /** The request's, and whether the caller can come again with it. */
  readonly id: string
  readonly isKeyed: boolean
}

type Read = Extract<Decision, { readonly kind: "read" }>
type Confirmation = Extract<Decision, { readonly kind: "confirm_newest" }>

export const foreignSession = notYours("This session belongs to somebody else; nothing was kept of what you said.")

export class Commands extends Context.Service<Commands, CommandsService>()("app/channels/http/Commands") {
  static readonly layer: Layer.Layer<
    Commands,
    never,
    ActorSystem | ActorStore | ActionWork | CodeHostReads | DeveloperLimits | DeveloperSettings
  > = Layer.effect(
    Commands,
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const store = yield* ActorStore
      const work = yield* ActionWork
      const reads = yield* CodeHostReads
      const limits = yield* DeveloperLimits
      const { confirmWithinMs } = yield* DeveloperSettings

      const lookedUp = ({ profile, prNumber, repo, what }: Read): Effect.Effect<Answers.Told> => {
        const target = repo === null || prNumber === null ? null : ([repo, prNumber] as const)
        if (what === "inbox") return unlessUnread(Effect.map(reads.inbox(repo), Answers.toldInbox))
        if (target === null) return Effect.succeed(Answers.toldUnread({ code: "not_found" }))
        return what === "pull_request"
          ? unlessUnread(Effect.map(reads.pullRequest(...target), (found) => Answers.toldPullRequest(profile, found)))
          : unlessUnread(Effect.map(reads.checks(...target), (found) => Answers.toldChecks(profile, found)))
      }

      /** What is found out for a command with a key, found out once: it is kept with the session as long as the key counts. */
      const once = <A, E>(
        session: ActorAddress,
        id: string,
        find: Effect.Effect<A, E>,
        isWorthKeeping: (found: A) => boolean
      ): Effect.Effect<A, E | Away | Conflict> =>
        Effect.gen(function* () {
          // The same key in another session is another command.
          const key = commandAnswerKey(idOf("answer", session.id, id))
          const kept = yield* Effect.mapError(store.readDocument(key), ofTurn)
          if (kept !== null) return JSON.parse(kept) as A
          const found = yield* find
          if (isWorthKeeping(found)) {
            yield* Effect.mapError(
              store.writeDocument(session, key, JSON.stringify(found), COMMAND_ANSWER_TTL_MS),
              ofTurn
            )
          }
          return found
        })

      const tell = Effect.fnUntraced(function* (
        { id, sessionId, user }: Asked,
        answered: Pick<Extract<DeveloperSessionEvent, { readonly type: "ANSWERED" }>, "spoken" | "proposed">
      ) {
        const event: DeveloperSessionEvent = { type: "ANSWERED", user, ...answered, at: yield* system.now }
        const to = address("developer-session", sessionId)
        yield* Effect.mapError(system.tell(to, event, { id: idOf("answered", id) }), ofTurn)
      })

      /** The action, unless it is not there for this user. */
      const lookOrNull = (user: string, token: string) =>
        Effect.catchIf(work.look(user, token), isRefusal, () => Effect.succeed(null))

      /** The newest of these that waits for its confirmation; what was confirmed just now may stand among them still. */
      const newestWaiting = Effect.fnUntraced(function* (user: string, open: OpenActions["open"]) {
        for (const { token } of open.toReversed()) {
          const look = yield* lookOrNull(user, token)
          if (look?.state === "pending") return token
        }
        return null
      })

      /** What was not read out right before is read out now, and the next confirmation runs it. */
      const readNewest = Effect.fnUntraced(function* (
        asked: Asked,
        { intent, profile, token: to }: Confirmation,
        open: OpenActions["open"]
      ) {
        const { id, isKeyed, sessionId, user } = asked
        const find = newestWaiting(user, open)
        const session = address("developer-session", sessionId)
        const token = yield* isKeyed ? once(session, id, find, () => true) : find
        const look = token === null ? null : yield* lookOrNull(user, token)
        if (look === null) return Answers.nothingOpen(intent, intent.name)
        yield* tell(asked, { spoken: [proposalAgain(look.action)], proposed: { token: look.token, to } })
        return Answers.newestRead(intent, profile, look)
      })

      const decided = Effect.fnUntraced(function* (asked: Asked, decision: Decision) {
        const { id, isKeyed, sessionId, user } = asked
        const { intent } = decision
        switch (decision.kind) {
          case "not_yours":
            return yield* Effect.fail(foreignSession)
          case "say":
            return Answers.said(intent, decision.ok, decision.spoken)
          case "propose": {
            const { action, spoken, summary, token } = decision
            const { entities } = intent
            const look = yield* work.open(user, { token, action, entities, summary, expiresInMs: confirmWithinMs })
            return Answers.proposed(intent, spoken, look)
          }
          case "read": {
            const find = lookedUp(decision)
            const session = address("developer-session", sessionId)
            const { cards, lines, ok } = yield* isKeyed ? once(session, id, find, ({ ok }) => ok) : find
            yield* tell(asked, { spoken: lines })
            return Answers.answer(intent, { status: ok ? "ok" : "error", spoken_text: lines[0] ?? "", cards })
          }
          case "confirm_newest":
          case "cancel_newest": {
            const open = yield* work.openOf(user, idOf("newest", id))
            const newest = open.at(-1)
            if (newest === undefined) return Answers.nothingOpen(intent, intent.name)
            if (decision.kind === "confirm_newest" && decision.expects !== newest.token) {
              return yield* readNewest(asked, decision, open)
            }
            const settled =
              decision.kind === "confirm_newest"
                ? Effect.map(work.confirm(user, newest.token, id), (look) => Answers.confirmed(intent, look))
                : Effect.map(work.cancel(user, newest.token), (look) => Answers.cancelled(intent, look))
            return yield* Effect.catchIf(settled, isRefusal, ({ message }) =>
              Effect.succeed(Answers.said(intent, false, message))
            )
          }
        }
      })

      return {
        run: Effect.fnUntraced(function* (user, sessionId, { input, ...request }) {
          if (input.type !== "text") {
            const rule = "only text is understood: no speech recogniser is connected"
            return yield* Effect.fail(invalid("input.type", rule, "unsupported_input"))
          }
          yield* limits.request(user)
          const intent = intentOf(input.text)
          const isAction = SIDE_EFFECTS.has(intent.name) || intent.name === "system.confirm"
          if (isAction && intent.confidence >= SURE_ENOUGH) yield* limits.action(user)
          const isKeyed = typeof request.idempotency_key === "string"
          const id = requestId("command", user, request.idempotency_key)
          const event: DeveloperSessionEvent = {
            type: "COMMAND",
            user,
            intent,
            profile: request.profile ?? "default",
            token: randomBytes(32).toString("base64url"),
            at: yield* system.now
          }
          const reply = yield* Effect.mapError(
            system.ask(address("developer-session", sessionId), event, { id }),
            ofTurn
          )
          const decision = reply as Decision
          if (decision.kind !== "not_yours" && isAnother(decision.intent, intent)) return yield* Effect.fail(reusedKey)
          const answer = yield* decided({ user, sessionId, id, isKeyed }, decision)
          const isDebugging = request.client_context.debug === true
          return isDebugging ? { ...answer, debug: { transcript: input.text } } : answer
        })
      }
    })
  )
}

const unlessUnread = (told: Effect.Effect<Answers.Told, CodeHostUnread>): Effect.Effect<Answers.Told> =>
  Effect.catch(told, (error) => Effect.succeed(Answers.toldUnread(error)))
