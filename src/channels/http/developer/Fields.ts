/** The fields that bodies of the developer's API are made of. Each says what it expects, and no refusal repeats what was sent. */
import * as Schema from "effect/Schema"
import { RepoName } from "#domain/developer/CodeHost.ts"
import { MAX_PR_NUMBER } from "#domain/developer/DecideTarget.ts"

/** A text of so many characters. */
export const bounded = (minimum: number, maximum: number) => {
  const expected = `${minimum} to ${maximum} characters`
  return Schema.String.check(Schema.isMinLength(minimum, { expected }), Schema.isMaxLength(maximum, { expected }))
}

/** A whole number of at least and at most so much. */
export const whole = (minimum: number, maximum: number) =>
  Schema.Finite.check(
    Schema.isInt({ expected: "a whole number" }),
    Schema.isBetween({ minimum, maximum }, { expected: `${minimum} to ${maximum}` })
  )

export const Repo = RepoName.annotate({ expected: "owner/name", examples: ["octo/hello"] })
export const PrNumber = whole(1, MAX_PR_NUMBER)

/** Clients write an absent value as `null`, too. */
export const orNull = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

export const IdempotencyKey = orNull(bounded(1, 200)).annotateKey({
  description: "The same key again within 24 hours gets the same answer, and does nothing twice."
})
