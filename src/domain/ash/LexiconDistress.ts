/**
 * Phrases of the keyword net about what wears people down: self-harm, hopelessness, being a burden, eating, panic and
 * being overwhelmed. High where somebody is being hurt now, low where a kind word may be all that is needed.
 */
import type { PhraseGroup } from "./Lexicon.ts"

export const DISTRESS: ReadonlyArray<PhraseGroup> = [
  {
    label: "self-harm",
    severity: "high",
    phrases: `
      cut|cutting|hurt|hurting|harm|harming|burn|burning|burned|burnt|punish|punishing|scratch|scratching|hit|hitting|bruise myself
      cut|cutting|carve|carving|slice|slicing my arm|arms|thigh|thighs|leg|legs|skin|stomach|hips
      cutting again|tonight
      started|start cutting again
      cut too deep
      im cutting
      i cut again|tonight
      want|need cut again|tonight
      urge|urges cut|bleed|hurt|harm
      want bleed
      i self harm
      want|going|need|urge|urges self harm
      self harm again|today|tonight|now
      relapsed|relapse|relapsing on|into|with|in self|cutting
      relapsed|relapse self|cutting
      self harm relapse
      cant stop bleeding|cutting
      banging|bang|smashing my head on|against|into
    `
  },
  {
    label: "self-harm",
    severity: "medium",
    phrases: `
      self harm
      self injury|injure|mutilation
      burn|burning|bruise my arm|arms|thigh|thighs|skin
      razor|razors|razorblade|blade on my
      razor|razors|razorblade|blade my wrist|wrists|arm|arms|skin
      fresh cuts
      ive been cutting
      urges|urge are|is bad|strong|back
      relapsed|relapse|relapsing
      want feel pain
      deserve pain|suffer
      deserve be in pain
      deserve be hurt|punished|dead
    `
  },
  {
    label: "hopelessness",
    severity: "medium",
    phrases: `
      hopeless|hopelessness
      no hope|future
      no hope for me|us
      lost hope in life|myself|everything|people
      no way out
      tired fighting|everything|trying
      dont|cant feel anything anymore
      lost|losing hope
      lost|losing will live
      lost|losing my will
      lost all hope
      theres no hope|future
      whats point anymore
      nothing matters
      nothing helps|works|left anymore
      nothing will ever|get change|better|get
      never going get|be better|happy|okay|ok
      never get better
      cant do|take|handle|bear|stand this|it|life anymore
      cant take it|much
      cant take much more
      cant keep going|doing
      cant fight|cope anymore
      cant do life
      dont know how much|long longer|more i
      dont know how much|long i can
      dont know if i can keep|survive|continue
      dont know if i can go on
      cant|dont see way out
      cant|dont see future
      at my breaking|limit
      at end my rope
      breaking point
      hanging by thread
      rock bottom
      give|giving|gave|given up on everything|myself
      want give up
      no longer care
      dont care what happens me
      dont care if i live|die
      life is|feels pointless|meaningless|hell|unbearable|over|worthless
      my life is over|hell|pointless|ruined|worthless|nothing
      pain is too much
      pain is unbearable
      hurts too much
      too much pain
      feel|feeling|am|im trapped
      dead|empty inside
      feel|feeling empty|dead|nothing
      want run away
      ran|running away from home
    `
  },
  {
    label: "hopelessness",
    severity: "low",
    phrases: `
      give|giving|gave|given up
      im done
      cant anymore
      cant do this
      theres no point
      whats point
      unbearable
      despair
      feel|feeling numb
    `
  },
  {
    label: "worthlessness or burden",
    severity: "medium",
    phrases: `
      im|am|feel|being|feeling|such burden
      burden on|everyone|you|people|others|my
      im|am worthless|nothing|failure|disgusting|unlovable|monster
      im|am waste
      feel|feeling worthless|useless|disgusting|unlovable
      worthless
      waste space|oxygen|air
      hate|hating|loathe|despise myself
      hate my life|existence
      disgusted with|by myself
      nobody love|loves|likes|wants|needs|want me
      nobody cares|care about|if me|i
      everyone hate|hates|leaves|abandons|abandoned me
      dont deserve live|love|happiness|help
      ruin|ruined everyones life
      everything is my fault
      doing everyone favor|favour
    `
  },
  {
    label: "worthlessness or burden",
    severity: "low",
    phrases: `
      im|am useless|pathetic|broken
      nobody cares
      all my fault
      everyone left me
    `
  },
  {
    label: "alone",
    severity: "low",
    phrases: `
      alone
      lonely|loneliness
      have nobody
      no friends
      nobody talk|understands|listens|there|left
      isolated
      abandoned
    `
  },
  {
    label: "depression",
    severity: "low",
    phrases: `
      depressed|depression|depressive
      miserable
      sad|crying|cried|cry
      cant get out bed
      cant eat|sleep
      heartbroken|grieving
      struggling
      im|am not ok|okay
      not doing well|good|okay|ok|great
      having hard|rough|bad time|day|night|week
      want cry|scream
      need someone talk
      need talk someone
      help me
      someone|somebody help
      need help
    `
  },
  {
    label: "depression",
    severity: "medium",
    phrases: `
      cant stop crying
      crying all|every night|day
      crying for hours|days
      cried|crying|cry myself sleep
      hurt|hurting|hurts inside
      severely depressed
      severe depression
      stopped|stop taking my meds|medication|antidepressants
      off my meds
      need help now
      cant|shouldnt be alone
      in crisis
      mental health crisis
    `
  },
  {
    label: "overwhelmed or panic",
    severity: "low",
    phrases: `
      overwhelmed|overwhelming|burnt|stressed|anxious|anxiety|panicking
      burned out
      too much
      falling|fell apart
      losing my mind|grip
      losing it
      going insane|crazy
      cant breathe|think
      breaking down
    `
  },
  {
    label: "overwhelmed or panic",
    severity: "medium",
    phrases: `
      panic|anxiety attack|attacks
      mental|nervous breakdown
      having breakdown|meltdown
      broke down
      cant cope|function
      cant calm down
      spiraling|spiralling
      dissociating|dissociated|derealization
      flashbacks
      hearing voices
      voices wont stop
      voices in my head
      manic|psychotic episode
    `
  },
  {
    label: "eating distress",
    severity: "medium",
    phrases: `
      starving|starve|starved myself
      havent|not eaten in|for days|week|two|three|four|five|2|3|4|5
      stopped eating
      dont deserve eat|food
      wont let myself eat
      make|making|made myself throw|sick|vomit|puke
      purging|purged
      binge and purge
      binge purge
      throwing|threw up after eating|meals|every
      laxatives
      anorexia|anorexic|bulimia|bulimic
      relapsed|relapsing my|into ed|eating
      pro ana|mia
      thinspo
    `
  },
  {
    label: "eating distress",
    severity: "low",
    phrases: `
      eating disorder
      havent eaten anything|since
      im|am|feel too fat|ugly
      im|am|feel fat|ugly
      hate how|what i look|see
    `
  },
  {
    label: "alcohol or drugs",
    severity: "medium",
    phrases: `
      drinking|drink myself death|sleep
      drinking again
      cant stop drinking|using
      drunk and alone|crying|sad
      blackout drunk
      broke|lost my sobriety
    `
  }
]
