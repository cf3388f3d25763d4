/**
 * The vocabulary of the developer's commands, as data: which words make an intent, which may stand beside them, which mean
 * nothing, and which forbid acting at once. The reading of it is `Grammar.ts`.
 */
import type { IntentName } from "./Intent.ts"

export interface Rule {
  readonly name: IntentName
  /** One word of every group must be said. */
  readonly needs: ReadonlyArray<ReadonlySet<string>>
  /** Words that may stand beside without being left over. */
  readonly also: ReadonlySet<string>
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "))

const rule = (name: IntentName, needs: ReadonlyArray<string>, also = ""): Rule => ({
  name,
  needs: needs.map(set),
  also: set(also)
})

const SHOW = "show list read check get give tell what see open"
const ANY = "anything new there waiting have got do i up today latest"

/** The first of equally good ones wins, so the more particular stands first. */
export const RULES: ReadonlyArray<Rule> = [
  rule("inbox.list", ["inbox notifications mentions"], `${SHOW} ${ANY} summarize summary items`),
  rule("inbox.list", ["need needs want wants", "attention"], `${SHOW} ${ANY} which prs pr`),
  rule("inbox.list", ["my", "prs"], `${SHOW} ${ANY} which`),
  rule("pr.request_review", ["review reviews", "request ask get need assign"], "pr by someone as reviewer have"),
  rule("pr.request_review", ["reviewer", "add assign request set"], "pr as"),
  rule("pr.merge", ["merge"], "pr squash rebase method commit using by go ahead"),
  rule("pr.comment", ["comment reply"], "pr leave add post write make saying says say"),
  rule("checks.rerun", ["rerun retry restart", "checks check job jobs failed failing"], "pr all again failed failing"),
  rule("checks.rerun", ["rerun"], "pr again"),
  rule("checks.rerun", ["run", "checks", "again"], "pr all"),
  rule(
    "checks.status",
    ["checks"],
    `${SHOW} pr status state how did do pass passed passing fail failed failing green red look looking doing`
  ),
  rule("checks.status", ["check", "status"], `${SHOW} pr how`),
  rule("pr.summarize", ["summarize summary describe explain overview recap"], "pr give read me changes about what"),
  rule("pr.summarize", ["about", "pr"], "tell what give"),
  rule("pr.summarize", ["what", "changed changes change", "pr"], "tell"),
  rule("agent.pause", ["pause suspend", "agent"], "work working task"),
  rule("agent.resume", ["resume unpause continue", "agent"], "work working task"),
  rule("agent.status", ["agent", "status doing progress going"], `${SHOW} how work task`),
  rule(
    "system.set_profile",
    ["workout kitchen commute default", "profile mode switch set use change"],
    "profile mode switch set use change go into back"
  )
]

const phrases = (name: IntentName, ...said: ReadonlyArray<string>) => said.map((phrase) => [phrase, name] as const)

/** What must be the whole message, but for noise: a word of these inside a sentence means something else. */
export const PHRASES: ReadonlyMap<string, IntentName> = new Map([
  ...phrases(
    "system.confirm",
    "yes",
    "yeah",
    "yep",
    "yup",
    "yes yes",
    "confirm",
    "confirmed",
    "i confirm",
    "confirm it"
  ),
  ...phrases("system.confirm", "confirm that", "yes confirm", "yes confirm it", "do it", "yes do it", "go ahead"),
  ...phrases(
    "system.confirm",
    "yes go ahead",
    "go for it",
    "proceed",
    "yes proceed",
    "affirmative",
    "confirm the action"
  ),
  ...phrases(
    "system.cancel",
    "no",
    "nope",
    "nah",
    "no no",
    "cancel",
    "cancel it",
    "cancel that",
    "cancel this",
    "abort"
  ),
  ...phrases(
    "system.cancel",
    "no cancel",
    "no cancel it",
    "cancel the action",
    "cancel the merge",
    "cancel the comment"
  ),
  ...phrases("system.cancel", "cancel the request", "cancel the rerun", "stop", "never mind", "forget it", "do not"),
  ...phrases(
    "system.cancel",
    "forget that",
    "do not do it",
    "do not do that",
    "no do not",
    "no do not do it",
    "no stop"
  ),
  ...phrases(
    "system.repeat",
    "repeat",
    "repeat that",
    "repeat it",
    "again",
    "say that again",
    "say it again",
    "pardon"
  ),
  ...phrases("system.repeat", "what did you say", "come again", "one more time", "1 more time", "what was that"),
  ...phrases(
    "system.next",
    "next",
    "next one",
    "next item",
    "go on",
    "skip",
    "skip it",
    "skip this one",
    "the next one"
  ),
  ...phrases("system.next", "more", "keep going", "what is next", "the next item", "read the next one", "next please")
])

/** Politeness of more than one word; longer ones first. */
export const COURTESIES: ReadonlyArray<ReadonlyArray<string>> = [
  ...["i would like you to", "i would like to", "i want you to", "i need you to", "would you mind", "if you please"],
  ...["could you", "can you", "would you", "will you", "could we", "can we", "i want to", "i need to", "let us"],
  ...["go ahead and", "thank you", "you know", "i mean", "for me", "real quick", "excuse me", "all right"]
].map((phrase) => phrase.split(" "))

const HESITATION = "um uh uhm er erm ah oh eh hm hmm mm mhm"

/** Sounds that are no words anywhere. */
export const HESITATIONS = set(HESITATION)

/** Noise of speech and politeness of one word. */
export const FILLERS = set(
  `${HESITATION} well so like okay ok alright hey hi hello please pls plz kindly just actually ` +
    "basically thanks thx cheers computer assistant now quickly right"
)

/** Words that join others and are no noise. */
export const GLUE = set(
  "the a an it this that one of on for in to at is are and my me with from number num hash us s repo repository"
)

/** Each stands for the whole answer, alone, again, or beside what says the same. */
export const YES = set("yes yeah yep yup")
export const NO = set("no nope nah")

export const NEGATIONS = set("not never no without nor neither nope nah")

/** A side effect that waits for something, is asked about, or is reported is none to be done now. */
export const HOLDS = set(
  "when whenever if once after before until till unless later tomorrow tonight soon eventually auto automatically " +
    "automerge auto-merge while whether did was were has been had should shall why who might maybe undo revert unmerge " +
    "only except but instead almost stop cancel wait queue schedule minute minutes hour hours day days week weeks"
)

/** Heads of intents: one that is left over asks for a second thing. */
export const VERBS = set(
  "merge comment reply rerun retry summarize describe explain recap request assign pause resume delegate repeat confirm " +
    "cancel yes close reopen approve reject delete revert deploy rebase squash inbox review checks agent push open"
)

export const SIDE_EFFECTS: ReadonlySet<IntentName> = new Set<IntentName>([
  "pr.request_review",
  "pr.merge",
  "pr.comment",
  "checks.rerun",
  "agent.delegate",
  "agent.pause",
  "agent.resume"
])
