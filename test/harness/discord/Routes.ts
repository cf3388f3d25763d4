/**
 * The table of routes: a method and a path with named parts lead to one handler. What no row matches is Discord's plain 404.
 */
import { notFound } from "./ApiError.ts"

export interface UploadedFile {
  /** Form field, as in `files[0]`. */
  readonly field: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly text: string
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | ReadonlyArray<unknown>
  readonly files: ReadonlyArray<UploadedFile>
}

export interface Answered {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request with the named parts of its path, and its body as an object. */
export interface Asked extends Request {
  readonly part: (name: string) => string
  readonly fields: Readonly<Record<string, unknown>>
}

/** `"POST /channels/:channel/messages"` and what answers it. */
export type Table = Readonly<Record<string, (asked: Asked) => Answered>>

export const ok = (body: unknown): Answered => ({ status: 200, body })
export const created = (body: unknown): Answered => ({ status: 201, body })
export const nothing: Answered = { status: 204 }

interface Row {
  readonly method: string
  readonly pattern: RegExp
  readonly handler: (asked: Asked) => Answered
}

export class Routes {
  readonly #rows: ReadonlyArray<Row>

  constructor(...tables: ReadonlyArray<Table>) {
    this.#rows = tables.flatMap((table) =>
      Object.entries(table).map(([key, handler]) => {
        const [method = "", path = ""] = key.split(" ")
        return { method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`), handler }
      })
    )
  }

  answer(request: Request): Answered {
    for (const { handler, method, pattern } of this.#rows) {
      const found = method === request.method ? pattern.exec(request.path) : null
      if (found === null) continue
      const fields = Array.isArray(request.body) ? {} : (request.body as Readonly<Record<string, unknown>>)
      return handler({ ...request, fields, part: (name) => found.groups?.[name] ?? "" })
    }
    throw notFound()
  }
}
