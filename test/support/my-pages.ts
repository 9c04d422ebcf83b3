import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { setPin } from '#auth'
import { assert as must, type StaffId } from '#core'
import { checkout } from '#loans'
import type { Context } from '#vault'
import { createSite, type SiteOptions } from '../../src/site.ts'
import { type Cast, castIn } from './cast.ts'
import { openTestLibrary, type TestLibrary } from './library.ts'
import { type Visitor, visit } from './visitor.ts'

const PIN = '7391'
const DESK = { kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles: ['desk'] } as const

/** A library with its whole site and its cast, each with a PIN. */
export interface MyPages {
  readonly library: TestLibrary
  readonly app: FastifyInstance
  readonly cast: Cast
  /** The library as the desk sees it. */
  desk(): Context
  signedIn(who: 'asta' | 'bo' | 'clara' | 'dines'): Promise<Visitor>
  lend(card: string, barcode: string): Promise<void>
  pass(time: Temporal.Duration | Temporal.DurationLike): void
  close(): Promise<void>
}

export async function openMyPages(
  agency = 'fredensborg',
  options: SiteOptions & { readonly policy?: (text: string) => string } = {},
): Promise<MyPages> {
  const { policy } = options
  const library = await openTestLibrary({ agencies: [agency], ...(policy ? { policy } : {}) })
  const cast = await castIn(library.context())
  const app = await createSite(library.installation, options)
  for (const { id } of [cast.asta, cast.bo, cast.clara, cast.dines]) {
    must((await setPin(library.context(), id, PIN, 'desk')).ok, 'no PIN')
  }
  let address = 0
  const desk = () => library.context(DESK)
  return {
    library,
    app,
    cast,
    desk,
    async signedIn(who) {
      address += 1
      const visitor = visit(app, `192.0.2.${address}`)
      const page = `/${agency}/sign-in`
      assert.equal((await visitor.send(page, page, { presented: cast[who].card, pin: PIN })).statusCode, 303)
      await visitor.get(`/${agency}/me`)
      return visitor
    },
    async lend(card, barcode) {
      const lent = await checkout(desk(), { card, barcode })
      must(lent.ok, JSON.stringify(lent))
    },
    pass: (time) => library.clock.moveTo(library.clock.now().add(time)),
    async close() {
      await app.close()
      await library.close()
    },
  }
}

/** What a form on a page would send as it stands, by where it sends it; the first of several. */
export function fieldsOf(body: string, action: string): Record<string, string> {
  const found = body.split('<form').find((part) => part.includes(`action="${action}"`))
  assert.ok(found, `no form for ${action}`)
  return Object.fromEntries(
    [...found.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
}
