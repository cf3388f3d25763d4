/**
 * Pending actions from the outside: opened, looked at, confirmed, cancelled. Looks before it asks, so that a guessed token
 * makes no record, and so that an unknown token, somebody else's action and a store that is away are three answers. Every ask
 * has an id made from what it is about, so that a request that is repeated does nothing twice.
 */
import { hash, randomUUID } from "node:crypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { address } from "#domain/ActorAddress.ts"
import type { CodeHostAction } from "#domain/developer/CodeHost.ts"
import type { DeveloperEvent, OpenActions } from "#domain/developer/Developer.ts"
import {
  type ActionLook,
  type CancelAnswer,
  type ConfirmAnswer,
  type PendingActionEvent
} from "#domain/developer/PendingAction.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { OperatorViews } from "../OperatorViews.ts"
import { Outcomes } from "../Outcomes.ts"
import {
  type Away,
  type Conflict,
  conflict,
  type Gone,
  gone,
  type NotYours,
  ofRefusal,
  ofTurn
} from "./DeveloperProblems.ts"

/** How long a confirmation waits for what comes of it. */
const OUTCOME_WITHIN = "10 seconds"

const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** The same for the same words, and says nothing of them. */
export const idOf = (...about: ReadonlyArray<string>): string => hash("sha256", JSON.stringify(about))

/** An id for a request: the same for the same user's same idempotency key. */
export const requestId = (purpose: string, user: string, idempotencyKey: string | null | undefined): string =>
  idempotencyKey === null || idempotencyKey === undefined ? randomUUID() : idOf(purpose, user, idempotencyKey)

export interface Proposal {
  readonly token: string
  readonly action: CodeHostAction
  readonly entities: Readonly<Record<string, unknown>>
  readonly summary: string
  readonly expiresInMs: number
}

export interface ActionWorkService {
  /** The same token opens one action, whoever often it is asked. */
  readonly open: (user: string, proposal: Proposal) => Effect.Effect<ActionLook, Away | Conflict>
  readonly look: (user: string, token: string) => Effect.Effect<ActionLook, Away | Conflict | Gone | NotYours>
  /**
   * Those that can still be confirmed, oldest first. With an id the first answer is kept and given again, also when time has
   * passed since: a repeated "confirm" must not find another newest one.
   */
  readonly openOf: (user: string, id?: string) => Effect.Effect<OpenActions["open"], Away | Conflict>
  /** Waits for what comes of it; the look says how far it has come. */
  readonly confirm: (
    user: string,
    token: string,
    idempotencyKey: string | null
  ) => Effect.Effect<ActionLook, Away | Conflict | Gone | NotYours>
  readonly cancel: (user: string, token: string) => Effect.Effect<ActionLook, Away | Conflict | Gone | NotYours>
}

/** What came of it, once there is something. */
const overOrNull = (seen: unknown): ActionLook | null => {
  const look = seen as ActionLook | null
  return look?.state === "done" || look?.state === "failed" ? look : null
}

const unknownAction = gone("expired", "There is no such action: it expired, was never made, or is forgotten.")

const actor = (token: string) => address("pending-action", token)

export class ActionWork extends Context.Service<ActionWork, ActionWorkService>()("app/channels/http/ActionWork") {
  static readonly layer: Layer.Layer<ActionWork, never, ActorSystem | OperatorViews | Outcomes> = Layer.effect(
    ActionWork,
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const views = yield* OperatorViews
      const outcomes = yield* Outcomes

      const ask = <A>(type: string, id: string, event: DeveloperEvent | PendingActionEvent, envelope: string) =>
        system.ask(address(type, id), event, { id: envelope }).pipe(
          Effect.mapError(ofTurn),
          Effect.map((reply) => reply as A)
        )

      const lookUp = Effect.fnUntraced(function* (token: string) {
        if (!TOKEN.test(token)) return yield* Effect.fail(unknownAction)
        const seen = yield* Effect.mapError(views.look(actor(token)), ofTurn)
        const look = (seen?.reply ?? null) as ActionLook | null
        return look === null ? yield* Effect.fail(unknownAction) : look
      })

      const look: ActionWorkService["look"] = Effect.fnUntraced(function* (user, token) {
        const look = yield* lookUp(token)
        return look.owner === user ? look : yield* Effect.fail(ofRefusal("not_yours"))
      })

      return {
        look,
        open: Effect.fnUntraced(function* (user, { expiresInMs, token, ...proposal }) {
          const at = yield* system.now
          const opened = { type: "ACTION_OPENED", token, expiresAt: at + expiresInMs, at } as const
          const { noted } = yield* ask<{ readonly noted: boolean }>("developer", user, opened, idOf("opened", token))
          if (!noted) return yield* Effect.fail(conflict("too_many", "Too many actions are open; cancel one first."))
          const created = { type: "CREATE", ...proposal, owner: user, expiresInMs, at } as const
          return yield* ask<ActionLook>("pending-action", token, created, idOf("created", token))
        }),
        openOf: Effect.fnUntraced(function* (user, id) {
          const now = yield* system.now
          const seen =
            id === undefined
              ? yield* Effect.mapError(views.look(address("developer", user)), ofTurn)
              : { reply: yield* ask<OpenActions>("developer", user, { type: "LOOK" }, id) }
          const { open } = (seen?.reply ?? { open: [] }) as OpenActions
          return id === undefined ? open.filter(({ expiresAt }) => expiresAt > now) : open
        }),
        confirm: Effect.fnUntraced(function* (user, token, idempotencyKey) {
          yield* look(user, token)
          // Listens before it asks, so that work that is done at once is not missed.
          const over = yield* Effect.forkChild(outcomes.until(actor(token), overOrNull, OUTCOME_WITHIN))
          const event = { type: "CONFIRM", by: user, idempotencyKey, at: yield* system.now } as const
          const id = requestId("confirm", user, idempotencyKey)
          const answer = yield* ask<ConfirmAnswer>("pending-action", token, event, id)
          if (!answer.accepted) return yield* Effect.fail(ofRefusal(answer.because))
          return (yield* Fiber.join(over)) ?? answer.look
        }),
        cancel: Effect.fnUntraced(function* (user, token) {
          yield* look(user, token)
          const at = yield* system.now
          const answer = yield* ask<CancelAnswer>(
            "pending-action",
            token,
            { type: "CANCEL", by: user, at },
            idOf("cancel", user, token)
          )
          return answer.cancelled ? answer.look : yield* Effect.fail(ofRefusal(answer.because))
        })
      }
    })
  )
}
