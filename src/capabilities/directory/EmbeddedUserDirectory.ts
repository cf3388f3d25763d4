/**
 * The built-in user directory: one document per number in the actor store, so that the service runs without any account
 * system. A number seen for the first time becomes a guest without preferences; an operator may edit the document. It is
 * owned by whoever looked the number up, and goes when that actor is forgotten.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { final, storeFailed } from "../Capability.ts"
import { isPhone } from "../PhoneForms.ts"
import { orNone, StoredPreferences, UserDirectory } from "./UserDirectory.ts"

/** Store key of a guest (E.164). */
export const guestKey = (phone: string): string => `user:${phone}`

/** How long a guest is kept after the last look-up: 365 days. */
export const GUEST_TTL_MS = 365 * 24 * 3600 * 1000

const Guest = Schema.fromJsonString(Schema.Struct({ phone: Schema.String, preferences: StoredPreferences }))
const decode = Schema.decodeUnknownEffect(Guest)

/** **Fails with** `bad_phone`, `store_unavailable` (worth another try), `user_unreadable`, `wrong_row`. */
export const layerEmbedded: Layer.Layer<UserDirectory, never, ActorStore> = Layer.effect(
  UserDirectory,
  Effect.gen(function* () {
    const store = yield* ActorStore

    const lookUp = Effect.fn("UserDirectory.lookUp")(function* (phone: string, owner: ActorAddress) {
      if (!isPhone(phone)) return yield* Effect.fail(final("bad_phone"))
      const key = guestKey(phone)
      const stored = yield* store.readDocument(key).pipe(Effect.mapError(storeFailed))
      const document = stored ?? JSON.stringify({ phone, preferences: {} })
      const guest = yield* decode(document).pipe(Effect.mapError(() => final("user_unreadable")))
      if (guest.phone !== phone) return yield* Effect.fail(final("wrong_row"))
      yield* store.writeDocument(owner, key, document, GUEST_TTL_MS).pipe(Effect.mapError(storeFailed))
      return { account: "ready" as const, preferences: orNone(guest.preferences) }
    })

    return UserDirectory.of({
      describe: { kind: "embedded", note: "every number is welcome as a guest; kept in the actor store" },
      lookUp
    })
  })
)
