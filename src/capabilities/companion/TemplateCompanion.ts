/**
 * The companion that is built in: reviewed sentences, no service, no key. It understands little, and says nothing that
 * nobody has read before. Also what is said when a model's words may not be.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Companionship, Converse } from "#domain/ash/AshSession.ts"
import { templateReply } from "#domain/ash/CompanionTemplates.ts"
import { guard } from "#domain/ash/SafeMessaging.ts"
import { Companion } from "./Companion.ts"

/** What is left when even a reviewed sentence is refused, which a test says cannot be. */
const LISTENING = "I am listening."

/** The built-in answer; `concern` is added to its own. */
export const fromTemplates = (asked: Converse, concern = false): Companionship => {
  const reply = templateReply(asked)
  const guarded = guard(reply.text, { humanTold: asked.humanTold })
  return {
    parts: guarded.ok ? guarded.parts : [LISTENING],
    concern: concern || reply.concern || !guarded.ok,
    source: "template"
  }
}

export const layerTemplates: Layer.Layer<Companion> = Layer.succeed(
  Companion,
  Companion.of({
    describe: { kind: "embedded", note: "built-in sentences, no language model (BOT_ASH_MODEL is not set)" },
    converse: (asked) => Effect.succeed(fromTemplates(asked))
  })
)
