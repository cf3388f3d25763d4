/**
 * The form in which the keyword net's phrases are written, and the words it reads around them. A phrase is a row of words
 * in lower case without apostrophes; `a|b` stands for either word, and words of `FILLERS` may stand anywhere in between.
 * English only. The phrases were collected for this project; they find what is said plainly and miss what is not.
 */
import type { CrisisSeverity } from "./Severity.ts"

/** What a group of phrases is about: shown to responders, so it never quotes anybody. */
export interface PhraseGroup {
  readonly label: string
  readonly severity: CrisisSeverity
  /** Often said without meaning it: laughter in the same message lowers it by one step, as it does all that is not grave. */
  readonly slang?: true
  /** Is about somebody else by its own words: "kill herself". */
  readonly others?: true
  /** Is done by others: "they" before it does not make it somebody else's trouble. */
  readonly byOthers?: true
  /** Says that a means is at hand. Nothing by itself, in a kitchen for one; beside a wish to die it is critical. */
  readonly means?: true
  /** One phrase a line. */
  readonly phrases: string
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ""))

/** `from:to` rows; `+` stands for a space. */
const pairs = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...words(text)].map((row) => {
      const [from = "", to = ""] = row.replaceAll("+", " ").split(":")
      return [from, to] as const
    })
  )

/** Said for emphasis: left out of phrases, and counted as intensity. */
export const INTENSIFIERS = words(`
  really very fucking fuckin fkn fking effing freaking frickin so extremely badly literally seriously truly absolutely
  completely totally desperately deeply honestly
`)

/** Words that change nothing about a phrase they stand in. */
export const FILLERS = words(`
  to the a an of just kinda kind sorta like legit lowkey highkey fr frfr ngl tbh pls please plz even actually basically
  maybe probably rn bloody damn goddamn also simply um uh oh any
`)

/** Turn what follows into its opposite. `cant` and `shouldnt` are missing on purpose: "I can't kill myself" is no denial. */
export const NEGATORS = words(`
  not no never dont doesnt didnt wont wouldnt wasnt isnt arent aint havent hasnt hadnt neither nor without
`)

/** May stand between a denial and what it denies: "not going to", "never thought about". */
export const LIGHT_WORDS = words(`
  i im id ive ill am is are was were be been being do did have has had going want trying try tried planning plan plans
  think thinking thought thoughts feel feeling considering considered mean saying say would will about it that my he she
  they hes shes theyre you youre ever actively currently
`)

/** Somebody else than the one who writes. */
export const OTHERS = words(`
  he she they hes shes theyre them him her friend friends bestie bf gf boyfriend girlfriend partner husband wife spouse
  brother sister sibling mom mum mother dad father parent cousin aunt uncle roommate flatmate classmate coworker ex son
  daughter kid child nephew niece someone somebody guy girl person teammate member
`)

/** The one who writes, as the subject of a sentence and anywhere in it. */
export const I = words("i im id ive ill")
export const FIRST_PERSON = words("i im id ive ill me my myself")

/** It is over, or long ago: one step lower, never gone. */
export const PAST = words("used ago recovered formerly")

/** Laughter and play. */
export const LAUGHTER = words(`
  lol lmao lmfao lmaoo rofl lolol haha hahaha hahahaha hehe jk jks joking kidding xd ingame minecraft roblox fortnite
  valorant meme
`)

/** Ends a clause: what was denied before it is not denied after it. */
export const TURNS = words("but however though although yet except because cuz cause")

/** Numbers of pills nobody is told to take at once: 8 to 300. */
const MANY = Array.from({ length: 293 }, (_, index) => `${index + 8}:many`).join(" ")

/** Spellings read as other words. What stands on the right is as phrases have it; `+` makes two words of one. */
export const SPELLINGS: ReadonlyMap<string, string> = pairs(`
  ${MANY}
  eight:many nine:many ten:many twelve:many fifteen:many twenty:many thirty:many forty:many fifty:many sixty:many
  seventy:many eighty:many ninety:many hundred:many hundreds:many dozen:many dozens:many
  u:you ur:your urself:yourself yourselves:yourself meself:myself myslef:myself mself:myself mysef:myself
  wanna:want wana:want wishes:wish wishing:wish wants:want wanted:want wanting:want wannadie:want+die
  gonna:going gona:going gunna:going finna:going bouta:going imma:going ima:going abt:about
  kil:kill killin:killing cuttin:cutting
  sucide:suicide suiside:suicide suicde:suicide suicid:suicide suicied:suicide
  sewerslide:suicide sewercide:suicide sewaslide:suicide
  sui:suicidal sucidal:suicidal suicidle:suicidal suisidal:suicidal suicidial:suicidal
  unaliving:unalive unalived:unalive unaliveing:unalive
  selfharm:self+harm selfharming:self+harm selfharmed:self+harm harming:harm harmed:harm
  selfdelete:self-delete
  dieing:dying dyin:dying hopless:hopeless wortless:worthless depresed:depressed depressd:depressed
  tonite:tonight 2nite:tonight 2night:tonight 2day:today tmrw:tomorrow tmr:tomorrow tomorow:tomorrow tmw:tomorrow
  every1:everyone any1:anyone some1:someone no1:nobody noone:nobody everybody:everyone anybody:anyone b4:before
  cannot:cant couldnt:cant ppl:people whos:who
  mum:mom mama:mom mother:mom moms:mom mums:mom father:dad daddy:dad dads:dad parents:parent folks:parent
  themself:themselves hisself:himself
  od:overdose oding:overdose overdosed:overdose overdosing:overdose
`)

/** Two words read as one. */
export const PAIRS: ReadonlyMap<string, string> = pairs(`
  no+one:nobody my+self:myself me+self:myself your+self:yourself him+self:himself her+self:herself no+where:nowhere
  no+more:anymore un+alive:unalive self+delete:self-delete sewer+slide:suicide freaking+out:panicking
`)

const GAME = "game|minecraft|roblox|fortnite|valorant|apex|fallout|skyrim|sims|gta|dnd|rust|dayz|tarkov|pubg"
const FIXING = "fixing|repairing|cleaning|painting|watching|looking|driving|traffic|section|part"

/** Figures of speech: what stands inside one of these is not counted. */
export const FIGURATIVE = `
  die|dying|died|dead laughing|laughter|embarrassment|cringe|cuteness|boredom|excitement
  die|dying|died from|in laughing|laughter|embarrassment|cringe|cuteness|boredom|excitement
  die|dying|died inside laughing
  dying see|know|try|meet|hear|play|watch
  die for this|that|these|those|it
  die hard
  die my|your|his|her|their hair
  want die my hair
  die on this|that hill
  kill|killing myself laughing
  kms laughing
  kill|killing|killed it|time
  kill two birds
  kill me softly
  kill me if|when|for
  suicide squad|prevention|awareness|hotline|doors|boys|bomber|bombers|watch|king
  political|career|social|commercial suicide
  suicidal tendencies band|album|concert|song
  cut myself some slack
  cut myself short|off|shaving|cooking
  cut myself while|when|by shaving|cooking|accident|chopping
  drown|drowning myself in work|homework|coffee|tea|icecream|music
  hurt myself playing|lifting|running|skating|skiing|training
  hurt myself at gym|practice|training|work
  end it here|there
  end it with him|her|them|my
  overdose cuteness|caffeine|coffee|cute|serotonin
  overdose on cuteness|caffeine|coffee|cute|serotonin|memes|sugar|chocolate|candy|pizza|netflix|tiktok|anime|vitamin
  overdose in ${GAME}
  overdose in this|my game
  many pills|tablets in ${GAME}
  many pills|tablets in this|my game
  all my pills|meds|medication|tablets for today|day|morning|week
  all my pills|meds|medication|tablets as prescribed
  cut too deep in|into wood|steak|meat|bread|cake|pumpkin|budget|hair|fabric|paper|leather|board
  bleeding out|lot|everywhere in ${GAME}
  bleeding out|lot|everywhere in this|my game
  bleeding out revive|rez|money
  bleeding lot|heavily|much money
  bleeding lot|heavily|much from|during|on period|nose|gums|tooth
  bleeding lot|heavily|much from|during|on my period|nose|gums|tooth
  bleeding lot|heavily|much this period|month
  on|at bridge|roof|rooftop|ledge|overpass now ${FIXING}
  on|at bridge|roof|rooftop|ledge|overpass right now ${FIXING}
  on|at bridge|roof|rooftop|ledge|overpass ${FIXING}
  on|at bridge|roof|rooftop|ledge|overpass now in ${GAME}
  on|at bridge|roof|rooftop|ledge|overpass in ${GAME}
  ready|about jump on|in|into|back|over|online|ship|rope|with
  rope is ready|tied for|on|with
  rope ready for
  took|taken them all down|out|off|home|back|away|from|with|on|in|at|for|yesterday
  shot|stabbed myself in foot|${GAME}
  shot|stabbed myself in this|my game
  tired|bored|scared|sick death
  jump off call|vc|discord|here
  rope in|into
  cant do this level|boss|quest|homework|math|puzzle
  cant breathe laughing
  cant go on vacation|trip|holiday|date|ride|discord|tiktok
  crying laughing
  dont want wake up early|at|for|yet
  when|once|after im gone on|for
  hit me up|with|different|hard
  hits me different|hard
  beats|beating me at|in|every
  ruined|ruin my sleep
  kick|kicked|kicking|threw|thrown me|us out vc|call|server|discord|game|group|chat|party|lobby|guild|clan|match
  kicked|thrown out vc|call|server|discord|game|group|chat|party|lobby|guild|clan|match
  locked me out account|game
  cut me off in traffic
  left me on read|hanging|speechless
  kicked|thrown out band|team|bar|club|class|library|store|theater|movie|mall
  homeless in animal|game
  car|truck|bus|server|laptop|pc|printer|bike broke down
  no|lost|losing hope for|in
  lost all hope for|in
  goodbye everyone|all|guys|friends|yall see|have|talk|gn
  take care my cat|dog|pets|kids|pet|cats|dogs while|this
  sorry for everything being
  vanish|disappear into
  want disappear|vanish into
  want disappear|vanish for week|bit|while|day
  at end my rope with
  im failure at
  has gun|knife in this|game|scene
  burn|burning|burned|burnt myself cooking|on|baking
  ive been cutting wood|hair|grass|vegetables|down|carbs|veggies
  do it tonight or|then
  end|kill me with this|that
  too much coffee|homework|food|work
`
