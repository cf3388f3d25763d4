/**
 * The things named in a developer's command: which pull request, which repository, who is to review, which words are quoted.
 * Taken as the words gave them; whether they exist is for others to find out. Marks which words it used up.
 */
import { MERGE_METHODS, REPO_NAME } from "./CodeHost.ts"
import { PROFILES } from "./Developer.ts"
import type { Heard, Speech } from "./GrammarWords.ts"

export interface Named {
  readonly entities: Readonly<Record<string, unknown>>
  /** Words that were understood as names and numbers. */
  readonly used: ReadonlySet<Heard>
  /** Two pull requests, two repositories or two ways to merge: what is meant is open. */
  readonly ambiguous: boolean
}

const LOGIN = /^@?[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/
const NUMBER = /^\d{1,9}$/
/** What is said where a number belongs: of it, or of nothing, or of too much. */
const NUMERIC = /^[-+]?\p{N}/u
/** Digits that a number of this language holds exactly. */
const EXACTLY = /^\d{1,15}$/
const DIGITS = /^\p{N}+$/u

const REPOSITORY = new Set(["repo", "repository"])
const ARTICLES = new Set(["the", "a", "an", "my", "our", "this", "that"])

/** Where reviewers are named: after these words, joined by "and". */
const BEFORE_REVIEWERS = new Set(["from", "by", "ask", "assign", "add", "reviewer"])
const NO_REVIEWERS = new Set(
  (
    "a an the review reviews reviewer pr it this that for to on in of as at please someone somebody anyone me my and " +
    "request repo repository dash hyphen dot slash"
  ).split(" ")
)

const isName = ({ raw, word }: Heard): boolean => !NO_REVIEWERS.has(word) && !DIGITS.test(word) && LOGIN.test(raw)

/** No login, and put where one belongs: an address is asked about and never cut down to a name. */
const isAddress = ({ raw }: Heard): boolean => /[./]/.test(raw)

/** A possessive is none of the name: "bob's review". */
const loginOf = (raw: string): string => raw.replace(/^@/, "").replace(/'s$/, "")

const reviewersIn = (words: ReadonlyArray<Heard>): ReadonlyArray<Heard> => {
  const found: Array<Heard> = []
  let isNaming = false
  for (const [at, heard] of words.entries()) {
    const before = words[at - 1]?.word ?? ""
    // "At bob" is how "@bob" is said.
    const isAtSign = heard.word === "at" && (before === "and" || BEFORE_REVIEWERS.has(before))
    if (heard.raw.startsWith("@")) found.push(heard)
    else if (BEFORE_REVIEWERS.has(heard.word)) isNaming = true
    else if (isNaming && (isName(heard) || isAddress(heard))) found.push(heard)
    else if (heard.word !== "and" && heard.word !== "reviewer" && !isAtSign) isNaming = false
  }
  return found
}

/** Where a repository belongs and none is: after "in", before or after "repo", or as an address. */
const unknownPlaces = (words: ReadonlyArray<Heard>, isKnown: (heard: Heard) => boolean): ReadonlyArray<Heard> =>
  words.filter((heard, at) => {
    // What stood there could not even be heard.
    if (heard.word === "in") return at === words.length - 1
    if (isKnown(heard)) return false
    const before = words.slice(0, at).findLast(({ word }) => !ARTICLES.has(word))?.word ?? ""
    const after = words[at + 1]?.word ?? ""
    return heard.raw.includes("/") || before === "in" || REPOSITORY.has(before) || REPOSITORY.has(after)
  })

const distinct = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => [...new Set(values)]

export interface Naming {
  /** The command is about people. */
  readonly wantsReviewers: boolean
  /** A word of the command itself, which names nothing. */
  readonly isKnown: (heard: Heard) => boolean
}

/**
 * Names and numbers in the words of a command. What is no number or no repository and stands where one belongs is taken as
 * it was said, before any that is one: so it is asked about and nothing takes its place.
 */
export const namedIn = (words: ReadonlyArray<Heard>, { isKnown, wantsReviewers }: Naming): Named => {
  const repos = words.filter(({ raw }) => REPO_NAME.test(raw))
  const people = words.filter(({ raw }) => !REPO_NAME.test(raw))
  const reviewers = wantsReviewers ? reviewersIn(people) : []
  const numbers = words.filter(({ word }) => NUMBER.test(word) && Number(word) > 0)
  const understood = new Set([...repos, ...numbers, ...reviewers])
  const isFree = (heard: Heard) => !understood.has(heard)
  const noNumbers = words.filter((heard) => isFree(heard) && NUMERIC.test(heard.word) && !heard.raw.includes("/"))
  const noPlaces = unknownPlaces(words, (heard) => !isFree(heard) || noNumbers.includes(heard) || isKnown(heard))
  const areIssues = new Set(words.filter((_, at) => words[at - 1]?.word === "issue"))
  const prs = distinct(numbers.filter((heard) => !areIssues.has(heard)).map(({ word }) => Number(word)))
  const issues = distinct(numbers.filter((heard) => areIssues.has(heard)).map(({ word }) => Number(word)))
  const methods = MERGE_METHODS.filter((method) => method !== "merge" && words.some(({ word }) => word === method))
  const hasCommit = words.some(({ word }, at) => word === "commit" && words[at - 1]?.word === "merge")
  const profile = PROFILES.find((profile) => words.some(({ word }) => word === profile))
  const names = distinct(repos.map(({ raw }) => raw))
  const [repo] = [...noPlaces.map(({ raw }) => raw), ...names]
  const [pr] = [...noNumbers.map(({ word }) => (EXACTLY.test(word) ? Number(word) : word)), ...prs]
  const [issue] = issues
  const [method = hasCommit ? "merge" : undefined] = methods
  return {
    entities: {
      ...(repo === undefined ? {} : { repo }),
      ...(pr === undefined ? {} : { pr_number: pr }),
      ...(issue === undefined ? {} : { issue_number: issue }),
      ...(reviewers.length === 0 ? {} : { reviewers: distinct(reviewers.map(({ raw }) => loginOf(raw))) }),
      ...(method === undefined ? {} : { merge_method: method }),
      ...(profile === undefined ? {} : { profile })
    },
    used: new Set([...understood, ...noNumbers, ...noPlaces]),
    ambiguous: prs.length > 1 || names.length > 1 || methods.length > 1
  }
}

export interface Quoted {
  /** The words of the command itself. */
  readonly head: ReadonlyArray<Heard>
  /** What is quoted, as written; `null` = nothing. */
  readonly quoted: string | null
}

const trimmed = (text: string): string => text.replace(/^[\s:,"'“”]+/u, "").replace(/[\s"'“”]+$/u, "")

/** Cuts at `from`: words before it are the command, the text after `to` is the quotation. */
const cut = ({ text, words }: Speech, from: number, to: number): Quoted => {
  const quoted = trimmed(text.slice(to))
  return { head: words.filter(({ end }) => end <= from), quoted: quoted === "" ? null : quoted }
}

/** A comment's text stands after "saying" or a colon. */
export const commentIn = (speech: Speech): Quoted => {
  const verb = speech.words.find(({ word }) => word === "comment" || word === "reply")
  if (verb === undefined) return { head: speech.words, quoted: null }
  const colon = speech.text.slice(verb.end).search(/:(?=\s|["“]|$)/u)
  const saying = speech.words.find(({ start, word }) => start > verb.start && (word === "saying" || word === "says"))
  const at = colon < 0 ? Number.POSITIVE_INFINITY : verb.end + colon
  if (saying !== undefined && saying.start < at) return cut(speech, saying.start, saying.end)
  return colon < 0 ? { head: speech.words, quoted: null } : cut(speech, at, at + 1)
}

const HANDING = new Set(["ask", "tell", "have", "get", "let", "assign", "delegate", "instruct"])

/** What an agent is handed: after "the agent (to)", or between "delegate" and "to the agent". `null` = nobody is handed anything. */
export const handedIn = (speech: Speech): Quoted | null => {
  const { words } = speech
  const verb = words.findIndex(({ word }) => HANDING.has(word))
  const agent = words.findIndex(({ word }, at) => at > verb && word === "agent")
  const first = words[verb]
  const named = words[agent]
  if (first === undefined || (named === undefined && first.word !== "delegate")) return null
  const between = words.slice(verb + 1, agent < 0 ? undefined : agent)
  const isDirect = between.every(({ word }) => word === "the" || word === "an" || word === "my" || word === "to")
  if (named !== undefined && isDirect) {
    const to = words[agent + 1]
    return cut(speech, named.end, to?.word === "to" ? to.end : named.end)
  }
  const end =
    named === undefined ? speech.text.length : (between.findLast(({ word }) => word === "to")?.start ?? named.start)
  return {
    head: words.filter(({ end }) => end <= first.end),
    quoted: trimmed(speech.text.slice(first.end, end)) || null
  }
}
