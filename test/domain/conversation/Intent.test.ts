/** What texts ask for: a table of both polarities, and the promise that every string has exactly one intent. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { understand } from "#domain/conversation/Intent.ts"
import { told, type Rows } from "./told.ts"

const agreement: Rows = [
  ["yes", "AGREED keyword"],
  ["YES!", "AGREED keyword"],
  ["Yes please", "AGREED keyword"],
  ["yes \u{1f44d}\u{1f3fd}", "AGREED keyword"],
  ["yep", "AGREED"],
  ["Y", "AGREED"],
  ["ok", "AGREED"],
  ["ok thanks", "AGREED"],
  ["sure", "AGREED"],
  ["confirm", "AGREED"],
  ["good", "AGREED"],
  ["Perfect!", "AGREED"],
  ["looks good to me", "AGREED"],
  ["sounds great", "AGREED"],
  ["go ahead", "AGREED"],
  ["I love it", "AGREED"],
  ["sounds good, when does it arrive?", "HELP"],
  ["great, are there peanuts in it?", "HELP"],
  ["ok when does it arrive", "HELP"],
  ["the plan looks good, are there nuts?", "HELP"],
  ["sure, why not?", "AGREED"],
  ["perfect, when I get home I cook", "AGREED"],
  ["what a great plan", "AGREED plan"],
  ["yes and make it vegetarian", "PARTLY"],
  ["looks good, add dessert", "PARTLY"],
  ["yes add eggs", "PARTLY"],
  ["perfect! give us more fish", "PARTLY"],
  ["ok make it so", "AGREED"],
  ["no further changes, great", "AGREED"],
  ["sounds like a plan", "AGREED"],
  ["Sounds like a great plan!", "AGREED"],
  ["good plan", "AGREED plan"],
  ["the plan looks good", "AGREED plan"],
  ["great, let's plan", "AGREED plan"],
  ["no changes", "AGREED"],
  ["no changes needed, looks perfect", "AGREED"],
  ["don't change anything", "AGREED"],
  ["no problem, perfect", "AGREED"],
  ["can't wait, yes", "AGREED"],
  ["\u{1f44d}", "AGREED"],
  ["\u2705", "AGREED"],
  ["yesterday", "NOT_UNDERSTOOD"],
  ["goodness", "NOT_UNDERSTOOD"],
  ["imperfect", "NOT_UNDERSTOOD"],
  ["good morning", "CHAT greeting"],
  ["Good evening!", "CHAT greeting"],
  ["not sure", "NOT_UNDERSTOOD"],
  ["I don't know", "NOT_UNDERSTOOD"],
  ["not bad", "NOT_UNDERSTOOD"],
  ["yes?", "HELP"],
  ["is it good?", "HELP"],
  ["thanks", "CHAT thanks"],
  ["\u{1f345}", "NOT_UNDERSTOOD"]
]

const refusal: Rows = [
  ["no", "CHANGE"],
  ["No.", "CHANGE"],
  ["nope", "CHANGE"],
  ["no thanks", "CHANGE"],
  ["not good", "CHANGE"],
  ["not very good", "CHANGE"],
  ["isn't great", "CHANGE"],
  ["isnt great", "CHANGE"],
  ["that\u2019s not perfect", "CHANGE"],
  ["I don't like it", "CHANGE"],
  ["dont like it", "CHANGE"],
  ["I don't love it", "CHANGE"],
  ["don't", "CHANGE"],
  ["change", "CHANGE"],
  ["something different", "CHANGE"],
  ["yes but no fish", "CHANGE"],
  ["yes, but without nuts", "CHANGE"],
  ["yes no", "CHANGE"],
  ["good except friday", "CHANGE"],
  ["change my plan", "CHANGE plan"],
  ["\u{1f44e}", "CHANGE"],
  ["now", "NOT_UNDERSTOOD"],
  ["know", "NOT_UNDERSTOOD"],
  ["nothing", "NOT_UNDERSTOOD"],
  ["noodles", "NOT_UNDERSTOOD"],
  ["exchange student", "NOT_UNDERSTOOD"]
]

const swaps: Rows = [
  ["swap salmon for chicken", "SWAP salmon > chicken"],
  ["Swap Salmon For Chicken", "SWAP salmon > chicken"],
  ["swap brown rice for quinoa", "SWAP brown rice > quinoa"],
  ["swap the brown rice for some red quinoa please.", "SWAP brown rice > red quinoa"],
  ["swap salmon with chicken", "SWAP salmon > chicken"],
  ["replace salmon with tofu please!", "SWAP salmon > tofu"],
  ["replace salmon by tofu", "SWAP salmon > tofu"],
  ["Replace the \u201cBrown Rice\u201d with quinoa.", "SWAP brown rice > quinoa"],
  ["change salmon to tofu", "SWAP salmon > tofu"],
  ["switch out beef for lentils", "SWAP beef > lentils"],
  ["exchange beef for lentils", "SWAP beef > lentils"],
  ["substitute tofu for chicken", "SWAP chicken > tofu"],
  ["substitute chicken with tofu", "SWAP chicken > tofu"],
  ["swap in tofu for chicken", "SWAP chicken > tofu"],
  ["tofu instead of chicken", "SWAP chicken > tofu"],
  ["I'd like tofu instead of the chicken please", "SWAP chicken > tofu"],
  ["can you swap salmon for chicken?", "SWAP salmon > chicken"],
  ["yes but swap salmon for chicken", "SWAP salmon > chicken"],
  ["swap salmon for chicken on monday", "SWAP salmon > chicken (every day)"],
  ["swap mac with cheese for pasta", "SWAP mac with cheese > pasta"],
  ["swap jalape\u00f1os for cr\u00e8me fra\u00eeche", "SWAP jalape\u00f1os > cr\u00e8me fra\u00eeche"],
  ["swap \u8c46\u8150 for tofu", "SWAP \u8c46\u8150 > tofu"],
  ["swap \u{1f363} salmon for chicken \u{1f357}", "SWAP salmon > chicken"],
  ["swap 2 for tacos", "SWAP 2 > tacos"],
  ["swap 2", "SWAP? 2"],
  ["swap", "SWAP?"],
  ["Swap please", "SWAP?"],
  ["swap salmon", "SWAP? salmon"],
  ["swap salmon for", "SWAP? salmon"],
  ["swap for tofu", "SWAP?"],
  ["swap salmon for salmon", "SWAP? salmon"],
  ["swap salmon for something else", "SWAP? salmon"],
  ["swap X for Y", "SWAP?"],
  ["replace", "SWAP?"],
  ["don't swap salmon for chicken", "CHANGE"],
  ["I swapped shifts", "NOT_UNDERSTOOD"],
  ["irreplaceable", "NOT_UNDERSTOOD"]
]

/** Several changes in one message: all of them, in their order, or a question. */
const several: Rows = [
  ["swap salmon for chicken and skip monday", "SWAP salmon > chicken; SKIP Mon"],
  ["swap salmon for chicken skip monday", "SWAP salmon > chicken; SKIP Mon"],
  ["skip monday and friday, and replace rice with quinoa", "SKIP Mon Fri; SWAP rice > quinoa"],
  ["Skip monday. Swap kale for chard!", "SKIP Mon; SWAP kale > chard"],
  ["skip monday and skip friday", "SKIP Mon; SKIP Fri"],
  ["swap salmon for tofu, skip wed, and swap kale for chard", "SWAP salmon > tofu; SKIP Wed; SWAP kale > chard"],
  ["yes swap 2 for tacos and 3 for pasta", "SWAP 2 > tacos; SWAP 3 > pasta"],
  ["swap salmon for chicken, rice for quinoa, then skip fri", "SWAP salmon > chicken; SWAP rice > quinoa; SKIP Fri"],
  ["substitute tofu for chicken and quinoa for rice", "SWAP chicken > tofu; SWAP rice > quinoa"],
  ["change salmon to tofu and drop friday", "SWAP salmon > tofu; SKIP Fri"],
  ["no monday and swap rice for beans", "SKIP Mon; SWAP rice > beans"],
  ["skip monday and tofu instead of chicken", "SKIP Mon; SWAP chicken > tofu"],
  ["swap 2 and 3 for tacos", "SWAP 2 > tacos; SWAP 3 > tacos"],
  ["don't skip monday, skip tuesday", "SKIP Tue"],
  ["swap rice for beans and peas", "SWAP rice > beans and peas"],
  ["swap mac and cheese for pasta", "SWAP mac and cheese > pasta"],
  ["swap salmon for rice and beans for dinner", "SWAP salmon > rice and beans"],
  ["chicken and rice instead of salmon", "SWAP salmon > chicken and rice"],
  ["swap salmon for chicken on monday and tuesday", "SWAP salmon > chicken (every day)"],
  ["swap monday with tuesday", "SWAP? monday"],
  ["skip monday and swap", "PARTLY"],
  ["swap rice and remove monday", "PARTLY"],
  ["skip monday and add more fish", "PARTLY"],
  ["add more fish and skip monday", "PARTLY"],
  ["swap salmon for chicken and no mushrooms", "PARTLY"],
  ["remove the mushrooms and skip monday", "PARTLY"],
  ["don't swap salmon and skip monday", "CHANGE"],
  ["I don't want to swap salmon or skip monday", "CHANGE"],
  ["skip monday, no problem", "SKIP Mon"],
  ["can I swap or skip?", "SWAP?"]
]

/** Said by people, no request: none of them deserves "I did not understand". */
const chat: Rows = [
  ["Thank you so much!", "CHAT thanks"],
  ["gracias", "CHAT thanks"],
  ["hi there", "CHAT greeting"],
  ["maybe later", "CHAT later"],
  ["put monday back", "CHAT undo"],
  ["undo", "CHAT undo"],
  ["who is this?", "HELP"],
  ["what's this", "HELP"],
  ["perfect, send the recipes now", "RECIPES_NOW agreed"],
  ["plna", "PLAN"],
  ["swpa rice for beans", "SWAP rice > beans"],
  ["sotp", "STOP"],
  ["S\u00ed!", "AGREED"],
  ["si", "AGREED"],
  ["no gracias", "CHANGE"],
  ["Ayuda", "HELP keyword"],
  ["ALTO", "STOP"],
  ["wrong number", "STOP"]
]

const skips: Rows = [
  ["skip Monday", "SKIP Mon"],
  ["SKIP MONDAY", "SKIP Mon"],
  ["skip wed and mon", "SKIP Mon Wed"],
  ["skip friday, tuesday & sunday please", "SKIP Tue Fri Sun"],
  ["skip tues. and thurs.", "SKIP Tue Thu"],
  ["skip tuesdays", "SKIP Tue"],
  ["remove Friday's dinner", "SKIP Fri"],
  ["skip mon-wed", "SKIP Mon Tue Wed"],
  ["skip friday through sunday", "SKIP Fri Sat Sun"],
  ["skip sat to mon", "SKIP Mon Sat Sun"],
  ["skip the weekend", "SKIP Sat Sun"],
  ["no monday please", "SKIP Mon"],
  ["not on tuesday", "SKIP Tue"],
  ["yes but skip monday", "SKIP Mon"],
  ["skip monday but keep tuesday", "SKIP Mon"],
  ["skip monday?", "SKIP Mon"],
  ["skip", "SKIP?"],
  ["skip tomorrow", "SKIP?"],
  ["remove the mushrooms", "SKIP?"],
  ["remove sun-dried tomatoes", "SKIP?"],
  ["remove the sun dried tomatoes", "SKIP?"],
  ["skip everything except friday", "SKIP?"],
  ["don't skip monday", "CHANGE"],
  ["no, monday is fine", "CHANGE"],
  ["monday", "NOT_UNDERSTOOD"],
  ["see you sunday", "NOT_UNDERSTOOD"]
]

const anywhere: Rows = [
  ["plan", "PLAN"],
  ["Plan!", "PLAN"],
  ["plan?", "PLAN"],
  ["plan \u{1f345}", "PLAN"],
  ["meal plan please", "PLAN"],
  ["plan my week", "PLAN"],
  ["can you analyze my cart", "PLAN"],
  ["I'd like to plan", "PLAN"],
  ["i need a plan", "PLAN"],
  ["great, new plan please", "PLAN"],
  ["I'm planning a trip", "PLAN mentioned"],
  ["my plan is to eat out", "PLAN mentioned"],
  ["the meals were great", "PLAN mentioned"],
  ["make me a meal plan", "PLAN"],
  ["analyze my cart", "PLAN"],
  ["analyse", "PLAN"],
  ["new plan", "PLAN"],
  ["plan again", "PLAN"],
  ["help me plan", "PLAN"],
  ["plan for one person", "PLAN"],
  ["plant", "NOT_UNDERSTOOD"],
  ["eggplant", "NOT_UNDERSTOOD"],
  ["planet", "NOT_UNDERSTOOD"],
  ["oatmeal", "NOT_UNDERSTOOD"],
  ["no plan", "CHANGE"],
  ["don't plan", "CHANGE"],
  ["?", "HELP"],
  ["???", "HELP"],
  ["I need help", "HELP"],
  ["what is this?", "HELP"],
  ["what are my options", "HELP"],
  ["helpful", "NOT_UNDERSTOOD"],
  ["start over", "RESET"],
  ["restart", "RESET"],
  ["Reset please", "RESET"],
  ["let's start again", "RESET"],
  ["cancel my meal plan", "RESET"],
  ["stop the plan", "RESET"],
  ["preset", "NOT_UNDERSTOOD"],
  ["don't start over", "CHANGE"],
  ["recipes now", "RECIPES_NOW"],
  ["Recipe now!", "RECIPES_NOW"],
  ["send me the recipes right away", "RECIPES_NOW"],
  ["send recipes", "RECIPES_NOW"],
  ["recipes", "RECIPES_NOW"],
  ["not now", "CHAT later"],
  ["I know the recipe", "NOT_UNDERSTOOD"],
  ["no recipes now", "CHANGE"],
  ["new", "ACCOUNT"],
  ["New.", "ACCOUNT"],
  ["sign up", "ACCOUNT"],
  ["create an account", "ACCOUNT"],
  ["something new", "NOT_UNDERSTOOD"],
  ["newspaper", "NOT_UNDERSTOOD"],
  ["I want to talk to a person", "HUMAN"],
  ["human please", "HUMAN"],
  ["customer service", "HUMAN"],
  ["can someone call me?", "HUMAN"],
  ["humane", "NOT_UNDERSTOOD"],
  ["", "NOT_UNDERSTOOD"],
  ["   ", "NOT_UNDERSTOOD"],
  ["hello", "CHAT greeting"]
]

describe("understand", () => {
  for (const [name, rows] of Object.entries({
    agreement,
    refusal,
    swaps,
    several,
    chat,
    skips,
    anywhere
  })) {
    describe(name, () => {
      it.each(rows)("%j is %s", (text, expected) => {
        expect(told(understand(text))).toBe(expected)
      })
    })
  }

  const words = fc.constantFrom(
    ..."yes no not don't good plan swap replace for with skip monday mon-wed and , add 2 instead of now recipes stop help ? but".split(
      " "
    )
  )
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.array(words, { maxLength: 12 }).map((all) => all.join(" "))
  )

  it("is total, and says the same twice", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const intent = understand(text)
        expect(understand(text)).toEqual(intent)
        expect(JSON.parse(JSON.stringify(intent))).toEqual(intent)
      }),
      { numRuns: 2000 }
    )
  })

  it("never takes a text with a plain 'not' or 'no' in front of its praise for a yes", () => {
    const praise = fc.constantFrom("good", "great", "perfect", "ok", "fine", "yes")
    const negation = fc.constantFrom("not", "no", "isn't", "is not", "never", "don't think it's", "nothing is not")
    const around = fc.constantFrom("", "really ", "all that ", "so ")
    fc.assert(
      fc.property(negation, around, praise, fc.constantFrom("", "!", ".", " \u{1f44d}"), (no, so, yes, end) => {
        expect(understand(`${no} ${so}${yes}${end}`).type).not.toBe("AGREED")
      })
    )
  })

  it("keeps case, spaces, courtesy and punctuation around a keyword out of its meaning", () => {
    const keyword = fc.constantFrom("stop", "start", "help", "yes", "plan", "skip monday", "swap beef for tofu")
    const wrap = fc.constantFrom("", " ", "\n", "!", ".", " please", " \u{1f642}", "\u00a0")
    const shape = fc.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => text,
      (text) => text.charAt(0).toUpperCase() + text.slice(1)
    )
    fc.assert(
      fc.property(keyword, wrap, wrap, shape, (word, before, after, shaped) => {
        expect(understand(`${before === " please" ? "" : before}${shaped(word)}${after}`)).toEqual(understand(word))
      })
    )
  })
})
