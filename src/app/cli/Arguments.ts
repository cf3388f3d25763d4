/** Flags and arguments that several commands take. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

const whole = (name: string, maximum: number, standard: number) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))),
    Flag.withDefault(standard)
  )

export const days = whole("days", 366, 7).pipe(Flag.withDescription("UTC days, today included (1-366, default 7)"))

export const limit = whole("limit", 1000, 100).pipe(Flag.withDescription("How many at most (1-1000, default 100)"))

/** An actor's address. */
export const actorAddress = {
  type: Argument.String("type").pipe(Argument.withDescription("The actor's type, such as conversation or alert")),
  id: Argument.String("id").pipe(
    Argument.withDescription("The actor's id, such as a phone number or alert_0123456789ab")
  )
}
