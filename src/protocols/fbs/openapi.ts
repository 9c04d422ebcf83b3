import { z } from 'zod'
import type { Operation } from './operation.ts'
import { message } from './schema.ts'

/** Rises with what clients can notice: the first number when something they use goes, the second when something comes. */
export const API_VERSION = '1.0.0'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The description of all calls (OpenAPI 3.1), made from what they are checked with. */
export function openApi(operations: readonly Operation[]): { readonly [key: string]: Json } {
  const schemas: Record<string, Json> = {}
  const paths: Record<string, Record<string, Json>> = {}
  for (const each of operations) {
    const path = paths[each.path] ?? {}
    paths[each.path] = path
    path[each.method.toLowerCase()] = described(each, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kvit: FBS API',
      version: API_VERSION,
      description:
        'A browser shows an access token and writes agencyid and patronid as they stand; a server logs in, shows its session and writes numbers. What is not described is answered 501.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'header', name: 'X-Session' },
      },
    },
  }
}

function described(each: Operation, schemas: Record<string, Json>): Json {
  const inPath = [...each.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = (each.query ?? []).map(({ name, type, list, required = false }) => ({
    name,
    in: 'query',
    required,
    schema: list ? { type: 'array', items: { type } } : { type },
    ...(list ? { style: 'form', explode: true } : {}),
  }))
  const no = (description: string): Json => ({
    description,
    content: { 'application/json': { schema: schemaOf(message, 'output', schemas) } },
  })
  return {
    operationId: each.id,
    summary: each.says,
    security: each.id === 'login' ? [] : each.needs === 'server' ? [{ session: [] }] : [{ token: [] }, { session: [] }],
    parameters: [...inPath, ...inQuery],
    ...(each.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(each.body, 'input', schemas) } },
          },
        }
      : {}),
    responses: {
      [String(each.empty ?? 200)]: {
        description: 'done',
        ...(each.answer
          ? { content: { 'application/json': { schema: schemaOf(each.answer, 'output', schemas) } } }
          : {}),
      },
      400: no('not readable, refused, or no authorization'),
      401: no('no such session'),
      403: no('not a token or session that may do this'),
      404: no('no such patron or call'),
      405: no('not an agency of this token'),
    },
  }
}

/** A schema as JSON Schema; what has a name goes among the others and is pointed at. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, Json>): Json {
  // Wrapped, because what is outermost is never pointed at.
  const made = z.toJSONSchema(z.object({ it: schema }), { io, target: 'draft-2020-12' })
  const plain = JSON.parse(JSON.stringify(made), (key, value) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/components/schemas/')
    return value
  }) as { properties: { it: Json }; $defs?: Record<string, { [key: string]: Json }> }
  for (const [name, { id: _, ...shape }] of Object.entries(plain.$defs ?? {})) schemas[name] = shape
  return plain.properties.it
}
