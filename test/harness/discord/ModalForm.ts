/**
 * The rules for a modal an application opens, and the form a person sends back: the modal's own structure with values.
 */
import { FormErrors } from "./ApiError.ts"
import type { ComponentObject, ModalObject } from "./Objects.ts"

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
