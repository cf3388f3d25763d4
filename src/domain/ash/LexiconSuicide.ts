/**
 * Phrases of the keyword net about an act of suicide: intent, plan and means, goodbye. Those that name an act or a time are
 * critical.
 */
import type { PhraseGroup } from "./Lexicon.ts"

const MEANS = "pills|meds|tablets|knife|razor|razors|razorblade|blade|blades|gun|rope|noose|bottle"
const PILLS =
  "pills|meds|medication|tablets|capsules|painkillers|antidepressants|tylenol|paracetamol|ibuprofen|advil|aspirin|xanax|benadryl"
const TOOK = "took|swallowed|taken|taking|take|swallowing|swallow|ate|eaten|downed|popped"
const HIGH_UP = "bridge|roof|rooftop|ledge|overpass"

export const SUICIDE: ReadonlyArray<PhraseGroup> = [
  {
    label: "attempt under way",
    severity: "critical",
    phrases: `
      ${TOOK} many ${PILLS}
      ${TOOK} many my|sleeping|pain ${PILLS}
      ${TOOK} about|around|over|almost|nearly many ${PILLS}
      ${TOOK} about|around|over|almost|nearly many my|sleeping|pain ${PILLS}
      ${TOOK} all|bunch|handful|many sleeping|pain pills|tablets
      ${TOOK} all|bunch|handful|many my sleeping|pain pills|tablets
      ${TOOK} whole|entire box|pack|packet ${PILLS}
      ${TOOK} whole|entire box|pack|packet my|sleeping|pain ${PILLS}
      ${TOOK} everything in bottle|cabinet
      swallowed|downed all my pills|tablets
      swallowed them all
      swallowed all them
      swallowed pills|tablets
      i|ive|im overdose
      i drank|drunk|swallowed bleach|poison|antifreeze|detergent|chemicals
      ive drunk|swallowed bleach|poison|antifreeze|detergent|chemicals
      i|ive cut too deep
      cut too deep and|cant|wont|its|theres
      i|im|am bleeding lot|out|everywhere|heavily|much
      im|am on|at ${HIGH_UP} now|tonight
      im|am on|at ${HIGH_UP} right now
      on|at ${HIGH_UP} ready|about|going jump
      im|am standing|sitting on ${HIGH_UP} now
      im|am standing|sitting on ${HIGH_UP} right now
      noose is ready|tied|up|set|hanging
      rope is ready|tied
      have|got noose|rope ready|tied
      have|got my noose|rope ready|tied
      noose|rope ready
      noose|rope is around my neck
      gun is in|at my head|mouth|temple
      i shot|stabbed|poisoned|hanged myself
    `
  },
  {
    label: "attempt under way",
    severity: "high",
    phrases: `
      i overdose last|once|before|when|years|in
      took|taken them all
      took|taken all them
      im|am about|ready jump
      bleeding wont stop
      wont|cant stop bleeding
      cant stop blood
    `
  },
  {
    label: "suicidal intent",
    severity: "critical",
    phrases: `
      kill|killing|killed|end|ending|offing|unalive|murder|neck|necking|delete myself
      going|want|should|might off|self-delete myself
      end|ending my own life
      take|taking my own life
      take|taking|end|ending my life
      ending|end it all
      commit|committing|commiting|comitting|do suicide
      going|want|will die|kms|unalive|ctb tonight|today|tomorrow|soon|now
      going|want|will be dead tonight|tomorrow|soon
      kms|ctb|suicide tonight|tomorrow|today
      ready end it
      decided die
      decided end it|everything
      wont be alive tomorrow|anymore|much|longer
      not going be here|alive tomorrow
      wont wake up tomorrow
      wont make it through|past night|tonight|weekend|week|tomorrow
      wont see tomorrow
      dont plan be|being|on alive
      dont plan on being alive|here
      going end it tonight|today|now|tomorrow|all
      end it tonight|today|now|tomorrow
      going through with it tonight|now
    `
  },
  {
    label: "plan or means",
    severity: "critical",
    phrases: `
      overdose on my meds|pills|medication|tablets
      overdose on pills|meds|tylenol|paracetamol|sleeping
      going|want|will|trying|try overdose
      took|swallowed|taken|taking|take all my pills|meds|medication|tablets
      took|swallowed|taken|taking|take all pills|meds|medication|tablets
      took|swallowed|taken|taking whole|entire bottle
      took|swallowed|taken too many|much pills|meds|tablets
      took|swallowed|taken bunch|handful|bottle pills|meds|tablets
      pills are in my hand
      hang|hanging|hung myself
      slit|slitting|slash|slashing my wrists|wrist|throat|veins
      cut|cutting my wrists|wrist|throat|veins
      shoot|shooting|drown|drowning|suffocate|suffocating|strangle|poison|electrocute|stab|stabbing myself
      jump|jumping off|from bridge|roof|building|balcony|cliff|overpass|window|ledge
      jump|jumping off|from this|that|my|our bridge|roof|building|balcony|cliff|overpass|window|ledge
      jump|jumping|step|stepping|walk|walking in front train|traffic|bus|truck|car|subway|metro
      jump|jumping|walk|walking|drive|driving into traffic
      lie|lying|lay|laying on tracks|rails
      gun in|at my head|mouth|temple
      gun to my head|mouth|temple
      put bullet in|through my head|brain|skull
      bullet in|through my head|brain|skull
      tied|tying|made|making noose
      noose|rope around my neck
      going|want|will rope
      roping myself
      wrote|writing|written|write my suicide|goodbye|farewell note|notes|letter|letters
      wrote|writing|written|write suicide|goodbye|farewell note|notes|letter|letters
      my suicide note|plan|letter
      have|made|got plan die
      have|made|got plan end it|everything
      know how im going do it
      picked|chose|set date die
      on edge bridge|roof|building
    `
  },
  {
    label: "plan or means",
    severity: "high",
    phrases: `
      overdose
      have|got|found|bought|saved|stashed pills|rope|razor|razors|blade|blades|gun ready|tonight
      stashed|saving|hoarding|saved my pills|meds
      suicide note|plan|letter
      painless|easiest|quickest|best|fastest way|ways die
      painless|easiest|quickest|best|fastest way|ways end it|everything
      how many pills
      how much tylenol|paracetamol|ibuprofen
      tried die|overdose
      tried take my life
      suicide attempt|attempts
      attempted|attempt|attempting suicide
      survived my attempt
      drive|crash|driving|crashing my car into|off tree|wall|bridge|cliff
      standing|sitting on ledge|roof|bridge
      standing|sitting on edge|top
      toaster bath
      have|made|got plan and
      wrote|written my|goodbye note
      knife|blade|razor|gun|rope|pills in my hand|hands|lap
      holding bottle pills|meds
    `
  },
  {
    label: "plan or means",
    severity: "medium",
    phrases: `
      bought rope
      bottle of pills
      im on bridge|roof|ledge
      noose
    `
  },
  {
    label: "plan or means",
    severity: "low",
    means: true,
    phrases: `
      ${MEANS} next|beside|near|by|behind|with me
      ${MEANS} next my bed
      ${MEANS} in front me
      ${MEANS} are|is|right here
      ${MEANS} are|is right here
      ${MEANS} are|is next|beside|near|by me
      ${MEANS} are|is in front me
      ${MEANS} on|in|under my desk|table|bed|nightstand|lap|pillow|drawer|room|bag|pocket|closet|car|house
      ${MEANS} are|is on|in|under my desk|table|bed|nightstand|lap|pillow|drawer|room|bag|pocket|closet|car|house
      have|got|own|found|bought|grabbed|holding|hold|loaded|hid ${MEANS}
      have|got|own|found|bought|grabbed|holding|hold|loaded|hid my|enough|some|those|all ${MEANS}
      have|got|own|found|bought|grabbed|holding|hold|loaded|hid all my ${MEANS}
      have|got means
      have|got everything i need
      have|got everything ready
    `
  },
  {
    label: "goodbye",
    severity: "high",
    phrases: `
      goodbye forever
      goodbye cruel world
      my final|last goodbye|goodbyes|words|message
      this is my goodbye
      this is goodbye
      saying goodbye everyone|forever
      said my goodbyes
      my last night|day alive|on|here
      last time youll|you hear|see me|from
      see you|yall|yous all on other side
      see you|yall|yous on other side
      by time you read|see this
      wont have worry about me anymore|much
      wont bother you|anyone|everyone anymore|again
      wont be around anymore|much
      wont be here tomorrow
      wont be needing|need it|him|her|them|this|these anymore
      wont have deal with me
      tomorrow|tonight ill be gone
      be gone by tomorrow|morning
      wont be here anymore|much|longer
      wont be problem|burden anymore|much
      ill be gone soon|tomorrow|tonight|by
      itll|it all be over soon
      finally be at peace
      tell my mom|dad|parent|family|sister|brother|kids|cat|dog i love|loved
      tell my mom|dad|parent|family|sister|brother|kids|cat|dog im sorry
    `
  },
  {
    label: "goodbye",
    severity: "medium",
    phrases: `
      goodbye everyone|all|guys|friends|yall
      soon itll|it be over
      wrote|written note
      do it tonight
      sorry for everything
      when|once|after im gone
      take care my cat|dog|pets|kids|pet|cats|dogs
      give|giving|gave away my things|stuff|belongings|possessions
      give|giving|gave away all my things|stuff|belongings|possessions
      if youre reading this im
      i love you all goodbye|bye
    `
  }
]
