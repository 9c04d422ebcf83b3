import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { agencyNumber, type Bearer, readToken } from '#adgangsplatformen'
import { SignInThrottle, terminalActor } from '#auth'
import { type Actor, Belief, ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Call, type FbsDeps, no, type Said } from './call.ts'
import { numbersOf, patronIdOf } from './ids.ts'
import type { Operation } from './operation.ts'
import { Sessions } from './sessions.ts'
import { machineTexts } from './texts.ts'

/** Wrong tokens and keys from one address in a quarter of an hour; a whole library may sit behind one. */
const MOST_WRONG = 2000
const ANONYMOUS: Actor = { kind: 'system', job: 'fbs' }

/** Lets calls in, by the token of a browser or the session of a server, and says whom each is about. */
export class Admission {
  readonly sessions: Sessions
  readonly #deps: FbsDeps
  readonly #wrong: SignInThrottle
  readonly #anonymous = new Belief<Bearer>(5000)

  constructor(deps: FbsDeps) {
    this.#deps = deps
    this.sessions = new Sessions(deps.clock)
    this.#wrong = new SignInThrottle(deps.clock, MOST_WRONG)
  }

  async admit(request: FastifyRequest, operation: Operation): Promise<Result<Call, Said>> {
    const params = request.params as Readonly<Record<string, string>>
    const from = ['fbs', request.ip]
    if (this.#wrong.locked(from)) return refuse(no(429, machineTexts.tooMany))
    const key = request.headers['x-session']
    const admitted =
      typeof key === 'string' ? await this.#server(request, operation, key) : await this.#browser(request, operation)
    if (!admitted.ok && (admitted.refusal.status === 401 || isWrongToken(admitted.refusal))) this.#wrong.count(from)
    if (!admitted.ok || admitted.value.patron || !('patronid' in params)) return admitted
    // A person MitID has told of may ask whether they are a patron, and is told what they are not.
    return admitted.value.person ? admitted : refuse(no(404, machineTexts.noPatron))
  }

  async #browser(request: FastifyRequest, operation: Operation): Promise<Result<Call, Said>> {
    const params = request.params as Readonly<Record<string, string>>
    if (operation.needs === 'server') return refuse(no(404, machineTexts.notFound))
    const { authorization } = request.headers
    if (authorization === undefined) return refuse(no(400, machineTexts.noAuthorization))
    const [, token = ''] = /^Bearer +(\S{1,2048})$/i.exec(authorization) ?? []
    const bearer = token === '' ? undefined : await this.#bearerOf(token)
    if (!bearer) return refuse(no(403, machineTexts.invalidToken))
    const ofPatron = 'patronid' in params
    if (ofPatron && bearer.kind === 'anonymous') return refuse(no(403, machineTexts.userTokenNeeded))
    if (operation.needs === 'person' && bearer.kind === 'anonymous') return refuse(no(403, machineTexts.noCpr))
    const named = params.agencyid === 'agencyid' ? bearer.agency : agencyNumber(params.agencyid)
    // What is a person's is at their own library; the catalogue of another is for clients that may ask any.
    const other = named !== bearer.agency
    const mayAsk = bearer.client.agencies === 'any' && !ofPatron && operation.needs !== 'person'
    if (named === undefined || (other && !mayAsk)) return refuse(no(405, machineTexts.methodNotAllowed))
    const found = await this.#deps.contextOf(named)
    if (!found) return refuse(no(405, machineTexts.methodNotAllowed))
    const mine = other ? undefined : bearer
    const patron = mine?.patronId ?? undefined
    if (ofPatron && !(await isOwn(found, params.patronid ?? '', patron))) {
      return refuse(no(403, machineTexts.userTokenNeeded))
    }
    return ok({
      ...this.#always(request, named),
      ctx: { ...found, actor: patron ? { kind: 'patron', id: patron } : ANONYMOUS },
      face: 'browser',
      patron,
      person: personBehind(mine),
      terminal: undefined,
      token,
      session: undefined,
    })
  }

  /** A library's own token names nobody and is shown with every look in the catalogue: believed for five seconds. */
  async #bearerOf(token: string): Promise<Bearer | undefined> {
    const key = createHash('sha256').update(token).digest('hex')
    const believed = this.#anonymous.get(key)
    if (believed) return believed
    const bearer = await readToken(this.#deps, token)
    return bearer?.kind === 'anonymous' ? this.#anonymous.know(key, async () => bearer) : bearer
  }

  async #server(request: FastifyRequest, operation: Operation, key: string): Promise<Result<Call, Said>> {
    const params = request.params as Readonly<Record<string, string>>
    const contextOf = async (agency: string) => this.#deps.contextOf(agency)
    const session = await this.sessions.find(contextOf, key)
    const found = session && (await contextOf(session.agency))
    if (!session || !found) return refuse(no(401, machineTexts.noSession))
    if (agencyNumber(params.agencyid) !== session.agency) return refuse(no(403, machineTexts.methodNotAllowed))
    const patron = 'patronid' in params ? await patronNumbered(found, params.patronid ?? '') : undefined
    const { terminal } = session
    if ('patronid' in params && !patron) return refuse(no(404, machineTexts.noPatron))
    const free = terminal.without_pin || (patron !== undefined && session.patrons.has(patron))
    if ((patron || operation.needs === 'person') && !free) return refuse(no(403, machineTexts.withoutPin))
    return ok({
      ...this.#always(request, session.agency),
      ctx: { ...found, actor: patron ? { kind: 'patron', id: patron } : terminalActor(terminal) },
      face: 'native',
      patron,
      person: undefined,
      terminal,
      token: undefined,
      session,
    })
  }

  #always(request: FastifyRequest, agency: string): Pick<Call, 'deps' | 'agency' | 'address'> {
    return { deps: this.#deps, agency, address: request.ip }
  }
}

function isWrongToken({ body }: Said): boolean {
  return JSON.stringify(body) === JSON.stringify({ message: machineTexts.invalidToken })
}

function personBehind(bearer: Bearer | undefined): Call['person'] {
  return bearer?.kind === 'person' ? bearer.person : undefined
}

/** `patronid` as it stands; the number of who is signed in will do too, and nobody else's. */
async function isOwn(ctx: Context, written: string, patron: PatronId | undefined): Promise<boolean> {
  if (written === 'patronid') return true
  return patron !== undefined && (await patronNumbered(ctx, written)) === patron
}

/** The patron of a whole number; nobody when it could be two. */
export async function patronNumbered(ctx: Context, written: string): Promise<PatronId | undefined> {
  if (!/^\d{1,16}$/.test(written)) return undefined
  const rows = await ctx.db.all<{ id: PatronId; number: string }>(sql`
    select id, number from patron where number = any(${numbersOf(written)}::text[])`)
  const theirs = rows.filter((row) => patronIdOf(row) === Number(written))
  return theirs.length === 1 ? theirs[0]?.id : undefined
}
