/**
 * Dead letters as JSON text, the same in every store. Reading checks the shape, so that a letter somebody edited by hand
 * is refused instead of being replayed half-understood.
 */
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { DeadLetter } from "#runtime/ports/ActorStore.ts"

const Encoded = Schema.fromJsonString(
  Schema.Struct({
    id: Schema.String,
    address: Schema.Struct({ type: Schema.String, id: Schema.String }),
    kind: Schema.Literals(["effect", "event"]),
    name: Schema.String,
    reason: Schema.String,
    at: Schema.Number,
    payload: Schema.String
  })
)

const decode = Schema.decodeUnknownOption(Encoded)

/** The letter as JSON, its fields in a fixed order. */
export const encodeLetter = (letter: DeadLetter): string =>
  JSON.stringify({
    id: letter.id,
    address: { type: letter.address.type, id: letter.address.id },
    kind: letter.kind,
    name: letter.name,
    reason: letter.reason,
    at: letter.at,
    payload: letter.payload
  })

/** The letter, or `null` when the text is not one. */
export const decodeLetter = (json: string): DeadLetter | null => {
  const decoded = decode(json)
  if (decoded._tag === "None") return null
  const raw = decoded.value
  return { ...raw, address: address(raw.address.type, raw.address.id) }
}
