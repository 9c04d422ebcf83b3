import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { addClient, type Person, registerAdgangsplatformen } from '#adgangsplatformen'
import { addTerminal, setPin, type TerminalKind, verifyPin } from '#auth'
import { MovableClock, type PatronId } from '#core'
import { registerFbs } from '#fbs'
import { createWeb } from '#web'
import { giveToken } from '../../src/protocols/adgangsplatformen/tokens.ts'
import { register } from '../../src/rooms.ts'
import { type Cast, castIn } from './cast.ts'
import { NIGHT, openTestLibrary, type TestLibrary } from './library.ts'
import { PaperRegister } from './register.ts'

export const AGENCY = '721000'
export const PIN = '4071'
const OPERATOR = { kind: 'operator', name: 'test' } as const

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, unknown> }>>>>
  readonly components: { readonly schemas: Record<string, unknown> }
}

/** An answer, checked against the description where the call is in it. */
export interface Answered {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly token?: string | undefined
  readonly session?: string | undefined
  readonly body?: unknown
  /** Sent as it stands. */
  readonly raw?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** A library whose API is asked by a website: nothing listens, requests are injected. */
export class FbsScene {
  readonly library: TestLibrary
  readonly cast: Cast
  readonly app: FastifyInstance
  readonly clock: MovableClock
  readonly #secret: string
  readonly #described: Described
  readonly #checks = new Map<string, z.ZodType>()

  readonly cprRegister: PaperRegister

  private constructor(made: {
    library: TestLibrary
    cast: Cast
    app: FastifyInstance
    clock: MovableClock
    secret: string
    described: Described
    cprRegister: PaperRegister
  }) {
    this.library = made.library
    this.cast = made.cast
    this.app = made.app
    this.clock = made.clock
    this.#secret = made.secret
    this.#described = made.described
    this.cprRegister = made.cprRegister
  }

  static async open(): Promise<FbsScene> {
    const library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'] })
    const cast = await castIn(library.context())
    const clock = new MovableClock(Temporal.Instant.from('2026-11-22T12:00:00Z'))
    const { installation } = library
    const names = new Map((await installation.agencies()).map(({ number, name }) => [number, name]))
    const clients = installation.data.owner()
    const deps = {
      contextOf(number: string) {
        const name = names.get(number)
        return name === undefined ? undefined : library.context(NIGHT, name)
      },
      clients,
      clock,
    }
    for (const { id } of [cast.asta, cast.bo, cast.clara, cast.dines]) {
      const set = await setPin(library.context(), id, PIN, 'moved')
      assert.ok(set.ok)
    }
    const web = { title: 'Hjemmesiden', redirectUris: ['https://web.example.org/'], attributes: ['municipality'] }
    const added = await addClient(clients, { ...web, id: 'web', agencies: 'own' })
    const any = await addClient(clients, { ...web, id: 'any', agencies: 'any' })
    assert.ok(added.ok && any.ok)
    const app = await createWeb({ siteName: 'Kvit', cookieSecret: 'for-tests-only-'.repeat(3), secureCookies: false })
    registerAdgangsplatformen(app, {
      ...deps,
      agencies: () => installation.agencies(),
      uniqueIdKey: randomBytes(32),
      verifyPin: (ctx, given) => verifyPin(ctx, given, { clock }),
    })
    const cprRegister = new PaperRegister()
    const publicUrl = 'https://kvit.example.org'
    registerFbs(app, { ...deps, register, publicUrl, cprRegister: () => cprRegister })
    await app.ready()
    const described = (await app.inject('/api/docs/openapi.json')).json() as Described
    return new FbsScene({ library, cast, app, clock, secret: added.value.secret, described, cprRegister })
  }

  /** The token of a patron who signs in with card and PIN, or of the library itself. */
  async token(card: string, pin = PIN): Promise<string> {
    const response = await this.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'password',
        username: card,
        password: card.startsWith('@') ? card : pin,
        agency: AGENCY,
        client_id: 'web',
        client_secret: this.#secret,
      }).toString(),
    })
    return (response.json() as { access_token?: string }).access_token ?? ''
  }

  libraryToken(): Promise<string> {
    return this.token(`@${AGENCY}`)
  }

  /** The token of somebody MitID has told of, or of a patron by another client. */
  async given(who: {
    readonly person?: Person
    readonly patron?: PatronId
    readonly client?: string
  }): Promise<string> {
    const holder = who.person
      ? ({ kind: 'person', person: who.person, means: 'nemlogin' } as const)
      : who.patron
        ? ({ kind: 'patron', patron: who.patron, means: 'borchk' } as const)
        : ({ kind: 'anonymous' } as const)
    const now = this.clock.now()
    const given = { agency: AGENCY, client: who.client ?? 'web', holder, now }
    return (await giveToken(this.library.context(), given)).token
  }

  /** A server that has logged in with an account of this kind. */
  async server(name: string, withoutPin = true, kind: TerminalKind = 'staff-station'): Promise<string> {
    const account = { name, kind, branch: this.cast.branch, withoutPin }
    const added = await addTerminal(this.library.context(OPERATOR), account)
    assert.ok(added.ok, JSON.stringify(added))
    const { status, body } = await this.ask('POST', `/external/v1/DK-${AGENCY}/authentication/login`, {
      body: { username: name, password: added.value.secret },
    })
    assert.equal(status, 200)
    return (body as { sessionKey: string }).sessionKey
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, asked: Asked = {}): Promise<Answered> {
    const { token, session, body, raw, headers = {} } = asked
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await this.app.inject({
      method,
      url,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(session === undefined ? {} : { 'x-session': session }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
    const { statusCode: status } = response
    assert.equal(response.headers['access-control-allow-origin'], '*', `${method} ${url} says who may read it`)
    const answer: unknown = response.body === '' ? undefined : JSON.parse(response.body)
    this.#mustBeDescribed(method, url, status, answer)
    return { status, body: answer, headers: response.headers }
  }

  /** That an answer is what our own description says of this call and status. */
  #mustBeDescribed(method: string, url: string, status: number, answer: unknown): void {
    const path = url.split('?')[0] ?? ''
    const known = Object.entries(this.#described.paths)
      .filter(([pattern]) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .map(([, methods]) => methods[method.toLowerCase()])
      .find((each) => each !== undefined)
    if (!known) return
    const told = known.responses[String(status)] as
      | { readonly content?: { readonly 'application/json': { readonly schema: unknown } } }
      | undefined
    if (!told) {
      // What the web itself answers may happen to every call.
      assert.ok([413, 415, 429].includes(status), `${method} ${path} is not described to answer ${status}`)
      return
    }
    const schema = told.content?.['application/json'].schema
    if (schema === undefined) {
      assert.equal(answer, undefined, `${method} ${path} answers ${status} empty`)
      return
    }
    const whole = { $defs: this.#described.components.schemas, ...Object(schema) } as object
    const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')
    const check = this.#checks.get(text) ?? z.fromJSONSchema(JSON.parse(text))
    this.#checks.set(text, check)
    const checked = check.safeParse(answer)
    assert.ok(checked.success, `${method} ${path} ${status}: ${checked.error?.message} in ${JSON.stringify(answer)}`)
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.library.close()
  }
}
