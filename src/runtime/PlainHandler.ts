/**
 * Runs what a plain XState machine brings along when no handler is registered: a `fromPromise` logic for an invoke, the
 * implementation function of a named action. That is how an ordinary machine works durably without being changed.
 *
 * A promise that rejects is the chart's business (`onError`), so it is not retried here; a crash in the middle is.
 */
import * as Effect from "effect/Effect"
import { type AnyActorLogic, createActor, toPromise } from "xstate"
import type { Work } from "#kernel/ActorRecord.ts"
import type { RegisteredActor } from "#kernel/RegisteredActor.ts"
import { EffectFailed, type EffectHandler } from "./EffectHandler.ts"

export const plainHandler = (
  { definition }: RegisteredActor,
  work: Extract<Work, { kind: "action" | "invoke" }>
): EffectHandler<unknown> | undefined => {
  const { actors, actions } = definition.machine.implementations
  if (work.kind === "invoke") {
    const logic = actors[work.name] as AnyActorLogic | undefined
    return logic === undefined ? undefined : { run: ({ params }) => runPromise(logic, params) }
  }
  const action = actions[work.name] as unknown
  return typeof action === "function" ? { run: ({ params }) => runAction(action as PlainAction, params) } : undefined
}

/** Code of a plain promise's rejection: its reason is the chart's own and goes back to it as XState's `onError`. */
export const REJECTED = "rejected"

type PlainAction = (args: unknown, params: unknown) => unknown

const runPromise = (logic: AnyActorLogic, input: unknown): Effect.Effect<unknown, EffectFailed> =>
  Effect.tryPromise({
    try: (signal) => {
      const actor = createActor(logic, { input } as never)
      signal.addEventListener("abort", () => actor.stop())
      actor.subscribe({ error: () => {} })
      actor.start()
      return toPromise(actor)
    },
    catch: (cause) => new EffectFailed({ code: REJECTED, retry: false, cause })
  })

const runAction = (action: PlainAction, params: unknown): Effect.Effect<unknown, EffectFailed> =>
  Effect.tryPromise({
    try: async () => {
      await action(onlyParams, params)
    },
    catch: (cause) => new EffectFailed({ code: "threw", retry: true, cause })
  })

/** An action runs after its turn, perhaps in another process: there is no live context or event to read then. */
const onlyParams: unknown = new Proxy(
  {},
  {
    get: () => {
      throw new TypeError("a durable action receives only its params; pass what it needs as params of the action")
    }
  }
)
