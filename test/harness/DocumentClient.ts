/**
 * A client made of nothing but a running service's `/openapi.json`: operations by their ids, paths, methods, parameters and
 * security as the document has them. It sends no body that the document does not describe, and fails on an answer whose
 * status, content type, headers or body the document does not describe.
 */
import * as Schema from "effect/Schema"
import * as JsonSchema from "effect/JsonSchema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema.JsonSchema }>>
}

interface Response extends Body {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>
}

interface Operation {
  readonly operationId: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required?: boolean }>
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Response>>
  readonly security?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

type Scheme = { readonly type: string; readonly scheme?: string; readonly name?: string; readonly in?: string }

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema.JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, Scheme>>
  }
}

export interface Called {
  readonly status: number
  readonly contentType: string
  /** Parsed when it is JSON. */
  readonly body: unknown
}

export interface Arguments {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Credentials by the name of their security scheme. Default: the client's. */
  readonly credentials?: Readonly<Record<string, string>>
  /** Sends the body although the document does not allow it. */
  readonly unchecked?: boolean
}

const isJson = (contentType: string): boolean => /^application\/(?:[\w.]+\+)?json$/.test(contentType)

export class DocumentClient {
  readonly document: ApiDocument
  /** Ids of the operations called so far, with the statuses that were answered. */
  readonly called = new Map<string, Set<number>>()
  readonly #url: string
  readonly #credentials: Readonly<Record<string, string>>
  readonly #operations = new Map<string, { readonly path: string; readonly method: string; readonly is: Operation }>()

  private constructor(url: string, document: ApiDocument, credentials: Readonly<Record<string, string>>) {
    this.document = document
    this.#url = url
    this.#credentials = credentials
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, is] of Object.entries(methods)) this.#operations.set(is.operationId, { path, method, is })
    }
  }

  static async of(url: string, credentials: Readonly<Record<string, string>>): Promise<DocumentClient> {
    return new DocumentClient(url, (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument, credentials)
  }

  /** Ids of the operations whose path begins so. */
  operations(prefix: string): ReadonlyArray<string> {
    return [...this.#operations].filter(([, { path }]) => path.startsWith(prefix)).map(([id]) => id)
  }

  /** The examples of an operation's body. */
  examples(id: string): ReadonlyArray<unknown> {
    const schema = this.#find(id).is.requestBody?.content?.["application/json"]?.schema
    const name = String(schema?.["$ref"] ?? "").replace("#/components/schemas/", "")
    const { examples } = (this.document.components.schemas[name] ?? schema ?? {}) as {
      readonly examples?: ReadonlyArray<unknown>
    }
    return examples ?? []
  }

  /** Calls an operation. Fails when anything is not as documented. */
  async call(id: string, given: Arguments = {}): Promise<Called> {
    const { is, method, path } = this.#find(id)
    const { body, credentials = this.#credentials, headers = {}, query = {} } = given
    for (const [where, names] of [
      ["path", given.path ?? {}],
      ["query", query],
      ["header", headers]
    ] as const) {
      const documented = (is.parameters ?? []).filter((parameter) => parameter.in === where)
      const known = new Set(documented.map(({ name }) => name))
      const wrong = Object.keys(names).filter((name) => !known.has(name))
      const missing = documented.filter(({ name, required }) => required === true && !(name in names))
      if (wrong.length + missing.length > 0) throw new Error(`${id}: not the documented parameters in ${where}`)
    }
    const type = "application/json"
    if (body !== undefined && given.unchecked !== true) this.#check(`${id}, its body`, is.requestBody, type, body)
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.path?.[name] ?? ""))
    const asked = new URLSearchParams(query).toString()
    const response = await fetch(`${this.#url}${filled}${asked === "" ? "" : `?${asked}`}`, {
      method: method.toUpperCase(),
      headers: { ...this.#proof(is, credentials), ...(body === undefined ? {} : { "content-type": type }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const { status } = response
    const documented = is.responses[String(status)]
    if (documented === undefined) throw new Error(`${id}: the document knows no status ${status}`)
    for (const [name, { required }] of Object.entries(documented.headers ?? {})) {
      if (required === true && !response.headers.has(name)) throw new Error(`${id} ${status}: no header ${name}`)
    }
    const contentType = (response.headers.get("content-type") ?? "").split(";")[0] ?? ""
    const text = await response.text()
    const answer: unknown = isJson(contentType) ? JSON.parse(text) : text
    this.#check(`${id} ${status}`, documented, contentType, answer)
    this.called.set(id, (this.called.get(id) ?? new Set()).add(status))
    return { status, contentType, body: answer }
  }

  #find(id: string) {
    const found = this.#operations.get(id)
    if (found === undefined) throw new Error(`the document has no operation ${id}`)
    return found
  }

  /** The first way to prove oneself for which there is a credential. */
  #proof({ security = [] }: Operation, credentials: Readonly<Record<string, string>>): Record<string, string> {
    const name = security.flatMap(Object.keys).find((name) => credentials[name] !== undefined)
    if (name === undefined) return {}
    const {
      in: where,
      name: header = "",
      scheme,
      type
    } = this.document.components.securitySchemes[name] ?? { type: "" }
    const credential = credentials[name] ?? ""
    if (type === "http" && scheme?.toLowerCase() === "bearer") return { authorization: `Bearer ${credential}` }
    if (type === "apiKey" && where === "header") return { [header]: credential }
    throw new Error(`the document's security scheme ${name} is unknown`)
  }

  #check(what: string, described: Body | undefined, contentType: string, value: unknown): void {
    const schema = described?.content?.[contentType]?.schema
    if (schema === undefined) throw new Error(`${what}: the document knows no ${contentType}`)
    const { schema: root } = JsonSchema.fromSchemaOpenApi3_1(schema)
    const definitions = Object.fromEntries(
      Object.entries(this.document.components.schemas).map(
        ([name, schema]) => [name, JsonSchema.fromSchemaOpenApi3_1(schema).schema] as const
      )
    )
    const imported = SchemaRepresentation.fromJsonSchemaDocument(
      { dialect: "draft-2020-12", schema: root, definitions },
      { patterns: "apply" }
    )
    const decode = Schema.decodeUnknownSync(Schema.make<Schema.Codec<unknown>>(imported.ast), {
      onExcessProperty: "error"
    })
    try {
      decode(value)
    } catch (error) {
      throw new Error(`${what} is not as documented`, { cause: error })
    }
  }
}
