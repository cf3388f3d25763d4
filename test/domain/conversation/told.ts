/** The rows of the decision tables of texts, and how an intent is written in them. */
import type { Intent } from "#domain/conversation/Intent.ts"

/** A decision table. */
export type Rows = ReadonlyArray<readonly [text: string, expected: string]>

/** An intent in one line: its type, then what it carries. */
export const told = (intent: Intent): string => {
  switch (intent.type) {
    case "SWAP_REQUESTED":
    case "SKIP_REQUESTED":
      return intent.changes
        .map((change) =>
          change.type === "swap"
            ? `SWAP ${change.old} > ${change.new}${change.everyDay ? " (every day)" : ""}`
            : `SKIP ${change.days.map((day) => day.slice(0, 3)).join(" ")}`
        )
        .join("; ")
    case "SWAP_UNCLEAR":
      return `SWAP? ${intent.old ?? ""}`.trim()
    case "SKIP_UNCLEAR":
      return "SKIP?"
    case "CHANGES_UNCLEAR":
      return "PARTLY"
    case "RECIPES_NOW_REQUESTED":
      return `RECIPES_NOW${intent.agreed ? " agreed" : ""}`
    case "NOT_UNDERSTOOD":
      return intent.as === null ? "NOT_UNDERSTOOD" : `CHAT ${intent.as}`
    case "AGREED":
      return `AGREED${intent.keyword ? " keyword" : ""}${intent.mentionsPlan ? " plan" : ""}`
    case "CHANGE_REQUESTED":
      return `CHANGE${intent.mentionsPlan ? " plan" : ""}`
    case "PLAN_REQUESTED":
      return intent.explicit ? "PLAN" : "PLAN mentioned"
    case "EMERGENCY_STATED":
      return "EMERGENCY"
    case "ALLERGY_STATED":
      return "ALLERGY"
    case "HELP_REQUESTED":
      return intent.keyword ? "HELP keyword" : "HELP"
    default:
      return intent.type.replace("_REQUESTED", "")
  }
}
