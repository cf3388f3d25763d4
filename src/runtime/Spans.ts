/**
 * Spans of the runtime: what was done for which actor, how long it took, and whether it failed. What came of it is not in
 * them: a reply, a defect or a driver's error may quote a person, and a tracer would export it with the span (G12).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Tracer from "effect/Tracer"

/**
 * Puts an effect in a span that ends with `outcome` = `done` or `failed`, never with the value or the failure itself. Makes
 * none where nobody exports them: two spans cost a turn as much as its chart does.
 */
export const discreetSpan =
  (name: string, attributes: () => Readonly<Record<string, string>> = () => ({})) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withFiber(({ context }) =>
      Context.get(context, Tracer.Tracer) === Tracer.nativeTracer ? effect : inSpan(effect, name, attributes())
    )

const inSpan = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  name: string,
  attributes: Readonly<Record<string, string>>
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let came: Effect.Effect<A, E> = Effect.interrupt
    return Effect.exit(effect).pipe(
      Effect.flatMap((exit) => {
        came = exit
        return Effect.annotateCurrentSpan("outcome", Exit.isSuccess(exit) ? "done" : "failed")
      }),
      Effect.withSpan(name, { attributes }),
      Effect.andThen(Effect.suspend(() => came))
    )
  })
