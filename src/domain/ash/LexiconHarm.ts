/**
 * Phrases of the keyword net about harm from and to others, and about what people of this community live with: rejection
 * by the family, losing the home for coming out, being outed, conversion practices, dysphoria.
 */
import type { PhraseGroup } from "./Lexicon.ts"

const FAMILY = "parent|mom|dad|family|stepdad|stepmom|they|he|she|theyre|hes|shes|grandparents|uncle|brother"
const IDENTITY = "gay|trans|bi|lesbian|queer|nonbinary|enby|ace|pan|transgender|bisexual"

export const HARM: ReadonlyArray<PhraseGroup> = [
  {
    label: "danger from others",
    severity: "high",
    phrases: `
      hits|beats|hit|beating|hitting|punched|punches|chokes|choked|choking|strangled|slapped|abuses|abused me
      ${FAMILY} beat|hurts|hurting|burns|burned me
      beat|beats|beating me up
      being abused|beaten|trafficked|stalked|blackmailed|groomed
      abusing|raping|molesting|stalking|blackmailing|grooming|threatening me
      threatened|threatens|threatening|trying|tried kill|hurt|shoot|stab|rape me
      threatened|threatens|threatening kill|hurt|shoot|stab|rape us
      i was|got raped|molested|drugged|roofied
      got raped
      raped|rapes|molested|molests|assaulted me
      touched|touches|touching me inappropriately|there|while|when
      touched|touches|touching me at night
      kill me if i come|came out
      sexually assaulted|abused|harassed
      sexual assault|abuse
      forced me have|into sex
      locked|locks|locking me in|up
      wont let me leave|out
      has|have|pulled|got gun|knife on|at me
      chasing|following me home
      not safe at|in home|house
      im|am not safe
      im|am in danger
      dont feel safe at|in home|house
      scared|afraid|terrified go home
      scared|afraid|terrified theyll|hell|shell kill|hurt|hit|beat me
      scared|afraid|terrified ${FAMILY} will|going kill|hurt|hit|beat me
      scared|afraid|terrified my ${FAMILY} will|going kill|hurt|hit|beat me
      domestic violence|abuse
      leak|leaking|leaked|posted|share|sharing|shared my nudes
      sextortion|sextorted
    `
  },
  {
    label: "danger from others",
    severity: "medium",
    phrases: `
      raped|rape|molested
      threatened|threatens|threatening me
      bullied|bullying|harassed|harassing|doxxed|doxed|swatted
      screaming|screams|yelling|yells at me
      hurts|hurting me
      scared my dad|mom|husband|wife|partner|boyfriend|girlfriend|parent
      has gun|knife
      hate crime
      jumped|attacked for|because being|im
      got jumped
      kill me if they|he|she find|finds|found out
    `
  },
  {
    label: "danger from others",
    severity: "medium",
    slang: true,
    phrases: `
      going|will kill me
    `
  },
  {
    label: "danger from others",
    severity: "low",
    phrases: `
      abused|abusive|abuse
      trauma|ptsd
      attacked me
    `
  },
  {
    label: "danger to others",
    severity: "high",
    phrases: `
      shoot up school|work
      shoot up my school|work
      going|want kill|hurt everyone|someone|people|somebody
      urge|urges kill
    `
  },
  {
    label: "family rejection",
    severity: "high",
    phrases: `
      kick|kicked|kicking|threw|thrown|throwing|throw me|us out
      kicked|thrown out house|home
      kicked|thrown out my house|home
      kicked|thrown out for|because being|coming|im|i
      i got|been|was kicked|thrown out
      im|ive being|been|getting kicked|thrown out
      locked me out house|home
      locked me out my house|home
      nowhere go|sleep|stay|live
      nowhere left go
      no place go|sleep|stay|live
      sleeping|living on street|streets
      sleeping|living in car|shelter
      sleeping|living in my car
      im|am homeless
      homeless now|tonight|because
      conversion therapy|camp
      sending|send|sent me away
      forced|forcing|force me detransition
      found out im|i|about ${IDENTITY}
      found out i am ${IDENTITY}
      found out im|that|about being ${IDENTITY}
      outed me
      got|being|been outed
      going|threatened|threatening out me
      took|taking|takes away my hormones|hrt|meds|binder|testosterone|estrogen
      took|taking|takes my hormones|hrt|binder|testosterone|estrogen
      cant get my hormones|hrt|testosterone|estrogen
    `
  },
  {
    label: "family rejection",
    severity: "medium",
    phrases: `
      disown|disowned|disowning|disowns
      got|getting|been|being kicked|thrown out
      my parent|mom|dad|family hate|hates|rejected|rejects|rejecting me
      ${FAMILY} dont|wont|doesnt|never accept|love|want me
      ${FAMILY} will never accept|love|want me
      ${FAMILY} said|told|says|calls|called me|im disgusting|abomination|sinner|sick|freak
      rejected|rejects me for|because
      not my|their son|daughter|child anymore
      homeless
      homophobic|transphobic parent|family|dad|mom|household|home|house
      abomination
      going hell for|because being|im
      pray ${IDENTITY} away
      stay|stuck|trapped in closet
      pretend|pretending|hide|hiding be|who i|someone am|im
      cant come out
      cant be myself
      cant be who i am
      never be accepted
      wish i wasnt|werent|was ${IDENTITY}|straight|cis|normal
      hate being ${IDENTITY}
      hate that im ${IDENTITY}
    `
  },
  {
    label: "family rejection",
    severity: "low",
    phrases: `
      outed
      cut me off
    `
  },
  {
    label: "gender dysphoria",
    severity: "medium",
    phrases: `
      dysphoria is|feels|got|getting|hit|hitting bad|unbearable|killing|worse|awful|horrible|hell|too|me|hard
      dysphoria unbearable|killing
      cant stand|look my body|mirror|myself|reflection|voice|face|chest
      cant look at myself|mirror
      cant look at my body|face|chest|reflection
      cant stand myself
      hate my body|chest|voice|face|reflection|genitals
      want rip|tear|cut off my skin|chest|breasts
      want rip|tear|cut my skin|chest|breasts off
      trapped in|inside wrong|this|my body
      wrong body
      never be real woman|man|girl|boy
    `
  },
  {
    label: "gender dysphoria",
    severity: "low",
    phrases: `
      dysphoria|dysphoric
      deadnamed|deadname|deadnames|deadnaming
      misgendered|misgendering|misgender|misgenders
      never pass as
    `
  },
  {
    label: "loss",
    severity: "low",
    phrases: `
      evicted|eviction
      lost my job
      passed away
      broke up with me
      left me
    `
  }
]
