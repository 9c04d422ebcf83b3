import type { FastifyInstance } from 'fastify'
import {
  beginPatronSession,
  endPatronSession,
  hasPin,
  patronCookie,
  pinFault,
  registerPatronPages,
  setPin,
  verifyOwnPin,
} from '#auth'
import { registerCataloguePages } from '#catalogue'
import type { Clock, Text2 } from '#core'
import { registerEventPages } from '#events'
import { moneyTile, myMoneyTile, registerOnlinePages } from '#fees'
import { listSection, registerListPages } from '#lists'
import { countLoans, myLoansTile, registerLoanPages } from '#loans'
import { kindNames, registerMyMessages, registerPushPages } from '#messages'
import { registerNewsPages } from '#news'
import type { Nexi } from '#nexi'
import { type CprRegister, registerMyContact, registerMyPages, touch } from '#patrons'
import { registerGamingPages } from '#pcs'
import { requireFeature } from '#privacy'
import {
  ASK_ELSEWHERE,
  myReservationsTile,
  registerAbsencePages,
  registerAskElsewhere,
  registerReservationPages,
  registerReservePages,
  reservationsTile,
  reserveSection,
} from '#reservations'
import type { Context } from '#vault'
import { MY_HOUSE_RULES, registerHouseRules } from '#visits'
import type { Site } from '#web'
import type { Identity } from './identity.ts'
import { namesIn } from './names.ts'
import { register, templates } from './rooms.ts'
import { texts } from './site-texts.ts'

export interface MySiteNeeds {
  readonly clock: Clock
  readonly publicUrl: string
  readonly identity?: Identity | undefined
  readonly cprRegister?: ((agency: string) => CprRegister | undefined) | undefined
  /** What browsers sign up for push messages with, where such can be sent. */
  readonly pushKey?: (() => string | undefined) | undefined
  readonly payments?: (() => Nexi | undefined) | undefined
}

interface WhatsOn {
  readonly path: string
  readonly label: Text2
  /** The policy speaks of one of these where a library has it. */
  readonly data: readonly string[]
}

const WHATS_ON: readonly WhatsOn[] = [
  { path: '/events', label: texts.events, data: ['event_registration', 'ticket'] },
  { path: '/news', label: texts.news, data: ['newsletter_subscription', 'sms_news_subscription'] },
  { path: '/gaming', label: texts.gaming, data: ['gaming_booking'] },
]

/** What anybody may sign up for at this library, patron or not: what its policy has a clause for. */
export async function whatsOn(ctx: Context): Promise<readonly WhatsOn[]> {
  const offered = await Promise.all(
    WHATS_ON.map(async (each) => {
      const spoken = await Promise.all(each.data.map(async (table) => (await requireFeature(ctx, table)).ok))
      return spoken.some(Boolean) ? [each] : []
    }),
  )
  return offered.flat()
}

/** The patrons' own pages, room by room: becoming one, signing in, and all that is theirs. */
export function registerMySite(app: FastifyInstance, site: Site, needs: MySiteNeeds): void {
  const { clock, publicUrl, identity, cprRegister } = needs
  const myPages = registerMyPages(app, site, {
    register,
    namesIn,
    loansOf: countLoans,
    hasMitId: (agency) => identity?.mitId(agency) !== undefined,
    pinFault,
    hasPin,
    isOwnPin: (ctx, patron, pin) => verifyOwnPin(ctx, patron, pin, { clock }),
    dismiss: (_request, reply, agency) => reply.clearCookie(patronCookie(agency)),
    setPin: (ctx, patron, pin) => setPin(ctx, patron, pin, 'mitid'),
    async admit(ctx, request, reply, patron) {
      const name = patronCookie(ctx.agency)
      const before = request.cookies[name]
      if (before) await endPatronSession(ctx, before)
      const session = await beginPatronSession(ctx, patron, 'mitid', clock)
      await touch(ctx, patron)
      reply.setCookie(name, session.token)
    },
    ...(cprRegister ? { cprRegister: (ctx: Context) => cprRegister(ctx.agency) } : {}),
  })
  registerPatronPages(app, site, {
    clock,
    ...myPages,
    tiles: [myLoansTile, myReservationsTile, myMoneyTile],
    ways: [
      { path: '/me/lists', label: texts.myLists },
      { path: '/me/messages', label: texts.myMessages },
      { ways: whatsOn },
      { path: '/me/absence', label: texts.absence },
      { path: '/me/contact', label: texts.myContact },
      MY_HOUSE_RULES,
      { path: '/me/data', label: texts.myData },
      { path: '/me/consents', label: texts.myConsents },
      { path: '/me/rights', label: texts.myRights },
    ],
    publicUrl,
    ...(identity ? { mitId: identity.mitId } : {}),
  })
  registerOnlinePages(app, site, { provider: (agency) => needs.payments?.()?.provider(agency), publicUrl })
  registerMyContact(app, site, [{ path: '/me/push', label: texts.push }])
  registerPushPages(app, site, { publicKey: () => needs.pushKey?.() })
  registerMyMessages(app, site, { kindName: kindNames(templates) })
  registerLoanPages(app, site, { childTiles: [reservationsTile, moneyTile] })
  registerReservationPages(app, site)
  registerReservePages(app, site)
  registerAbsencePages(app, site)
  registerAskElsewhere(app, site)
  registerListPages(app, site)
  registerHouseRules(app, site)
  registerNewsPages(app, site)
  registerEventPages(app, site)
  registerGamingPages(app, site)
  registerCataloguePages(app, site, {
    sections: [reserveSection(site), listSection(site)],
    elsewhere: ASK_ELSEWHERE,
  })
}
