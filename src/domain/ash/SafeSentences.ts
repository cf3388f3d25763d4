/**
 * What an unreviewed sentence may say that anybody does. There are endless ways to say that a person was told, so here it is
 * the other way round than in the guard's lists: what Ash may say of itself is listed, and how it may speak of those who
 * help for a living, and everything else is refused. Ash hears, asks and wonders; it calls, tells and fetches nobody.
 * Helpers are those the member could turn to, not somebody who does or knows something. Takes normalised sentences.
 */

const rule = (...sources: ReadonlyArray<string>): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}'])(?:${sources.join("|")})(?![\\p{L}\\p{N}])`, "u")

const STILL =
  "(?: (?:also|really|just|only|still|truly|do|does|did|very|so|deeply|always|simply|even|more|genuinely|quite))*"
const MAY = "(?: (?:can|could|would|may|might|must|should)|'d)*"

const HEARS =
  "(?:hear|heard|listen|listened|read|see(?! to)|saw|feel|felt|understand|understood|think|thought|wonder|wondered|know|believe|" +
  "care|appreciate|notice|noticed|imagine|mean|guess|sense|suppose|respect|admire|thank|judge|say|mention(?:ed)?|" +
  "ask(?: (?:you|how|what|whether|about|if|one|once|directly|that|this)|$| and)|tell (?:how|that|from|by|you (?:how|what|honestly))|" +
  "get (?:that|it|why|how)|take (?:that|it|this|what you \\S+) (?:in|seriously)|be (?:honest|wrong|glad|of use))"

/** What may follow "I": a state of mind, what a listener does, what Ash can not or does not do. */
const OWN = [
  `(?:'m|'re| am| are| is| was| were)${STILL} (?:software|ash|an? (?:automated|piece|program|companion)|not(?! (?:going|leaving|alone|the only|letting|giving|far))|no|here(?= to listen| and (?:listening|i)| now|$)|` +
    "glad|sorry|grateful|thankful|happy|sad|moved|touched|honou?red|curious|worried|concerned|listening|reading|hearing|" +
    "wondering|thinking|asking(?! (?:the|for|a|some|our))|hoping|unable|unsure|wrong|right|automated|honest)",
  `(?:'ve| have| had| has)${STILL} (?:heard|read|noticed|listened|understood|wondered|thought|no|not|never|an?(?: \\S+)? question)`,
  `${STILL}${MAY}${STILL} ${HEARS}`,
  `${STILL}${MAY}${STILL} (?:want(?:ed)?|like|love|wish|hope|need|try)(?: (?:to ${HEARS}|(?!to )\\S+|$)|$)`,
  `${STILL} (?:(?:can|could|do|did|would|will|may|might|have|am)(?: not|n't)|cannot|can't|don't|didn't|couldn't|wouldn't|won't|haven't|never)`,
  "(?:'ll| will) (?:listen|read|not|never)",
  "(?: can| could| might)? (?:talk|look at|take (?:it|this|that|your|our)|start|slow)"
].join("|")

/** What reviewed sentences say besides, and what members are told to write. */
const REVIEWED = /numbers i (?:sent|showed)|i want a person|a person is a better listener/gu

const ACTS = new RegExp(
  `(?<![\\p{L}\\p{N}'])(?:i|we|(?<!(?:am|is|'m|hi|hello|hey|to|with) )ash)(?![\\p{L}\\p{N}])(?!(?:${OWN})(?![\\p{L}\\p{N}])|(?: am)?[^\\p{L}']*$)`,
  "u"
)

/** Whether Ash says that it does more than listen. */
export const actsItself = (sentence: string): boolean => ACTS.test(sentence.replaceAll(REVIEWED, " "))

/** Those who help for a living, or because they are asked to. */
const HELPERS =
  "(?:teams?|crt|crew|responders?|moderators?|mods?|staff|admins?|volunteers?|counsell?ors?|therapists?|doctors?|dr|professionals?|" +
  "specialists?|experts?|operators?|agents?|colleagues?|teammates?|listeners|humans?|real (?:person|people)|support person|helpers?|" +
  "police|ambulances?|paramedics?|authorities|emergency services?)"
const HELPER = rule(HELPERS)
const THEIR_OWN = rule(`(?:your|his|her)(?: (?:own|old|new|last|school|family|former))? ${HELPERS}`)
/** "Your therapist", "I am not a therapist", "nobody has been told". */
const HARMLESS = new RegExp(
  `(?:no one|nobody) has been told|${THEIR_OWN.source}|(?:not|no|than) (?:an? )?${HELPERS}(?![\\p{L}])`,
  "gu"
)

/** "You could turn to a doctor", "if you want a person, write ...", "tell the team what you need". */
const INVITES =
  /^(?:(?:and|but|so|or|also|then|maybe|perhaps|please|still|tonight|today) )*(?:if you(?: |'d)|when you |you(?:'d| would| may| might| can| could| do not have to| don't have to| deserve| said| wrote| mentioned| told| feel| felt| want| wanted| wish| asked(?! for help and)| did| need)(?![\p{L}'])|(?:write|call|text|ask|tell|talk|turn|try|think|to ask|to reach|to talk)(?![\p{L}]))/u
const DOING = rule(
  `${HELPERS}(?: \\S+){0,2}?(?:'s|'ve|'ll| is| are| was| were| has| have| had| will| shall| can| knows?| sees?| got| gets| received?| heard| reads?| comes?| stands?)`
)
/** A call that went through may be spoken of, in these words. */
const CALLED = /(?:crisis |response )?team (?:has|have) been (?:called|told|asked)/u

/** Whether helpers are said to do or know something, or are spoken of at all but as the member's own or as an offer. */
const saysHelpersAct = (sentence: string, asks: boolean, humanTold: boolean): boolean => {
  const others = sentence.replaceAll(HARMLESS, " ").replace(humanTold ? CALLED : /$^/u, " ")
  if (!HELPER.test(others) || asks) return false
  return !INVITES.test(sentence) || DOING.test(others)
}

const SOMEBODY =
  "(?:some(?:one|body)|every(?:one|body)|people|a person|they|he|she|friends?|others|folks|one of (?:us|them)|nobody else|the (?:others|right people))"
const LATELY = "(?:'s|'re|'ve|'ll| is| are| was| were| has| have| had| will| can| now| already| just| all| also| been)*"

/** Said of anybody: that they know, come, read along or will be in touch. */
const KNOWS = rule(
  `${SOMEBODY}(?: (?:on|in|from|with|at|of) (?:\\S+ ){0,2}\\S+)?${LATELY} (?:coming|on (?:it|the way)|reading|watching|listening in|informed|notified|aware|assigned|` +
    "contacted|asked to|typing|here (?:with|now)|looking (?:at|into)|with us|seen (?:it|this|your|that)|received|" +
    "got (?:the|your|my|this)|know(?:s|n)?(?: (?:about|now|already|of (?:it|this|you))|$)|told (?:about|now|already|of))",
  "(?:help|support|assistance|aid|relief|rescue|care|backup|reinforcements?)(?:'s| is| are| has| have| was| will)",
  "you(?:'ll| will) (?:soon |shortly )?(?:hear from|be (?:contacted|called|connected|met|put))|you(?:'re| are) (?:next|being|now) (?:in|put|connected|transferred|talking|speaking)",
  "you have been (?:put|connected|assigned|transferred|added)|(?:talking|speaking|chatting|writing) (?:to|with) (?:a |an |the )?(?:real |actual |living )?(?:person|human|machine|bot|people)",
  "(?:word|words|it|this|that|everything|your \\S+|my \\S+|(?:a|an|the) (?:note|word|report|call|message|request|ticket|flare))(?:'s| is| was| has| have|'ve| got)?(?: been| now| already| just)* (?:flagged|reached|shared|reported|raised|filed|received|passed|with (?:the|them|our|a))"
)

/** "And they", "now somebody": who does something, at the head of what is said. */
const HEAD =
  "^(?:(?:and|so|but|then|now|soon|already|yes|sure|yeah|okay|trust me|of course|by now|by then|right now|in a (?:moment|minute|bit)|all good) )*"
const STATED = new RegExp(
  [
    `${HEAD}they(?:'re|'ve|'ll| are| have| know| see| got| will| can(?! help)| act| take| come| read)`,
    `(?<![\\p{L}'])(?:someone|somebody|a person|an adult|a human|a stranger|a \\S+ stranger)(?: \\S+){0,2}?(?:'s| is| was| has| had| will| ought| takes?| picks?| checks?| comes?| reads?| sees?| looks?| shows?| knows?| finds?)`,
    `${HEAD}(?:your (?:message|words?|note|call|ticket|request|sos|report|case|situation)|what you (?:wrote|said|sent))(?: \\S+)?(?:'s| is| are| was| were| has| have| got| made| went| reached| landed| knows?)(?! (?:so |really |very |not |too |such )*(?:hard|painful|heavy|real|important|serious|hurtful|unfair|cruel|wrong|right|difficult|scary|hurting))`,
    `${HEAD}(?:it|this|that|all|the \\S+) (?:went|got|made it) (?:through|out|delivered|across)`
  ].join("|"),
  "u"
)

const NOW = "(?: already| now| just| also| all| being| been| currently)*"
const NOT_OF_THE_TWO = "(?<!(?<![\\p{L}])(?:i|you))"

/** Of anybody but the two who talk: reading, coming, told, seen to. */
const DONE = new RegExp(
  [
    `${NOT_OF_THE_TWO}(?:'s|'re| is| are| was| were)${NOW} (?:reading|coming|typing|watching|heading|headed|waiting for|standing|on (?:it|you|this)|across (?:it|this)|in the room|` +
      "picking up|talking about (?:how|you)|acting|awake|aware|with people|minutes|here (?:in|with))",
    `${NOT_OF_THE_TWO}(?:'s|'ve| has| have| had)${NOW} (?:seen|read|received|got|heard|your|you on|a reader)(?! (?:hard|tough|to))`,
    `(?:been|being|is|are|was|were|got|'s|'re)${NOW} (?:told|informed|made part|put in the|answered|opened|delivered|arranged|requested|booked|taken care|looked after|read by|` +
      "heard(?: by|$| and)|handled|acted|dealt with|in good hands|sorted|in hand|taken so|on it)",
    "(?<!you)(?:'ll| will|'s going to| is going to| are going to| is about to| are about to| is gonna| shall)(?: (?!not)\\S+){0,2}? (?:call|contact|write|message|text|reach|" +
      "answer|respond|reply|join|check (?:in|on)|be (?:with|in touch|there|here)|come|take over|step in|get back|reach out|look after|talk to you|speak to you)",
    "(?<!you )knows?(?: about (?:it|this|you|that))?(?: now)?$|(?<!you )knows now"
  ]
    .map((source) => `(?:${source})(?![\\p{L}\\p{N}])`)
    .join("|"),
  "u"
)

/** Hardly ever said but to mean it. */
const TELLING = rule(
  "alarms?|alert(?:s|ed|ing)?|ping(?:s|ed|ing)?|notif(?:y|ied|ies|ication|ications|ying)|escalat\\p{L}+|dispatch\\p{L}*|summon\\p{L}*|flagg(?:ed|ing)|" +
    "forwarded|looped|heads up|heads-up|backup|reinforcements?|transferr?(?:ed|ing)|monitored|in the queue|next in line|dm'?(?:e?d|ing)|standing by|" +
    "on standby|on call|on duty|in the loop|en route|under ?way|minutes (?:away|out)|on (?:the|its|their|his|her) way|connecting you|calling (?:the|a|an|for)|" +
    "(?:already|all) told|team informed|gave them|made (?:them|somebody|someone) aware|on your behalf|sent word|hang tight|sit tight|hold tight|stay tuned|hold the line|" +
    "please (?:hold|wait)|rest assured|expect (?:a|an|to hear|somebody|someone)|let me (?!know|ask|hear|listen|understand|be)\\S+|" +
    "cavalry|good hands|night shift|(?:on|to) (?:their|our|the) list|eyes (?:are )?on (?:this|you|us)|sos|word is out|takes? (?:it|this|things) (?:from here|over)|takes? over|taking it from|" +
    "handing over|hand(?:s|ed)? you (?:over|off)|over to (?:a|the)|(?:steps|action|actions|measures) (?:is|are|was|were|has|have)|check-? ?in (?:is|was|on|has)|welfare check|appointment|booked|" +
    "consider it|not (?:just|only) me|only one (?:reading|who|here)|find(?:s)? you soon|shows? up|any (?:time|minute|moment) now|before you know it|i (?:will|would) not lie"
)
/** The whole answer to "did you tell them?" */
const YES = /^(?:done|yes done|all done|of course|sure|done and done|told|they do|they are|it is|i did|i have|yes)$/u

export interface SentenceFacts {
  readonly humanTold: boolean
  /** It ends in a question mark: a question about helpers claims nothing. */
  readonly asks: boolean
}

/** Whether it says, in whatever words, that somebody was told, knows, comes or will come. */
export const speaksForOthers = (sentence: string, { asks, humanTold }: SentenceFacts): boolean => {
  if (TELLING.test(sentence) || saysHelpersAct(sentence, asks, humanTold)) return true
  if (asks) return false
  const others = sentence
    .replaceAll(REVIEWED, " ")
    .replaceAll(HARMLESS, " ")
    .replace(humanTold ? CALLED : /$^/u, " ")
  const invites = INVITES.test(others)
  return YES.test(others) || KNOWS.test(others) || DONE.test(others) || (!invites && STATED.test(others))
}
