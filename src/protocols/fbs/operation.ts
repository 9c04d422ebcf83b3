import type { z } from 'zod'
import { type Call, type Given, no, Query, type Said } from './call.ts'

export interface QueryParameter {
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean'
  readonly list?: boolean
  readonly required?: boolean
}

/** Whom a call has to come from. */
export type Needs =
  /** Any token or session. */
  | 'anyone'
  /** Somebody whose CPR number MitID has told; a server may send it along. */
  | 'person'
  /** A server with a session; for a browser the address does not exist. */
  | 'server'

interface Description {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As `/external/{agencyid}/patrons/{patronid}/v4`. Where it names a patron, there must be one. */
  readonly path: string
  readonly says: string
  readonly needs?: Needs
  readonly query?: readonly QueryParameter[]
  /** What is answered with 200; without one the answer is empty. */
  readonly answer?: z.ZodType
  /** The status of an empty answer that is not 200. */
  readonly empty?: 204
  /** A body that is a bare text, with or without quotation marks. */
  readonly bare?: true
}

export interface Operation extends Description {
  readonly body: z.ZodType | undefined
  run(call: Call, given: { params: Readonly<Record<string, string>>; query: unknown; body: unknown }): Promise<Said>
}

/** One call of the API: how it is asked, what it answers, and the command it ends in. */
export function operation<Body extends z.ZodType = z.ZodUndefined>(
  description: Description & {
    readonly body?: Body
    readonly handle: (call: Call, given: Given<z.output<Body>>) => Promise<Said>
  },
): Operation {
  const { handle, body: schema, ...rest } = description
  return {
    ...rest,
    body: schema,
    async run(call, { params, query, body }) {
      const questions = new Query(query)
      const fault = faultIn(rest.query ?? [], questions)
      if (fault) return no(400, fault)
      const read = schema?.safeParse(body)
      // Where it is wrong, and never what was sent.
      if (read && !read.success) return no(400, `not readable: ${read.error.issues[0]?.path.join('.') || 'the body'}`)
      return handle(call, { params, query: questions, body: read?.data as z.output<Body> })
    },
  }
}

const LONGEST = 64
const MOST = 500

function faultIn(parameters: readonly QueryParameter[], query: Query): string | undefined {
  for (const { name, type, list, required } of parameters) {
    const values = query.list(name)
    if (required && values.length === 0) return `${name} is missing`
    if (values.length > (list ? MOST : 1)) return `too many of ${name}`
    if (values.some((value) => value.length > LONGEST || value.includes('\0'))) return `${name} is too long`
    if (type === 'integer' && values.some((value) => !/^\d{1,16}$/.test(value))) return `${name} is a whole number`
    if (type === 'boolean' && values.some((value) => !/^(true|false)$/.test(value))) return `${name} is true or false`
  }
  return undefined
}
