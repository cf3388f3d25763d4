/**
 * What a responder is told about what they asked of an alert: done, or who was first and when. Pure. Reads the actor's answer
 * through a schema, because another version of the service may have given it.
 */
import * as Schema from "effect/Schema"
import type { AlertRequest, RefusedBecause } from "#domain/ash/Alert.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { moment, person } from "./Escaping.ts"

const Taken = Schema.NullOr(Schema.Struct({ by: Schema.NullOr(Schema.String), at: Schema.Number }))
type Taken = typeof Taken.Type

const Shown = Schema.Struct({
  state: Schema.String,
  severity: Schema.String,
  acknowledged: Taken,
  resolved: Taken,
  threadId: Schema.NullOr(Schema.String),
  takenOverBy: Schema.NullOr(Schema.String)
})
type Shown = typeof Shown.Type

/** What is read of an `AlertAnswer`. */
export const AnswerRead = Schema.Struct({
  outcome: Schema.Literals(["done", "refused"]),
  because: Schema.NullOr(Schema.String),
  alert: Schema.NullOr(Shown)
})
export type AnswerRead = typeof AnswerRead.Type

export type Asked = Exclude<AlertRequest, { readonly type: "LOOK" }>

const who = (step: Taken, by: Snowflake): string =>
  step === null
    ? "somebody"
    : `${step.by === null ? "the service" : step.by === by ? "you" : person(step.by)} ${moment(step.at)}`

const inThread = (threadId: string | null): string => (threadId === null ? "its thread" : `<#${threadId}>`)

const done = (asked: Asked, alert: Shown): string => {
  switch (asked.type) {
    case "ACKNOWLEDGE":
      return "Acknowledged. Thank you for taking this."
    case "RESOLVE":
      return "Resolved. Thank you."
    case "TALK_TO_ASH":
      return "Ash is asked to write to the member. Whether it reached them will be said in the thread. Please acknowledge the alert if you are taking it."
    case "TAKE_OVER":
      return alert.threadId === null
        ? "You have taken over. This alert has no thread, so nothing can be passed on: please write to the member yourself."
        : `You have taken over. What you write in ${inThread(alert.threadId)} goes to the member, and their answers come there. "Hand back" ends this.`
    case "HAND_BACK":
      return "Handed back. What is written in the thread does not go to the member any more."
    case "ASSIGN":
      return `Assigned to ${person(asked.to)}.`
    case "OVERRIDE_SEVERITY":
      return `The severity is ${alert.severity} now. Your reason is kept with the alert.`
    case "FALSE_POSITIVE":
      return "Marked as a false positive. Your reason is kept with the alert."
  }
}

const REFUSED: Readonly<Record<RefusedBecause, (alert: Shown | null, by: Snowflake) => string>> = {
  unknown_alert: () => "This alert is not known here any more. Nothing was changed.",
  already_acknowledged: (alert, by) => `Already acknowledged by ${who(alert?.acknowledged ?? null, by)}.`,
  already_resolved: (alert, by) => `Already resolved by ${who(alert?.resolved ?? null, by)}.`,
  expired: () => "This alert has expired: nobody had closed it in time. Nothing was changed.",
  not_taken_over: () => "Nobody has taken over, so there is nothing to hand back.",
  taken_over: (alert, by) =>
    alert?.takenOverBy === by
      ? "You have taken over already."
      : `${alert?.takenOverBy == null ? "Somebody" : person(alert.takenOverBy)} speaks with the member at the moment.`,
  ash_off: () => "Ash is switched off."
}

const isKnown = (because: string): because is RefusedBecause => because in REFUSED

/** The words for the person who asked. */
export const answerWords = (asked: Asked, { alert, because, outcome }: AnswerRead): string => {
  if (outcome === "done" && alert !== null) return done(asked, alert)
  return because !== null && isKnown(because)
    ? REFUSED[because](alert, asked.by)
    : "This was refused, and nothing was changed."
}
