/**
 * What a text message asks for, read from the text alone (S15-S25, B10, C17). What it means is the chart's decision: the
 * same "yes" confirms a plan, re-subscribes a stopped number, or is met with guidance. Whole words, negation honoured:
 * whenever a text could be read as "not that", it is not taken for a yes. Pure and total: every string has one intent.
 */
import { readChanges, type ChangeAsked } from "./Changes.ts"
import { readCompliance, unsigned } from "./OptOut.ts"
import { readTapback } from "./Tapback.ts"
import { readVerdict } from "./Verdict.ts"
import { hear, MAX_TEXT, says, saysPhrase, type Said } from "./Words.ts"

export type Intent =
  | { readonly type: "STOP_REQUESTED" }
  | { readonly type: "START_REQUESTED" }
  /** `keyword`: the whole message is HELP or INFO, which a stopped number may ask too. */
  | { readonly type: "HELP_REQUESTED"; readonly keyword: boolean }
  | { readonly type: "RESET_REQUESTED" }
  /** `explicit`: a new plan is what the message is about; otherwise the word plan or meal is merely in it (S20). */
  | { readonly type: "PLAN_REQUESTED"; readonly explicit: boolean }
  /** `keyword`: the whole message is YES. `mentionsPlan`: a plan is asked for in the same breath ("great, plan please"). */
  | { readonly type: "AGREED"; readonly keyword: boolean; readonly mentionsPlan: boolean }
  | { readonly type: "CHANGE_REQUESTED"; readonly mentionsPlan: boolean }
  /** Named after the first of the changes the message asks for; all of them, in its order. */
  | { readonly type: "SWAP_REQUESTED" | "SKIP_REQUESTED"; readonly changes: ReadonlyArray<ChangeAsked> }
  | { readonly type: "SWAP_UNCLEAR"; readonly old: string | null }
  | { readonly type: "SKIP_UNCLEAR" }
  /** Several things are asked for, and not all of them are understood. */
  | { readonly type: "CHANGES_UNCLEAR" }
  /** `agreed`: with a yes in the same breath ("perfect, send the recipes now"). */
  | { readonly type: "RECIPES_NOW_REQUESTED"; readonly agreed: boolean }
  | { readonly type: "ACCOUNT_REQUESTED" }
  | { readonly type: "HUMAN_REQUESTED" }
  /** Somebody may be in danger. This service can only say that it is the wrong place. */
  | { readonly type: "EMERGENCY_STATED" }
  /** An allergy is spoken of, whatever else is said with it. */
  | { readonly type: "ALLERGY_STATED" }
  /** `as`: it asks for nothing we do, but deserves better than "I did not understand". */
  | { readonly type: "NOT_UNDERSTOOD"; readonly as: Chat | null }

/** Courtesies, and what people ask for that cannot be done. A `reaction` of a phone is no message: it is met with silence. */
export type Chat = "thanks" | "greeting" | "later" | "undo" | "reaction"

/** The names callers of the seed's `process_message` know (S12). */
export const INTENT_NAMES = {
  STOP_REQUESTED: "stop",
  START_REQUESTED: "start",
  HELP_REQUESTED: "help",
  RESET_REQUESTED: "reset",
  PLAN_REQUESTED: "request_plan",
  AGREED: "confirm",
  CHANGE_REQUESTED: "modify",
  SWAP_REQUESTED: "swap",
  SWAP_UNCLEAR: "swap",
  SKIP_REQUESTED: "skip",
  SKIP_UNCLEAR: "skip",
  CHANGES_UNCLEAR: "modify",
  RECIPES_NOW_REQUESTED: "recipes_now",
  ACCOUNT_REQUESTED: "new",
  HUMAN_REQUESTED: "human",
  EMERGENCY_STATED: "emergency",
  ALLERGY_STATED: "allergy",
  NOT_UNDERSTOOD: "unknown"
} as const satisfies Record<Intent["type"], string>

const set = (words: string): ReadonlySet<string> => new Set(words.split("|"))

const RESET_PHRASE =
  /(?<!\p{L})(?:start (?:all )?(?:over|again|fresh|anew)|begin again|from scratch|restart|reset|(?:cancel|stop|forget|scrap|discard|delete|drop)(?: (?:my|the|this|that|your|our|whole|entire))*(?: meal)? (?:plans?|planning|meals|recipes))(?!\p{L})/u
const HUMAN_PHRASE =
  /(?<!\p{L})(?:humans?|representative|customer (?:service|support|care)|real person|live (?:agent|person|chat)|(?:talk|speak|chat|text) (?:to|with) (?:a |an |the |some)?(?:person|people|someone|somebody|agent|rep|operator|staff|team|support|manager)|someone (?:call|help|contact)|call me|(?:need|want|contact|get) (?:a |an |the )?(?:person|agent|operator|support|rep))(?!\p{L})/u
const ACCOUNT = set(
  "new|new account|new user|new customer|new here|i'm new|im new|i am new|i'm new here|im new here|i am new here|" +
    "create account|create an account|create my account|create a new account|make an account|sign up|signup|" +
    "sign me up|register|setup|set up|setup account|set up account|set up my account|set up an account|" +
    "setup my account|link account|link my account"
)
const SEND_RECIPES =
  /^(?:(?:can|could|would|will) you )?(?:send|text|get|give|show)(?: me)?(?: over)?(?: the| my| our)?(?: detailed| full)? recipes?(?: again)?$/u
const NOW_PHRASE = /(?<!\p{L})(?:now|immediately|asap|today|(?:right|straight) away)(?!\p{L})/u
const RECIPE_WORDS = set("recipe|recipes")

const HELP_WORDS = set("help|options|commands")
const HELP_ME_PLAN =
  /(?<!\p{L})help (?:me |us )?(?:to )?(?:plan|make|create|(?:with )?(?:a |my |the )?meal plan)(?!\p{L})/u
const WHO = /^(?:who (?:is|are) (?:this|you)|who dis|what(?:'?s| is) (?:this|that))$/u
const PLAN_WORDS = set(
  "plan|plans|meal|meals|mealplan|mealplans|meal-plan|meal-plans|planning|analyze|analyse|analyzing|analysing|replan|re-plan"
)
const PLAN_ANEW =
  /(?<!\p{L})(?:(?:new|another|different|fresh|other|next) (?:meal )?plan|plan (?:it )?again|re-?plan|plan (?:my|our|the|some|this|next) (?:meals?|week|dinners?|box|cart|food)|(?:make|create|get|send|do|want|need|give)(?: me| us)? (?:a |my |the |our )?(?:new )?(?:meal )?plan)(?!\p{L})/u

/** A message that is the keyword, or begins with it: "plan", "plan for one person", "analyze my cart". */
const PLAN_FIRST =
  /^(?:(?:a|the|my|your|meal|next) )*(?:plans?|planning|meals?|mealplans?|analy[sz]e|analy[sz]ing)(?! (?:is|was|are|were|has|had|looks?|sounds?|seems?|came|arrived)(?!\p{L}))(?!\p{L})/u
const PLAN_VERB =
  /(?<!\p{L})(?:let'?s|let us|can you|could you|would you|ready to|want to|like to|need to|time to|again) (?:meal )?(?:plan|analy[sz]e)(?!\p{L})/u
/** "A plan" that is none. */
const PLAN_IDIOMS = /(?<!\p{L})sounds? like (?:a|the) (?:(?:good|great|perfect) )?plan(?!\p{L})/gu
const ALLERGY = /(?<!\p{L})(?:allerg|anaphyla|intoleran|celiac|coeliac|epi ?pen)/u

const THUMBS_UP = /[\u{1f44d}\u{1f44c}\u{1f64c}\u{2705}\u{2714}\u{1f4af}\u{1f60b}\u{2764}]/u
const THUMBS_DOWN = /[\u{1f44e}\u{274c}\u{1f6ab}]/u

const CHAT: ReadonlyArray<readonly [Chat, RegExp]> = [
  [
    "thanks",
    /^(?:many )?(?:thanks?|thank you|thx|ty|tysm|cheers|gracias)(?: (?:so|very) much| a lot| a bunch| again| you)?$/u
  ],
  ["greeting", /^(?:there|hi|hello|hey|hiya|howdy|hola|good (?:morning|afternoon|evening))(?: there| again| you)?$/u],
  [
    "later",
    /^(?:(?:maybe )?(?:later|tomorrow|not now|not yet|not today|another time)|maybe|wait|hold on|one (?:moment|sec|second)|let me (?:think|see|check)|i'll think about it)$/u
  ],
  [
    "undo",
    /^(?:undo(?: that| it| this)?|(?:put|bring|add|take|get) .{1,60} back(?: in)?|(?:put|bring|add) back .{1,60}|go back|unskip.{0,40})$/u
  ]
]

const mentionsPlan = (said: Said): boolean => says(hear(said.plain.replace(PLAN_IDIOMS, " ")), PLAN_WORDS)

const readRecipesNow = (said: Said): boolean => {
  if (SEND_RECIPES.test(said.whole) || said.whole === "recipes" || said.whole === "recipe") return true
  return says(said, RECIPE_WORDS) && saysPhrase(said, NOW_PHRASE)
}

const readChange = (said: Said): Intent | null => {
  const read = readChanges(said)
  switch (read?.kind) {
    case "clear":
      return {
        type: read.changes[0].type === "swap" ? "SWAP_REQUESTED" : "SKIP_REQUESTED",
        changes: read.changes
      }
    case "swap_unclear":
      return { type: "SWAP_UNCLEAR", old: read.old }
    case "skip_unclear":
      return { type: "SKIP_UNCLEAR" }
    case "partly":
      return { type: "CHANGES_UNCLEAR" }
    default:
      return null
  }
}

const notUnderstood = ({ whole }: Said): Intent => ({
  type: "NOT_UNDERSTOOD",
  as: CHAT.find(([, said]) => said.test(whole))?.[0] ?? null
})

const readHelp = (said: Said): boolean =>
  WHO.test(said.whole) || (says(said, HELP_WORDS) && !said.clauses.some((words) => HELP_ME_PLAN.test(words.join(" "))))

const helped: Intent = { type: "HELP_REQUESTED", keyword: false }

/** Reads one message. */
export const understand = (whole: string): Intent => {
  const message = whole.slice(0, MAX_TEXT)
  const tapback = readTapback(message)
  if (tapback !== null) return { type: "NOT_UNDERSTOOD", as: tapback === "liked" ? "thanks" : "reaction" }
  const text = unsigned(message)
  const said = hear(text)
  switch (readCompliance(text, said)) {
    case "stop":
      return { type: "STOP_REQUESTED" }
    case "start":
      return { type: "START_REQUESTED" }
    case "help":
      return { type: "HELP_REQUESTED", keyword: true }
    default:
      return said.whole === "" ? readWordless(said) : readWish(said)
  }
}

/** Words that must not be met with a menu, even when they were meant lightly. */
const EMERGENCY =
  /(?<!\p{L})(?:(?:call|dial|phone|ring) (?:911|112|999)|^911$|ambulance|chest pains?|heart attack|overdos(?:e|ed|ing)|suicid(?:e|al)|kill(?:ing)? (?:myself|me)|hurt(?:ing)? myself|end my life|want to die|can(?:no|')?t breathe|cannot breathe|(?:medical|an) emergency|anaphyla\p{L}+ shock)(?!\p{L})/u

const readWish = (said: Said): Intent => {
  if (EMERGENCY.test(said.plain)) return { type: "EMERGENCY_STATED" }
  if (ALLERGY.test(said.plain)) return { type: "ALLERGY_STATED" }
  if (saysPhrase(said, RESET_PHRASE)) return { type: "RESET_REQUESTED" }
  if (readRecipesNow(said)) return { type: "RECIPES_NOW_REQUESTED", agreed: readVerdict(said) === "yes" }
  const change = readChange(said)
  if (change !== null) return change
  if (saysPhrase(said, HUMAN_PHRASE)) return { type: "HUMAN_REQUESTED" }
  if (ACCOUNT.has(said.whole)) return { type: "ACCOUNT_REQUESTED" }
  if (readHelp(said)) return helped
  return readPlanOrVerdict(said)
}

const readPlanOrVerdict = (said: Said): Intent => {
  const plan = mentionsPlan(said)
  if (plan && saysPhrase(said, PLAN_ANEW)) return { type: "PLAN_REQUESTED", explicit: true }
  switch (readVerdict(said)) {
    case "yes":
      return { type: "AGREED", keyword: said.whole === "yes", mentionsPlan: plan }
    case "no":
      return { type: "CHANGE_REQUESTED", mentionsPlan: plan }
    case "asks":
      return helped
    case "demands":
      return { type: "CHANGES_UNCLEAR" }
    default:
      if (plan) return { type: "PLAN_REQUESTED", explicit: asksForPlan(said) }
      return said.plain.includes("?") ? helped : notUnderstood(said)
  }
}

const asksForPlan = (said: Said): boolean =>
  PLAN_FIRST.test(said.whole) || saysPhrase(said, HELP_ME_PLAN) || saysPhrase(said, PLAN_VERB)

/** A message without a word: `?`, a thumb, nothing at all. */
const readWordless = ({ plain, emoji }: Said): Intent => {
  if (plain.includes("?")) return { type: "HELP_REQUESTED", keyword: false }
  if (THUMBS_DOWN.test(emoji)) return { type: "CHANGE_REQUESTED", mentionsPlan: false }
  if (THUMBS_UP.test(emoji)) return { type: "AGREED", keyword: false, mentionsPlan: false }
  return { type: "NOT_UNDERSTOOD", as: null }
}
