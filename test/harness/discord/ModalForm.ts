/**
 * The rules for a modal an application opens, and the form a person sends back: the modal's own structure with values.
 */
import { FormErrors } from "./ApiError.ts"
import { type ComponentObject, everyComponent, type ModalObject } from "./Objects.ts"

const LABEL = 18
const ROW = 1
const TEXT_INPUT = 4

/** Refuses a modal that Discord would refuse. */
export const checkModal = (modal: Partial<ModalObject>): void => {
  const errors = new FormErrors()
  errors.length("data.title", modal.title, 1, 45)
  errors.length("data.custom_id", modal.custom_id, 1, 100)
  const parts = modal.components ?? []
  errors.count("data.components", parts, 1, 5)
  for (const [index, part] of parts.entries()) {
    const at = `data.components.${index}`
    errors.oneOf(`${at}.type`, part.type, [ROW, 10, LABEL])
    if (part.type === LABEL) errors.length(`${at}.label`, part.label, 1, 45)
    const field = part.component ?? part.components?.[0]
    if (part.type === LABEL && field === undefined) errors.length(`${at}.component`, undefined, 1, 1)
    if (field === undefined) continue
    errors.length(`${at}.component.custom_id`, field.custom_id, 1, 100)
    if (field.type !== TEXT_INPUT) continue
    errors.oneOf(`${at}.component.style`, field.style, [1, 2])
    if (part.type === ROW) errors.length(`${at}.components.0.label`, field.label, 1, 45)
    if (field["placeholder"] !== undefined) errors.length(`${at}.component.placeholder`, field["placeholder"], 0, 100)
    if (field.value !== undefined) errors.length(`${at}.component.value`, field.value, 0, 4000)
  }
  errors.refuse()
}

/** Fails on values that Discord's own client would not let a person send. */
export const checkFilled = (modal: ModalObject, values: Readonly<Record<string, string>>): void => {
  const fields = everyComponent(modal.components).filter(({ type }) => type === TEXT_INPUT)
  for (const name of Object.keys(values)) {
    if (!fields.some(({ custom_id }) => custom_id === name)) throw new Error(`the modal has no field ${name}`)
  }
  for (const { custom_id = "", ...field } of fields) {
    const { length } = values[custom_id] ?? ""
    if (length === 0 && field["required"] !== false) throw new Error(`the modal needs field ${custom_id}`)
    if (length > Number(field["max_length"] ?? 4000)) throw new Error(`field ${custom_id} is too long`)
    if (length > 0 && length < Number(field["min_length"] ?? 0)) throw new Error(`field ${custom_id} is too short`)
  }
}

/** The `data` of a modal a person sends. */
export const submitted = (modal: ModalObject, values: Readonly<Record<string, string>>) => {
  let id = 0
  const next = () => (id += 1)
  const field = ({ custom_id = "", type }: ComponentObject) => ({
    type,
    id: next(),
    custom_id,
    value: values[custom_id] ?? ""
  })
  return {
    custom_id: modal.custom_id,
    components: modal.components.map((part) => {
      if (part.component !== undefined) return { type: part.type, id: next(), component: field(part.component) }
      if (part.components !== undefined) return { type: part.type, id: next(), components: part.components.map(field) }
      return { type: part.type, id: next() }
    })
  }
}
