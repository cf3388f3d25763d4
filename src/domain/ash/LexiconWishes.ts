/**
 * Phrases of the keyword net about wishing to be dead, in earnest and in slang, and about somebody else who may die. A wish
 * is high; slang that is often said in jest is medium and never nothing.
 */
import type { PhraseGroup } from "./Lexicon.ts"

export const WISHES: ReadonlyArray<PhraseGroup> = [
  {
    label: "suicidal thoughts",
    severity: "high",
    slang: true,
    phrases: `
      want|going to die|kms|unalive
      want to be dead
      ready die
      wish i was|were|could dead|gone|die|disappear|vanish
      wish i would|could die|disappear|vanish|stop
      wish i died
      wish|hope something|someone would kill|killed|kills|kill me
      hope i die
      hope i get hit
      better off dead|gone
      rather be dead
      i should be dead
      i should die|kms
      i deserve die
      almost kms
      think|thinking about dying|death
      feel|feeling like dying
    `
  },
  {
    label: "suicidal thoughts",
    severity: "high",
    phrases: `
      suicidal
      suicide thoughts|ideation
      thought|thoughts|thinking|think|considering|considered|contemplating|contemplated about suicide
      thoughts|considering|considered|contemplating|contemplated suicide|dying|death
      thinking suicide
      thinking|thoughts|thought|think about ending it|everything|things
      dont want to live|exist|survive
      dont want to be alive
      dont want be here anymore
      dont want be on this earth|planet|world
      dont want wake up
      dont want see tomorrow
      dont want keep living|existing
      dont feel like living|existing
      dont wish live
      not want live|exist|wake
      no longer want live|exist
      no longer want be here|alive
      want|wish|hope never wake up
      hope|wish i never|dont wake up
      wish i hadnt been|woken born|up
      wish i didnt exist|wake
      wish i wasnt|werent alive|born|here
      wish i was|were never born
      and never|not wake up
      no will live
      no reason live|stay|keep living|alive|going
      no reason live|living
      no point living
      no point in living
      no point being|staying alive|here
      no point in being|staying alive|here
      nothing live for
      nothing left live for
      whats point living|life
      whats point in living|life
      whats point being|staying alive
      what is point living|life
      what is point in living|life
      what is point being|staying alive
      why am i alive
      why am i still alive
      why should|do i live|exist
      why should i keep living|going
      why shouldnt i die
      isnt|not worth living
      life isnt|not worth it
      worth living anymore
      tired|sick|done|exhausted living|life|existing
      tired|sick|done|exhausted being alive
      done|through with life|living
      done with my life
      give|giving|gave|given up on life|living
      cant live anymore
      cant live like this
      cant keep living|existing
      cant go on anymore|living|much
      cant go on like this
      cant be here anymore
      cant exist anymore
      cant exist like this
      want sleep and never|not wake
      want pain|life stop|end
      want my life end|over
      want it all stop|end
      want end it
      going end it
      i should end it
      cant stop thinking about dying|death|suicide
      better|happier off without me
      better off if i
      better|happier without me
      better if i was|were|died|wasnt|didnt|werent
      nobody would|will miss|mourn me
      nobody would|will notice|care|miss if i|im
      would anyone miss|notice me|if
      would anyone care if i
      wouldnt|wont miss me
      wouldnt care|notice if i
      if i die|died|disappeared|vanished tomorrow|tonight|nobody
      only way stop pain
      death is|seems|sounds peaceful|better|comforting
      voices|voice telling|tell|tells|say|want me
      cant promise ill|i stay|be|keep safe|alive
      cant keep myself safe
      not safe with|by|from|alone myself
      am|im danger myself
      dont trust|feel myself|safe alone|tonight|right
      dont trust myself
      what i might|could|will do myself
      what ill do myself
      i might|will|could do something stupid|bad|drastic
      dont think i can|will make it
      dont think ill make it
      cant make it through night|day|another|tonight
      dont|cant see reason|point keep|live|living|go
      want it all be over
      nothing left for me
    `
  },
  {
    label: "suicide mentioned",
    severity: "medium",
    phrases: `
      suicide
      unalive
      want disappear|vanish
      disappear forever
      want|wish|could sleep forever
      self-delete
      end my suffering|misery
      put me out my misery
      never been born
      shouldnt have been born
      shouldnt be alive|here
      didnt ask be born
      only way out
      why am i still here
      dont want be here
      dont want exist
      want it stop|end
      want it|this|everything be over
      want out
      cant go on
    `
  },
  {
    label: "suicide slang",
    severity: "medium",
    slang: true,
    phrases: `
      kms
      kill me
      kill|end me now
      someone|somebody kill|shoot|end me
      ctb
      rather die than|then
      grippy sock|socks
      die now
    `
  },
  {
    label: "told or telling to die",
    severity: "medium",
    phrases: `
      kys
      kill|hang|off|neck|unalive|shoot|end yourself
      go die
      drink bleach
      you should|deserve die
      said i should kms|kys|die
      want me dead
    `
  },
  {
    label: "someone else in danger",
    severity: "high",
    others: true,
    phrases: `
      kill|killing|killed|end|ending|off|unalive|hang|hung|hanged|shoot|shot himself|herself|themselves
      end|ending|ended|take|took|taking his|her|their own life
      end|ending|ended|take|took|taking his|her|their life
      hurt|hurting|cut|cutting|harming|harm himself|herself|themselves
    `
  },
  {
    label: "someone else in danger",
    severity: "medium",
    others: true,
    phrases: `
      dont kill|hurt|harm|unalive|off|end yourself
      are you going kill|hurt yourself
      are you suicidal
    `
  }
]
