/**
 * A net of phrases for the time when no classifier answers. It finds what is said plainly, in English, and prefers one
 * alert too many over one too few for words about dying; it is not a crisis model and never claims to be sure. Pure and
 * deterministic; its labels name a subject and never quote the message.
 */
import { findPhrases, type Found, VOCABULARY } from "./KeywordPhrases.ts"
import { LAUGHING, readWords, type Word } from "./KeywordText.ts"
import { FIRST_PERSON, I, LAUGHTER, LIGHT_WORDS, NEGATORS, OTHERS, PAST } from "./Lexicon.ts"
import type { Analysis } from "./Analysis.ts"
import { actionFor } from "./Sensitivity.ts"
import { type CrisisSeverity, isAtLeast, isHigher, SEVERITIES, type Severity } from "./Severity.ts"
import { nlpThresholds, severityOf } from "./Thresholds.ts"

export interface Triage {
  readonly severity: Severity
  /** 0 to 1, by Ash-NLP's thresholds; an order, not a probability. */
  readonly score: number
  /** At most five labels, the most serious first; none when nothing was found. */
  readonly factors: ReadonlyArray<string>
}

/** Where a single finding of a severity lies. */
const SCORES: Readonly<Record<CrisisSeverity, number>> = { critical: 0.92, high: 0.76, medium: 0.56, low: 0.36 }
/** What each further subject and a stressed word add. */
const ALSO = 0.05
const STRESSED = 0.02
const HIGHEST = 0.99

/** How far a denial, a subject or a hint of the past is looked for. */
const REACH = 6

const lower = (severity: Severity, steps: number): Severity =>
  SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - steps)] ?? "safe"

const atLeast = (severity: Severity, minimum: Severity): Severity => (isAtLeast(severity, minimum) ? severity : minimum)

/** Denied by a word before it in its clause, with nothing but light words in between. Denied twice is said. */
const isDenied = (words: ReadonlyArray<Word>, { from }: Found): boolean => {
  const { clause } = words[from] ?? { clause: 0 }
  let denials = 0
  for (let at = from - 1; at >= Math.max(0, from - REACH); at--) {
    const word = words[at]
    if (word === undefined || word.clause !== clause) break
    if (NEGATORS.has(word.text)) denials += 1
    else if (!LIGHT_WORDS.has(word.text)) break
  }
  return denials % 2 === 1
}

/** The nearest person before the phrase is somebody else, and the phrase does not speak of the writer. */
const isAboutOthers = (words: ReadonlyArray<Word>, { group, from, to }: Found): boolean => {
  if (group.others === true) return true
  if (group.byOthers === true) return false
  const said = words.slice(from, to)
  if (said.some(({ text }) => FIRST_PERSON.has(text))) return false
  const { clause } = words[from] ?? { clause: 0 }
  for (let at = from - 1; at >= Math.max(0, from - REACH); at--) {
    const word = words[at]
    if (word === undefined || word.clause !== clause || I.has(word.text)) return false
    if (OTHERS.has(word.text)) return true
  }
  return false
}

const isPast = (words: ReadonlyArray<Word>, { from, to }: Found): boolean => {
  const { clause } = words[from] ?? { clause: 0 }
  return words
    .slice(Math.max(0, from - REACH), to + REACH)
    .some((word) => word.clause === clause && PAST.has(word.text))
}

interface Finding {
  readonly severity: Severity
  readonly label: string
  readonly stressed: boolean
  readonly means: boolean
}

const WISHES: ReadonlySet<string> = new Set(["suicidal thoughts", "suicidal intent", "goodbye"])
const MEANS: ReadonlySet<string> = new Set(["plan or means", "attempt under way"])

/** Words about dying or being hurt keep a weight even when denied, past, or said of somebody else. */
const judge = (words: ReadonlyArray<Word>, found: Found, laughing: boolean): Finding => {
  const { group } = found
  const grave = isAtLeast(group.severity, "high")
  const others = isAboutOthers(words, found)
  const ofOthers = others && grave ? "someone else in danger" : group.label
  const denied = isDenied(words, found)
  let severity: Severity = group.severity
  if (others && group.others !== true && grave) severity = atLeast(lower(severity, 1), "medium")
  if (denied) severity = atLeast(lower(severity, 2), grave ? "low" : "safe")
  else if (isPast(words, found)) severity = atLeast(lower(severity, 1), "low")
  if (denied && group.severity === "critical") severity = "medium"
  if (laughing && (group.slang === true || !grave)) severity = atLeast(lower(severity, 1), "low")
  return {
    severity,
    label: ofOthers,
    stressed: words.slice(found.from, found.to).some((word) => word.stressed),
    means: group.means === true
  }
}

/** Who wishes to die and has the means at hand may act now, in whatever order they say it. A means alone is nothing. */
const together = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const wishes = findings.some(({ label, severity }) => isAtLeast(severity, "high") && WISHES.has(label))
  return findings.flatMap((finding) => {
    const atHand = finding.means || (MEANS.has(finding.label) && isAtLeast(finding.severity, "medium"))
    if (wishes && atHand) return [{ ...finding, severity: "critical" as const }]
    return finding.means ? [] : [finding]
  })
}

/** The gravest finding of each subject, the most serious subject first. */
const bySubject = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const gravest = new Map<string, Finding>()
  for (const finding of findings) {
    const known = gravest.get(finding.label)
    if (known === undefined || isHigher(finding.severity, known.severity)) gravest.set(finding.label, finding)
  }
  return [...gravest.values()].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
}

/** What the net finds in a message. Answers for any text, in time linear in its length. */
export const triage = (text: string): Triage => {
  const words = readWords(text, VOCABULARY)
  const laughing = LAUGHING.test(text) || words.some((word) => LAUGHTER.has(word.text))
  const findings = bySubject(
    together(
      findPhrases(words)
        .map((found) => judge(words, found, laughing))
        .filter(({ severity }) => severity !== "safe")
    )
  )
  const [first, ...others] = findings
  if (first === undefined || first.severity === "safe") return { severity: "safe", score: 0, factors: [] }
  const stress = findings.some(({ stressed }) => stressed) ? STRESSED : 0
  const score = Math.min(HIGHEST, SCORES[first.severity] + others.length * ALSO + stress)
  const rounded = Math.round(score * 100) / 100
  return {
    severity: severityOf(rounded, nlpThresholds),
    score: rounded,
    factors: findings.slice(0, 5).map(({ label }) => label)
  }
}

/** The net's word in the shape of an analysis: it claims no confidence and knows no history. */
export const analyseByKeywords = (text: string): Analysis => {
  const { severity, score, factors } = triage(text)
  return {
    severity,
    score,
    confidence: null,
    action: actionFor(severity),
    factors,
    source: "keywords",
    requestId: null,
    tookMs: null,
    degraded: false,
    worsening: null
  }
}
