/**
 * Ash's answers without a language model: reviewed sentences, chosen by a small rule over the turns. An answer takes up the
 * feeling it can tell, asks one open question and, now and then, says how to reach a person. The same turns always give the
 * same answer, and no sentence comes back while others have not been used. It understands little and claims nothing else.
 */
import { hear } from "../conversation/Words.ts"
import type { Converse } from "./AshSession.ts"
import { triage } from "./KeywordNet.ts"
import { isAtLeast } from "./Severity.ts"

export interface TemplateReply {
  readonly text: string
  /** A person should look at this now. */
  readonly concern: boolean
}

const word = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, "u")

/** Whether nobody should be alone with these words. The member's analysis comes besides. */
export const soundsDangerous = (text: string): boolean => isAtLeast(triage(text).severity, "high")

interface Topic {
  readonly heard: RegExp
  readonly says: ReadonlyArray<string>
}

const TOPICS: ReadonlyArray<Topic> = [
  {
    heard: word(
      "are you (?:a |an )?(?:real|human|person|bot|robot|ai|machine|program|software)(?: \\p{L}+)*|is this (?:a )?(?:bot|person|real)|am i talking to (?:a )?\\p{L}+|who are you|what are you"
    ),
    says: [
      "I am Ash, and I am software, not a person. I can listen and ask, and I cannot judge what you should do.",
      "No person writes these answers: I am an automated companion, and I am honest about that."
    ]
  },
  {
    heard: word(
      "better now|feel(?:ing)? better|a (?:bit|little) better|calmer|relieved|that helped|it helped|helps a lot|doing (?:ok|okay|better|good)|thank you|thanks|thx"
    ),
    says: ["I am glad you told me.", "It is good to read that.", "Thank you for letting me know how it is going."]
  },
  {
    heard: word(
      "alone|lonely|loneliness|nobody (?:cares|likes me|understands|listens|loves me)|no one (?:cares|understands|listens|loves me)|no friends|isolated|left out|abandoned"
    ),
    says: [
      "Feeling alone with all of this sounds painful.",
      "Having nobody near who understands weighs a lot.",
      "It makes sense that this loneliness hurts."
    ]
  },
  {
    heard: word(
      "panic\\p{L}*|anxi\\p{L}*|afraid|scared|terrified|worr(?:y|ied|ies)|nervous|overwhelm\\p{L}*|stress\\p{L}*|can't breathe|freaking out|on edge"
    ),
    says: [
      "That sounds frightening, and like a lot at once.",
      "Being this tense wears a person out.",
      "So much pressure at the same time is hard to bear."
    ]
  },
  {
    heard: word(
      "ang(?:ry|er)|furious|mad at|hate (?:them|him|her|it|this|everything|everyone)|unfair|betrayed|pissed|rage|frustrat\\p{L}*"
    ),
    says: [
      "I can read how angry this makes you, and anger often has good reasons.",
      "That sounds unfair, and it is all right to be angry about it.",
      "Something important to you was hurt there."
    ]
  },
  {
    heard: word(
      "my (?:mom|mum|mother|dad|father|parents?|family|sister|brother|husband|wife|partner|boyfriend|girlfriend|ex)|broke up|break ?up|divorce\\p{L}*|kicked (?:me )?out|argument|fight with"
    ),
    says: [
      "Trouble with people who are close goes deep.",
      "It hurts when it comes from somebody who matters to you.",
      "That sounds like a hard thing to have between you and them."
    ]
  },
  {
    heard: word(
      "gay|lesbian|bi|bisexual|trans|transgender|nonbinary|non-binary|enby|queer|coming out|come out|came out|closet\\p{L}*|dysphori\\p{L}*|misgender\\p{L}*|deadname\\p{L}*|pronouns?|gender"
    ),
    says: [
      "Who you are is nothing you need to be sorry for.",
      "Having to fight for being who you are is exhausting.",
      "You deserve to be met as the person you are."
    ]
  },
  {
    heard: word(
      "died|passed away|death of|funeral|grie(?:f|ving)|lost my|miss (?:him|her|them)|in memory|anniversary of"
    ),
    says: [
      "I am sorry for your loss.",
      "Missing somebody like that can fill a whole day.",
      "Grief keeps its own time, and there is no wrong way to feel it."
    ]
  },
  {
    heard: word(
      "sleep\\p{L}*|insomnia|awake|tired|exhaust\\p{L}*|worn out|burn(?:t|ed) ?out|no energy|drained|nightmares?"
    ),
    says: [
      "Being this tired makes everything heavier.",
      "Running on so little rest is hard.",
      "That sounds exhausting, in body and mind."
    ]
  },
  {
    heard: word(
      "sad|cry(?:ing)?|cried|tears|depress\\p{L}*|hopeless|empty|numb|worthless|pointless|hurts?|hurting|pain|broken|miserable|awful|horrible|terrible|down|low"
    ),
    says: [
      "That sounds really hard.",
      "I read a lot of pain in what you write.",
      "Carrying this must take much of your strength.",
      "It makes sense that you feel low with all this going on."
    ]
  },
  {
    heard: word(
      "school|exams?|college|university|job|work|boss|fired|money|rent|bills?|debt|homeless|evict\\p{L}*|bull(?:y|ied|ying)|teachers?|grades?"
    ),
    says: [
      "That is a lot of pressure from outside.",
      "Worries like these follow people into every hour of the day.",
      "It is hard to breathe freely with that hanging over you."
    ]
  },
  {
    heard:
      /^(?:hi|hello|hey|hiya|yo|good (?:morning|afternoon|evening)|hey there|hi there|hello there|hi ash|hello ash|hey ash)$/u,
    says: ["It is good that you are here.", "I am listening.", "Hello."]
  }
]

const DANGEROUS = [
  "Thank you for telling me something so hard. What you write is serious, and you do not have to be alone with it.",
  "I am glad you say this here. It is serious, and it deserves more than software: it deserves a person.",
  "What you describe matters, and so do you. Please let somebody be near you while it is this strong."
] as const

const DANGER_QUESTIONS = [
  "Are you in danger right now, or thinking about ending your life?",
  "Is somebody with you, or somebody you could go to right now?",
  "Can you get to a place where you are not alone, and call one of the numbers I sent?"
] as const

const PLAIN = [
  "I am listening.",
  "Thank you for telling me.",
  "I am reading every word.",
  "Take the time you need.",
  "I hear you.",
  "It is all right to put this into words, in any order."
] as const

const QUESTIONS = [
  "What is weighing on you most right now?",
  "When did it start to feel like this?",
  "What has the day been like for you?",
  "What would make the next hour a little easier?",
  "Who in your life could you tell about this?",
  "What has helped before, even a little?",
  "What do you wish somebody understood about it?",
  "How does it feel right now, as you write this?",
  "Is there more you want to say about that?"
] as const

const PERSON_OFFERS = [
  "If you would rather have a person, write: I want a person",
  "A person is a better listener than I am. To ask for one, write: I want a person"
] as const

const FOLLOW_UP = "Hi, this is Ash. I wanted to ask once: how are you today?"

/** The first candidate, counted from a place that depends on the turns, that was not said lately; else the least recent. */
const pick = (candidates: ReadonlyArray<string>, seed: number, said: ReadonlyArray<string>): string => {
  const rotated = candidates.map((_, index) => candidates[(index + seed) % candidates.length] ?? "")
  const lastSaid = (one: string): number => said.findLastIndex((text) => text.includes(one))
  return rotated.reduce((best, one) => (lastSaid(one) < lastSaid(best) ? one : best), rotated[0] ?? "")
}

/** One answer to the newest words. Total; the same for the same turns. */
export const templateReply = ({ turns, humanTold, followUp }: Converse): TemplateReply => {
  const since = turns.findLastIndex(({ by }) => by === "ash")
  const newest = turns.slice(since + 1)
  const last = newest.at(-1)
  if (last === undefined)
    return { text: followUp ? FOLLOW_UP : "I am listening. What is on your mind?", concern: false }
  const said = turns.filter(({ by }) => by === "ash").map(({ text }) => text)
  const words = newest.map(({ text }) => text).join("\n")
  const seed = said.length + Math.trunc(Math.abs(last.at) / 1000)
  const dangerous = soundsDangerous(words)
  const { plain } = hear(words)
  const feeling = dangerous ? DANGEROUS : (TOPICS.find(({ heard }) => heard.test(plain))?.says ?? PLAIN)
  const parts = [
    pick(feeling, seed, said),
    pick(dangerous ? DANGER_QUESTIONS : QUESTIONS, seed, said),
    ...(!humanTold && (dangerous || said.length % 3 === 1) ? [pick(PERSON_OFFERS, seed, said)] : [])
  ]
  return { text: parts.join(" "), concern: dangerous }
}
