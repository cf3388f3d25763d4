/**
 * What the safe-messaging guard looks for, as lists of phrases by reason. They read normalised English: lower case, plain
 * quotes, no commas. A phrase that is harmless in some other sentence may stand here all the same: a refused reply costs
 * little.
 */
import type { UnsafeBecause } from "./SafeMessaging.ts"

/** Each a phrase between letters and digits. */
const rules = (...sources: ReadonlyArray<string>): ReadonlyArray<RegExp> =>
  sources.map((source) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, "u"))

const TEAM =
  "(?:the |our |your |a |an |some |my ){0,3}(?:crisis |response |support |moderation |mod |on-call |whole |human ){0,3}" +
  "(?:team|teams|crt|responders?|moderators?|mods?|staff|admins?|volunteers?|counsell?ors?|humans?|persons?|people|someone|somebody|" +
  "therapists?|doctors?|professionals?|specialists?|police|ambulance|paramedics?|authorities|emergency services?|911|988|999|112|" +
  "parents?|family|friends?|helpers?|colleagues?|member of the team|person from the team)"
/** Those whose knowing would be a call that went through; friends and family may know by themselves. */
const CALLED =
  "(?:(?:the|our|your|a|an|some) )?(?:(?:crisis|response|support|moderation|mod|on-call|whole|human) )*" +
  "(?:team|crt|responders?|moderators?|mods?|staff|admins?|volunteers?|counsell?ors?|somebody|someone|human|person from the team)"
const TELL_PAST =
  "(?:told|notified|alerted|informed|called|contacted|pinged|paged|messaged|texted|reached out to|reached|let|made|asked|warned|flagged|escalated|" +
  "forwarded|passed|reported|sent|shared|looped in|brought in|summoned|dispatched|connected)"
const TELL_NOW =
  "(?:telling|notifying|alerting|informing|calling|contacting|pinging|paging|messaging|reaching out to|reaching|letting|asking|warning|flagging|" +
  "escalating|forwarding|passing|reporting|sending|sharing|looping in|bringing in|connecting|getting)"
const TELL =
  "(?:tell|notify|alert|inform|call|contact|ping|page|message|reach out to|let|ask|warn|flag|escalate|forward|report|send|bring in|loop in|connect you|get|find|fetch|bring|get you)"
const ADVERBS =
  "(?:already |just |now |also |gone ahead and |been |being |actually |immediately |quietly |went ahead and |right now |personally )*"
const GAP = "(?: \\S+){0,5}?"

/** What may be said only when it is true. */
export const HUMAN_TOLD = rules(
  `(?:i|i've|ive|we|we've|weve|ash|ash has|i have|we have) ${ADVERBS}${TELL_PAST}(?: \\S+){0,4} ${CALLED}`,
  `(?:i|we|ash)(?:'ve| have| has)? ${ADVERBS}(?:called for|asked for|requested|arranged|organi[sz]ed|gotten|got)(?: \\S+){0,2} (?:help|support|backup|assistance)`,
  `(?:help|support|backup|assistance|the alarm|an alarm)(?: has| have)? ${ADVERBS}(?:was |were |is )?${ADVERBS}(?:called|requested|sent|arranged|raised|alerted|summoned|dispatched)`,
  `(?:i|i've|ive|we|we've|weve|ash|ash has|i have|we have|i did|having) ${ADVERBS}${TELL_PAST}(?: this| it| that| your \\S+| what you \\S+)?(?: (?:to|with|on to|along to|for))? ${TEAM}`,
  `${TEAM}(?: all)?(?: has| have| had|'s|'ve) ${ADVERBS}been ${ADVERBS}(?:${TELL_PAST}|watching|looking|reading|following)`,
  `${TEAM}(?: all)? (?:was|were|is|are|got|gets|being|now) ${ADVERBS}${TELL_PAST}`,
  `${CALLED}(?: (?:is|are|was|were|has been|have been))? ${ADVERBS}(?:aware|watching|looking|reading|following|listening|in the loop|on it|on the line)`,
  `${CALLED} (?:has|have|had|'s|'ve)? ?${ADVERBS}(?:knows?|known|sees?|seen|saw|reads?|got (?:your|the|my|this)|receives?|received|noticed|heard)`,
  `(?:i|we)(?:'ve| have|'ll have| had)? ${ADVERBS}let ${TEAM} know`,
  `(?:an|the|my|your|this) (?:alert|notification|message|ping|call|report|request|words?)${GAP} (?:was|has been|is|went|got|have been|were) ${ADVERBS}(?:sent|posted|raised|made|out|forwarded|delivered|passed|escalated|seen|shared|read|with)`,
  `(?:this|it|your (?:situation|case)|that|everything) (?:has been|was|is|got|have been) ${ADVERBS}(?:flagged|escalated|reported|forwarded|passed on|passed to|shared with)`,
  `(?:i|we|ash)(?:'ve| have| has)? ${ADVERBS}(?:sent|raised|posted|made|put|placed|issued|triggered)(?: out| in)? (?:an?|the|my) (?:alert|notification|ping|call|report|request|message)`
)

/** What is never said, told or not: nobody here can promise when somebody comes, and the calling is said by others. */
const HELP_COMES = rules(
  "they(?: will|'ll| are going to|'re going to)(?: \\S+){0,2} (?:be (?:with|there|here)|come|contact|reach|call|write|message|answer|respond|reply)",
  "they(?:'re| are)(?: already| now)? (?:coming|on (?:the|their) way|en route|here|standing by|reading|watching|aware)",
  `${TEAM} (?:will|shall|is going to|are going to|'ll|is about to|are about to)${GAP} (?:be|come|contact|write|message|reach|answer|respond|reply|help|call|join|arrive|get|look|talk|check|see|step|speak|dm|read|know)`,
  `${TEAM} (?:is|are|'s|s|'re) ${ADVERBS}(?:coming|on (?:the|their|his|her|its|your) way|en route|heading|here|standing by|there|joining|ready|waiting|writing|typing|about to|with (?:you|us)|available)`,
  `help (?:is|'s|will be) (?:on (?:the|its|your) way|coming|here soon|arriving|there soon)`,
  `(?:someone|somebody|a person|a human)${GAP} (?:soon|shortly|in a (?:moment|minute|bit|few|second)|right away|any (?:moment|minute|second))`,
  `(?:i am|i'm|im|we are|we're|let me|i will|i'll|we'll|we will|going to|gonna|i can) ${ADVERBS}(?:${TELL_NOW}|${TELL})(?: this| it| that| your \\S+| an alert| a message| for)?(?: (?:to|with|on to|for))? ${TEAM}`,
  `(?:i|we)(?:'ll| will| can| am going to|'m going to) (?:make sure|see to it|ensure)(?: that)? ${TEAM}`,
  `(?:hold on|stay|wait|hang on)${GAP} (?:until|till|while) ${TEAM}`
)

const TO_BE_HUMAN = rules(
  "(?:i am|i'm|im) (?:(?:also|just|only|a|an|your|the|one of the|actually|really|very|real|fellow|another|trained|licensed|qualified|part of the) )*(?:human|person|people|therapist|counsell?or|psychologist|psychiatrist|doctor|nurse|social worker|volunteer|responder|moderator|professional|crisis team)",
  "as (?:a|your|another) (?:(?:real|fellow|trained|licensed|qualified) )*(?:human being|human|therapist|counsell?or|psychologist|psychiatrist|doctor|nurse|social worker|volunteer|responder|professional)",
  "i(?:'m| am) (?:not|no) (?:an? )?(?:bot|machine|software|program|ai|robot)",
  "(?:when|because) i was (?:young|younger|a child|a kid|your age|a teenager)",
  "i(?:'ve| have) (?:been (?:there|through)|felt|had|lived|struggled|suffered|experienced)",
  "(?:a )?(?:real|actual|living) (?:human|person)(?: being)? (?:behind|here|on the other)|(?:no|not) (?:a )?(?:bot|machine) here|as (?:a|your|another) (?:friend|sibling|survivor)"
)

const PROMISES = rules(
  "i (?:do |can |really |hereby |solemnly )?(?:promise|swear|guarantee|vow|assure)(?! \\p{L}*not)",
  "(?:that's|this is|it's|is) (?:a|my) promise",
  "you have my word",
  "(?:everything|it|it all|all|things|this|that|you|you all)(?:'ll| will| is going to| are going to| 's going to|'s going to|'re going to|s going to| is gonna|'s gonna|'re gonna| shall)(?: all| surely| definitely| certainly| soon| always| only)* (?:be|turn out|work out|end up|get|pass|feel|go away|become|heal)(?: \\S+){0,2}? ?(?:fine|ok|okay|alright|all right|well|good|great|better|easier|safe|happy|happier|out|over|pass|away|perfect)",
  "(?:everything|it|this|that|things|the pain|the feeling)(?:'ll| will) (?:pass|get better|get easier|work out|go away|be over|heal|stop)",
  "(?:will|going to|gonna) (?:all )?(?:be (?:fine|ok|okay|alright|all right)|work out)",
  "i(?:'ll| will| am going to|'m going to|'m gonna) (?:always|never|forever)",
  "i(?:'ll| will) (?:be here|be there|stay|not leave|keep you safe|protect you|save you|fix)(?: \\S+){0,4}",
  "(?:never|not|won't|will not) (?:ever )?(?:leave|abandon|give up on) you",
  "(?:always|whenever you need|any ?time you need|no matter what|forever)(?: \\S+){0,3} (?:here for you|be here|by your side|with you)",
  "(?:nothing|no one|nobody) (?:bad )?(?:will|can|is going to) (?:ever )?(?:happen|hurt|harm)",
  "you(?:'re| are) (?:perfectly |completely |totally )?safe (?:now|here|with me)",
  "(?:it|life|this|things|everything) (?:always |often |usually |does |do |really |only )*(?:gets?|becomes?|grows?) (?:so much |much |a lot )?(?:better|easier|lighter)",
  "(?:count|rely|depend) on (?:me|us|ash)|no matter what|temporary|(?:feel|be) better (?:tomorrow|soon|in the morning|after)|get through this together|(?:here|there) for you"
)

const SECRECY = rules(
  "(?:won't|will not|never|not going to|wouldn't|would not|can't|cannot) (?:ever )?(?:tell|share|repeat|show|report|pass)(?: (?:this|it|that|anything|what you \\S+|a word|your \\S+))*(?: (?:to|with|on to))? (?:anyone|anybody|a soul|others|them|another)",
  "(?:between (?:you and me|us|the two of us)|our (?:little )?secret|just us|stays? (?:here|with me|secret|private|between)|confidential|confidentiality|anonymous|anonymously|private and safe|keep (?:this|it|that|your) (?:\\S+ )?(?:secret|private|to myself|quiet))",
  "(?:nobody|no one|no human|noone) (?:else )?(?:will |can |is going to |'ll )(?:ever )?(?:know|see|read|find out|hear|learn)",
  "(?:your )?secret (?:is|stays) safe|safe with me|never leaves?|lips are sealed|(?:only|just) (?:you and (?:i|me)|me) (?:knows?|read|see)|off the record"
)

const METHOD = rules(
  "noose|nooses|ligature|ligatures|hang(?:s|ing)?(?! (?:in|on|out|up|with|around|over))|hanged|hung(?! (?:up|out|on))|strangl\\p{L}*|asphyxia\\p{L}*|suffocat(?:e|es|ed|ion)|drown(?:s|ed|ing)?(?! in)|electrocut\\p{L}*",
  "overdos\\p{L}*|od|ods|lethal\\p{L}*|fatal\\p{L}*|deadly|poison\\p{L}*|toxic dose|cyanide|arsenic|bleach|antifreeze|helium|nitrogen|carbon monoxide|exhaust|charcoal|insulin",
  "guns?|firearms?|pistols?|rifles?|shotguns?|bullets?|shoot\\p{L}*|trigger finger|weapons?",
  "razors?|razorblades?|blades?|knife|knives|scalpels?|box ?cutters?|slit\\p{L}*|slash\\p{L}*|wrists?|veins?|arter(?:y|ies)|bleed\\p{L}*|cutting|cut (?:yourself|deeper|your\\p{L}*|myself)|burn (?:yourself|your)|burning yourself",
  "bridges?|rooftops?|ledges?|cliffs?|balcon(?:y|ies)|train tracks|railways?|jump(?:ing|ed|s)?(?: (?:off|from|in front|under|out))|in front of (?:a|the) (?:train|car|bus|truck)",
  "pills?|tablets?|capsules?|painless\\p{L}*|quick(?:est)? way to die|ways? to die|how to (?:die|kill|end)|suicide (?:note|method|plan|kit|pact|forum)s?|methods? (?:of|to)|starv\\p{L}*|purg(?:e|ing)|laxatives?",
  "ropes?|belts? (?:around|and)|with a belt|plastic bags?|bags? over|on the (?:rails|tracks)|rails|roofs?|tall buildings?|high enough|subway|(?:off|from) the platform|garage|engine running|fumes|gas(?:es)?|inhal\\p{L}*|asphyx\\p{L}*",
  "sharp (?:things?|objects?|edges?)|something sharp|scratch\\p{L}*|rubber bands?|ice cubes?|hit yourself|hitting yourself|punch\\p{L}* (?:the|a) wall|pass out|freez\\p{L}+ to death|crash\\p{L}* (?:your|the|a) car|(?:all|twenty|thirty|fifty|a handful) of (?:them|those|it) (?:at once|would|is)|at once would|walk into the (?:sea|water|river|ocean|lake|road|traffic)|into traffic",
  "(?:least|less) painful|(?:best|easiest|surest|most certain|quick(?:er|est)?|certain|fastest) (?:way|method|means)|stop eating|(?:go|pull|push|press|drag) (?:it )?(?:along|across|deeper|harder)|press (?:it|them) harder"
)

const HARMFUL = rules(
  "kill (?:yourself|urself|themselves|himself|herself|them|him|her)|kys|(?<!(?:plans?|want|wanting|wish) to )end your (?:own )?life|take your (?:own )?life|end it all|commit(?:ted|ting|s)? suicide|(?:un)?successful (?:suicide|attempt)|failed attempt",
  "(?:better|best) off (?:without you|dead)|(?<!you (?:said|say|feel|felt|think|thought|wrote|believe|fear|worry|mentioned)(?: that| like| as if)? )(?:nobody|no one)(?: would| will|'d)? (?:miss|cares?|notices?|loves?)(?: about)?(?: you)?|(?<!(?:feel|feels|feeling|felt|think|thinking|believe|convinced|sense|say|says|afraid|tells? you|telling you)(?: like| as if| as though| that)? )you(?:'re| are) (?:a burden|worthless|pathetic|weak|selfish|crazy|insane|stupid|broken|attention|overreacting|dramatic|too sensitive|hopeless|a failure|to blame)",
  "you should (?:just |really |simply |probably )*(?:die|disappear|give up|be ashamed)|(?:go ahead|do it|just do it)|your (?:own )?(?:choice|decision|right) to (?:die|live)|death (?:is|would be|can be) (?:a|an|the|peaceful|better|your)|(?:i|we) (?:understand|see|get) why you (?:want|would want) to (?:die|end|kill)",
  "(?:attention|cry) ?(?:-| )?(?:seeking|for attention)|man up|snap out of it|get over it|others have it worse|just be (?:happy|positive)|it's all in your head|stop (?:crying|complaining|whining)|cowardly|sinful",
  "(?:for the best|better) if you (?:were|are|was) (?:gone|dead)|(?:world|they|people|everybody|everyone) (?:would|will|wouldn't) (?:not )?(?:notice|be better|be fine without|move on)|if you (?:want|need) to (?:go|die)(?: then)? go",
  "(?:dying|suicide|ending it)(?: \\S+)? (?:is|seems|feels|would be|can be) (?:peaceful|selfish|easy|right|a choice|an option|a solution|a way out|brave|cowardly|a sin|wrong|freedom|relief)|ending (?:it|your life|everything) (?:is|seems|makes|would)",
  "you(?:'re| are) (?:being )?(?:so |just |very )?(?:selfish|ungrateful|confused about|manipulative|lazy|wrong about who)|brought (?:this|it) on yourself|get over yourself|just a phase|not really (?:trans|gay|queer|lesbian|bi|nonbinary|a (?:boy|girl|man|woman))",
  "(?:being )?(?:gay|trans|queer|lesbian|bisexual) is (?:a )?(?:choice|sin|phase|unnatural|wrong)|pray (?:about|it|the|for)|cheer up|look on the bright side|think of (?:how )?your (?:family|parents|mother|mum|mom|children|kids)|they(?:'d| would) be devastated|must not think|should not feel|shouldn't feel"
)

const CONDITION =
  "(?:(?:clinical|classic|typical|textbook|major|severe|a|an|some|mild|chronic|post-?natal|bipolar|borderline|social|generali[sz]ed|eating|personality|mood|panic|anxiety|mental|depressive|dissociative|stress|compulsive|obsessive|kind of|form of|case of|type of|signs of|symptoms of) ){0,4}" +
  "(?:depression|anxiety|bipolar|bpd|ptsd|cptsd|c-ptsd|ocd|adhd|autism|autistic|schizophreni\\p{L}*|psychosis|psychotic|mania|manic|anorexia|bulimia|disorders?|syndrome|dysphoria|dissociation|panic attacks?|trauma(?:tic)?|burn-?out|narcissis\\p{L}*|paranoia|paranoid|dysthymia)"
const DIAGNOSIS = rules(
  `you(?:'re| are|'ve| have| may| might| could| must| probably| likely| clearly| definitely| seem| appear| sound| show| suffer| do| to| be| have| got| are| had)* (?:(?:have|having|suffering from|suffer from|experiencing|struggling with|showing|dealing with|living with|got|be|being|to have|like you have|from|with) )*${CONDITION}`,
  "you(?:'re| are| sound| seem| look| appear| may be| might be| could be| must be)(?: (?:clearly|clinically|very|quite|probably|just|so|really|a bit|to be))* (?:depressed|bipolar|psychotic|manic|autistic|borderline|delusional|paranoid|schizophrenic|anorexic|bulimic|traumati[sz]ed|mentally ill|suicidal|neurodivergent|dissociating|unstable)",
  `(?:sounds?|looks?|seems?|it is|it's|this is|that is|that's|could be|might be|may be|signs? of|symptoms? of|sign of|symptom of|consistent with|case of|called)(?: (?:like|as if|to be|very much|a bit))* ${CONDITION}`,
  "diagnos\\p{L}*|(?:your|a|the) (?:mental )?(?:illness|disorder|condition|symptoms?|pathology|prognosis)"
)

const MEDICATION = rules(
  "(?:take|taking|taken|took|had|try|trying|stop|stopping|start|starting|skip|skipping|double|increase|increasing|decrease|reduce|lower|raise|change|changing|adjust|switch|mix|mixing|combine|use|get|need)(?: (?:your|some|a|an|the|any|more|less|of|off|on|with|it|to|those|these|extra|two|one|\\d+))* (?:meds?|medications?|medicines?|dos(?:e|es|age|ages)|drugs?|antidepressants?|ssris?|benzos?|sedatives?|painkillers?|sleeping (?:aid|pill)s?|hormones?|melatonin|supplements?|herbs?|cbd|cannabis|weed|alcohol|drink)",
  "(?:\\d+|one|two|three) ?(?:mg|milligrams?|mcg|grams?|ml)|dosages?|prescri\\p{L}*|overmedicat\\p{L}*|antidepressants?|ssris?|snris?|benzodiazepines?|benzos?|antipsychotics?|sedatives?|opioids?|painkillers?",
  "sertraline|zoloft|fluoxetine|prozac|citalopram|escitalopram|lexapro|celexa|venlafaxine|effexor|duloxetine|bupropion|wellbutrin|mirtazapine|trazodone|lithium|lamotrigine|lamictal|quetiapine|seroquel|olanzapine|risperidone|aripiprazole|abilify|diazepam|valium|alprazolam|xanax|lorazepam|ativan|clonazepam|klonopin|paracetamol|acetaminophen|tylenol|ibuprofen|aspirin|codeine|tramadol|oxycodone|fentanyl|ketamine|melatonin|benadryl|diphenhydramine|zolpidem|ambien",
  "(?:glass|bottle|shot|drop) of|wine|beers?|vodka|whiske?y|liquor|booze|alcohol|drunk|weed|cannabis|get high|edibles?"
)

const DISCOURAGES = rules(
  "(?:don't|do not|never|shouldn't|should not|no need to|needn't|you don't (?:have|need) to|avoid|without|rather than|instead of) (?:ever )?(?:tell|telling|call|calling|contact|contacting|trust|trusting|talk to|talking to|see|seeing|go to|going to|involve|involving|bother|bothering|reach out|reaching out|need|ask|asking)(?: to)?(?: (?:a|an|the|any|your|for))* (?:\\S+ )?(?:anyone|anybody|help|therapists?|doctors?|hospitals?|police|emergency|ambulance|helpline|hotline|line|team|people|professionals?|parents?|family|friends?|911|988|999|112|116123)",
  "(?:you only need|all you need is|you can only trust|i(?:'m| am) (?:all|the only)) (?:me|you need|one|ash)",
  "(?:helplines?|hotlines?|therapy|therapists?|doctors?|hospitals?|988|police|the team|professionals?) (?:won't|will not|can't|cannot|don't|doesn't|do not|never|are|is)(?: \\S+)? (?:help|understand|listen|care|useless|pointless|bad|worse)",
  "(?:do not|don't|never|better not|rather not) (?:call|tell|text|involve|trust|bother) (?:them|him|her|it|anybody|anyone|others)|therapy (?:does not|doesn't|will not|won't|is not|isn't)|(?:police|doctors?|hospitals?|they) (?:will|would)(?: only| just)? make (?:it|things|this) worse|better than (?:any|a|the) (?:helpline|hotline|therapist|doctor|person|line)|talk(?:ing)? to me instead"
)

const IDENTITY = rules(
  "(?:what(?:'s| is)|tell me|give me|send me|share|may i (?:have|know)|can i (?:have|get)|could you (?:give|send|share)(?: me)?|can you (?:give|send|share|tell)(?: me)?)(?: (?:with me|me))? your (?:\\S+ )?(?:name|address|phone|number|e-?mail|location|school|surname|birthday|password|age)",
  "where (?:do you live|are you (?:right now|now|located|exactly))|where exactly|how old are you|what (?:city|town|school|street|country)",
  "(?:which|what) (?:school|street|town|city|country|state|server)|whereabouts|(?:photos?|pictures?|selfies?|videos?) of you(?:rself)?|where (?:exactly )?are you"
)

const ABOUT_ITSELF = rules(
  "as an? (?:ai|a\\.i\\.|artificial|language|large language|llm|chatbot|bot|assistant|automated|model|virtual|digital|machine)(?: \\S+)?",
  "(?:language model|llm|openai|chatgpt|gpt|anthropic|claude|system prompt|my (?:instructions|guidelines|training|programming|prompt|developers?|creators?|rules)|policy|policies)",
  "i(?:'m| am) (?:just |only )?(?:an? )?(?:ai|program|algorithm|code|chatbot)",
  "i(?:'m| am)? ?(?:can't|cannot|can not|not able to|unable to|won't) (?:help|assist|discuss|talk about|continue|provide|engage)",
  "(?:play|playing) (?:the|a|your) (?:role|part)|role ?-?play\\p{L}*|mode (?:enabled|activated|on|off)|jailbr\\p{L}*|ignor(?:e|ing) (?:my|the|all|these|previous)|as you asked i am now"
)

/** Never said, whoever was told. The order tells which reason is given of several. */
export const ALWAYS: ReadonlyArray<readonly [UnsafeBecause, ReadonlyArray<RegExp>]> = [
  ["harmful", HARMFUL],
  ["method", METHOD],
  ["medication", MEDICATION],
  ["diagnosis", DIAGNOSIS],
  ["claims_help_comes", HELP_COMES],
  ["claims_to_be_human", TO_BE_HUMAN],
  ["promise", PROMISES],
  ["secrecy", SECRECY],
  ["discourages_help", DISCOURAGES],
  ["asks_identity", IDENTITY],
  ["about_itself", ABOUT_ITSELF]
]
