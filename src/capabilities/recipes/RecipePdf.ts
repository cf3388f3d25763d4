/**
 * The recipes as a printable PDF: a cover with the week, then one recipe per page, ingredients beside steps. US Letter,
 * standard fonts, no pictures, nothing that names the reader. The same analysis and time give the same bytes. A recipe too
 * long for a page is set smaller, and continues on another page only when the smallest type does not help.
 */
import PDFDocument from "pdfkit"
import * as Effect from "effect/Effect"
import type { AnalysedMeal } from "#domain/MealPlan.ts"
import type { PlannedAnalysis } from "../planner/MealPlanner.ts"
import { toWinAnsi } from "./WinAnsi.ts"

type Doc = InstanceType<typeof PDFDocument>

const PAGE = { width: 612, height: 792 }
const EDGE = 54
const WIDTH = PAGE.width - 2 * EDGE
const FOOT = PAGE.height - 44
const BOTTOM = FOOT - 18
const GUTTER = 26
const LEFT = 176
const INK = "#1f2a24"
const SOFT = "#5d6b63"
const GREEN = "#2f6b4a"
const RULE = "#cfd9d2"

/** How many things left over in the box the cover names. */
const MOST_LEFTOVERS = 40

const plain = "Helvetica"
const bold = "Helvetica-Bold"

const rule = (doc: Doc, y: number): void => {
  doc
    .moveTo(EDGE, y)
    .lineTo(EDGE + WIDTH, y)
    .lineWidth(0.75)
    .strokeColor(RULE)
    .stroke()
}

/** Writes at a place and answers the height it took. */
const write = (
  doc: Doc,
  text: string,
  at: { readonly x: number; readonly y: number; readonly width: number },
  style: { readonly font?: string; readonly size: number; readonly color?: string; readonly gap?: number }
): number => {
  const shown = toWinAnsi(text)
  doc
    .font(style.font ?? plain)
    .fontSize(style.size)
    .fillColor(style.color ?? INK)
  const options = { width: at.width, lineGap: style.gap ?? 2 }
  const height = doc.heightOfString(shown, options)
  doc.text(shown, at.x, at.y, options)
  return height
}

const longDate = (date: string): string =>
  new Intl.DateTimeFormat("en-US", {
    weekday: "long",
    month: "long",
    day: "numeric",
    year: "numeric",
    timeZone: "UTC"
  }).format(new Date(`${date}T00:00:00Z`))

const facts = ({ minutes, servings }: AnalysedMeal): string => `${minutes} minutes  ·  serves ${servings}`

const cover = (doc: Doc, analysis: PlannedAnalysis): void => {
  const full = { x: EDGE, width: WIDTH }
  doc.rect(0, 0, PAGE.width, 14).fill(GREEN)
  let y = 92
  y += write(doc, "Your dinners this week", { ...full, y }, { font: bold, size: 30 }) + 4
  y +=
    write(doc, `For the box arriving ${longDate(analysis.delivery_date)}`, { ...full, y }, { size: 13, color: SOFT }) +
    26
  rule(doc, y)
  for (const meal of analysis.meals) {
    y += 14
    write(doc, meal.day, { x: EDGE, y: y + 2, width: 92 }, { font: bold, size: 11, color: GREEN })
    const height = write(doc, meal.title, { x: EDGE + 100, y, width: WIDTH - 100 }, { font: bold, size: 13 })
    y += height + 2
    y += write(doc, facts(meal), { x: EDGE + 100, y, width: WIDTH - 100 }, { size: 10, color: SOFT }) + 12
    rule(doc, y)
  }
  const room = (needed: number): void => {
    if (y + needed <= BOTTOM) return
    doc.addPage()
    y = EDGE
  }
  const remarks = (heading: string, lines: ReadonlyArray<string>): void => {
    if (lines.length === 0) return
    y += 22
    room(60)
    y += write(doc, heading, { ...full, y }, { font: bold, size: 11, color: GREEN }) + 4
    for (const line of lines) {
      room(doc.font(plain).fontSize(10.5).heightOfString(toWinAnsi(line), { width: WIDTH, lineGap: 2 }))
      y += write(doc, line, { ...full, y }, { size: 10.5 }) + 3
    }
  }
  const more = analysis.also_in_box.length - MOST_LEFTOVERS
  const leftovers = [...analysis.also_in_box.slice(0, MOST_LEFTOVERS), ...(more > 0 ? [`${more} more`] : [])]
  remarks("Good to know", analysis.notes)
  remarks("Also in your box", leftovers.length === 0 ? [] : [leftovers.join(", ")])
}

interface Block {
  readonly text: string
  /** What stands before it: a step's number, or nothing for an ingredient's box. */
  readonly mark: string | null
}

interface Column {
  readonly x: number
  readonly width: number
  readonly indent: number
  readonly gap: number
}

const ingredientColumn: Column = { x: EDGE, width: LEFT, indent: 15, gap: 6 }
const stepColumn: Column = { x: EDGE + LEFT + GUTTER, width: WIDTH - LEFT - GUTTER, indent: 22, gap: 9 }

const measure = (doc: Doc, block: Block, column: Column, size: number): number => {
  doc.font(plain).fontSize(size)
  return doc.heightOfString(toWinAnsi(block.text), { width: column.width - column.indent, lineGap: 2 }) + column.gap
}

/** Fills pages of the given heights with blocks; the last height repeats. */
const paginate = (
  doc: Doc,
  blocks: ReadonlyArray<Block>,
  column: Column,
  size: number,
  heights: readonly [number, number]
): ReadonlyArray<ReadonlyArray<Block>> => {
  const pages: Array<Array<Block>> = [[]]
  let left = heights[0]
  for (const block of blocks) {
    const height = measure(doc, block, column, size)
    if (height > left && (pages.at(-1)?.length ?? 0) > 0) {
      pages.push([])
      left = heights[1]
    }
    pages.at(-1)?.push(block)
    left -= height
  }
  return pages
}

const draw = (doc: Doc, blocks: ReadonlyArray<Block>, column: Column, size: number, top: number): void => {
  let y = top
  for (const block of blocks) {
    const at = { x: column.x + column.indent, y, width: column.width - column.indent }
    if (block.mark === null)
      doc
        .rect(column.x, y + size * 0.1, size * 0.72, size * 0.72)
        .lineWidth(0.75)
        .strokeColor(SOFT)
        .stroke()
    else write(doc, block.mark, { x: column.x, y, width: column.indent }, { font: bold, size, color: GREEN })
    y += write(doc, block.text, at, { size }) + column.gap
  }
}

const SIZES = [12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5] as const

const recipePage = (doc: Doc, meal: AnalysedMeal): void => {
  const full = { x: EDGE, width: WIDTH }
  doc.addPage()
  let y = EDGE
  y += write(doc, meal.day.toUpperCase(), { ...full, y }, { font: bold, size: 10, color: GREEN }) + 3
  y += write(doc, meal.title, { ...full, y }, { font: bold, size: 22 }) + 5
  y += write(doc, facts(meal), { ...full, y }, { size: 11, color: SOFT }) + 12
  rule(doc, y)
  y += 18
  write(doc, "Ingredients", { x: ingredientColumn.x, y, width: LEFT }, { font: bold, size: 12, color: GREEN })
  y += write(doc, "Steps", { x: stepColumn.x, y, width: stepColumn.width }, { font: bold, size: 12, color: GREEN }) + 8
  const ingredients = meal.ingredients.map((text) => ({ text, mark: null }))
  const steps = meal.steps.map((text, at) => ({ text, mark: `${at + 1}.` }))
  const heights = [BOTTOM - y, BOTTOM - EDGE - 24] as const
  const setAt = (size: number) => ({
    size,
    left: paginate(doc, ingredients, ingredientColumn, size, heights),
    right: paginate(doc, steps, stepColumn, size, heights)
  })
  const onOnePage = SIZES.map(setAt).find(({ left, right }) => left.length === 1 && right.length === 1)
  const { size, left, right } = onOnePage ?? setAt(9.5)
  for (let page = 0; page < Math.max(left.length, right.length); page++) {
    if (page > 0) {
      doc.addPage()
      write(doc, `${meal.title} (continued)`, { ...full, y: EDGE }, { font: bold, size: 11, color: SOFT })
      y = EDGE + 24
    }
    draw(doc, left[page] ?? [], ingredientColumn, size, y)
    draw(doc, right[page] ?? [], stepColumn, size, y)
  }
}

const footers = (doc: Doc, week: string): void => {
  const { count } = doc.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page)
    doc.font(plain).fontSize(9).fillColor(SOFT)
    doc.text(week, EDGE, FOOT, { lineBreak: false })
    const number = `${page + 1} of ${count}`
    doc.text(number, EDGE + WIDTH - doc.widthOfString(number), FOOT, { lineBreak: false })
  }
}

export interface PdfOptions {
  /** The document's date, epoch milliseconds. */
  readonly at: number
  /** Default `true`; tests read the text of an uncompressed one. */
  readonly compress?: boolean
}

/** Sets the recipes. About 50 ms of CPU for five; a defect of the PDF library is a defect here. */
export const renderRecipePdf = (
  analysis: PlannedAnalysis,
  { at, compress = true }: PdfOptions
): Effect.Effect<Uint8Array> =>
  Effect.callback((resume) => {
    const created = new Date(at)
    const doc = new PDFDocument({
      size: "LETTER",
      margins: { top: EDGE, left: EDGE, right: EDGE, bottom: 0 },
      bufferPages: true,
      compress,
      lang: "en-US",
      info: { Title: "Your dinners this week", Creator: "Tardigrade", CreationDate: created, ModDate: created }
    })
    const chunks: Array<Uint8Array> = []
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk))
    doc.on("end", () => resume(Effect.succeed(new Uint8Array(Buffer.concat(chunks)))))
    doc.on("error", (cause: unknown) => resume(Effect.die(cause)))
    try {
      cover(doc, analysis)
      for (const meal of analysis.meals) recipePage(doc, meal)
      footers(doc, toWinAnsi(`Box arriving ${longDate(analysis.delivery_date)}`))
      doc.end()
    } catch (cause) {
      resume(Effect.die(cause))
    }
  })
