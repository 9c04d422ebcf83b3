import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MITID_BACK, registerAdgangsplatformen } from '#adgangsplatformen'
import { type Agency, registerBranchPages } from '#agencies'
import {
  accountMenu,
  forgetVerified,
  hasPin,
  patronFrom,
  patronMenu,
  pinFault,
  registerAuthPages,
  type SignedIn,
  type SignedInPatron,
  sessionCookie,
  setPin,
  signedIn,
  signPatronOutEverywhere,
  staffNames,
  verifyPin,
} from '#auth'
import { restoring } from '#backup'
import { type Actor, type Clock, dayOf, realClock, type StaffRole, type Text2 } from '#core'
import { registerReceipts } from '#digital-post'
import { registerFbs } from '#fbs'
import { moneySection } from '#fees'
import { kioskWay, registerKiosk } from '#kiosk'
import { loansSection, scanItem } from '#loans'
import { kindNames, noteDelivery } from '#messages'
import { type Nexi, registerNexiWebhook } from '#nexi'
import { type CprRegister, registerPatronsDesk } from '#patrons'
import { registerPrivacyDesk, registerPrivacyPages, registerPromisePages } from '#privacy'
import { reservationsSection } from '#reservations'
import { type Appearance, appearance, recentAppearance } from '#settings'
import { LiveLog, registerSip2Rest, registerTraffic, type Sip2RestOptions, trafficWay } from '#sip2'
import { registerDeliveryReports } from '#sms'
import { registerBounces } from '#smtp'
import { registerStatisticsPages } from '#statistics'
import { registerDoorApi, registerPcApi, registerTerminalApi } from '#terminal-api'
import type { Context } from '#vault'
import { houseRulesSection } from '#visits'
import { createWeb, dateText, href, html, listText, type PageFrame, type SafeHtml, type Site, sendRefusal } from '#web'
import manifest from '../package.json' with { type: 'json' }
import { type ChannelFiles, smsReportKey } from './channels.ts'
import type { TimeMachine } from './demonstrate.ts'
import type { Identity } from './identity.ts'
import type { Installation } from './installation.ts'
import { namesIn } from './names.ts'
import { type Readiness, readinessShown } from './readiness.ts'
import { register, templates } from './rooms.ts'
import { ACCESS_PATH, COOKIES_PATH, registerAboutPages } from './site-about.ts'
import { accessTexts, cookieTexts } from './site-about-texts.ts'
import { deskSurroundings, registerDeskKeys } from './site-desk-front.ts'
import { registerDesks } from './site-desks.ts'
import { registerFrontPages } from './site-front.ts'
import { iconHref, registerInstallable } from './site-installable.ts'
import { Libraries } from './site-libraries.ts'
import { registerMySite, whatsOn } from './site-my.ts'
import { texts } from './site-texts.ts'
import { desksOf } from './staff-desks.ts'
import { registerTimeMachine } from './time-machine.ts'

export interface SiteOptions {
  readonly readiness?: () => Readiness
  /** The world's time, for sessions and throttles; another only in tests. */
  readonly sessionClock?: Clock
  /** Who says who somebody is; without it there is neither MitID nor the municipality's sign-in. */
  readonly identity?: Identity
  /** The CPR register as a library may ask it, where it is connected to one. */
  readonly cprRegister?: (agency: string) => CprRegister | undefined
  /** Which accounts the libraries have for text messages and Digital Post, for what comes back from there. */
  readonly channelFiles?: () => ChannelFiles
  /** Where patrons pay on the web, where a library takes such payments. */
  readonly payments?: () => Nexi | undefined
  /** What browsers sign up for push messages with, where such can be sent. */
  readonly pushKey?: () => string | undefined
  /** How machines that speak SIP2 in XML over HTTPS are answered. */
  readonly machines?: Sip2RestOptions
  /** Where the bridge of an RFID pad listens on a desk's own machine; another than usual only in tests. */
  readonly rfidPort?: number
  /** Our own address, for links that are sent; that of this machine unless told. */
  readonly publicUrl?: string
  /** Which proxies to believe about a visitor's address, as Fastify's option. */
  readonly trustProxy?: boolean | string | string[]
}

/** What a request below `/:agency` is about, found once, before any page. */
interface Here {
  readonly agency: Agency
  readonly looks: Appearance
  /** What anybody may sign up for. */
  readonly offers: Awaited<ReturnType<typeof whatsOn>>
  readonly context: Context
  readonly staff: SignedIn | undefined
  readonly patron: SignedInPatron | undefined
}

/** The whole site of an installation: every room's pages, and around them the library and who is signed in. */
export async function createSite(installation: Installation, options: SiteOptions = {}): Promise<FastifyInstance> {
  const readiness = options.readiness ?? ((): Readiness => ({ ready: true }))
  const clock = options.sessionClock ?? realClock
  const app = await createWeb({
    siteName: 'Kvit',
    cookieSecret: installation.master.derive('cookies'),
    secureCookies: installation.config.publicUrl?.startsWith('https:') ?? false,
    // An installation's log may be a test's or a command's, which is no pino.
    ...(isFastifyLog(installation.log) ? { loggerInstance: installation.log } : {}),
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
    readiness: (path) => readinessShown(readiness(), path),
    health: async () => ({ version: manifest.version, agencies: (await installation.agencies()).length }),
  })
  const libraries = new Libraries(installation)
  const heres = new WeakMap<FastifyRequest, Here>()
  const site = siteOver(heres)

  app.addHook('onRequest', async (request, reply) => {
    const banner = demonstrationBanner(request, readiness().machine)
    if (banner) request.frame = () => ({ banner })
    const wanted = agencyNamed(request)
    if (wanted === undefined) return
    const agency = await libraries.find(wanted)
    if (!agency) return request.is404 ? undefined : sendRefusal(request, reply, 404, inWords(request, texts.noLibrary))
    const visitor = installation.context(agency.name, { kind: 'system', job: 'web' })
    const [staff, patron, closed] = await Promise.all([
      staffThere(request, visitor),
      patronFrom(visitor, request, clock),
      restoring(installation.data.owner(), agency.name),
    ])
    const looks = closed ? appearance.initial : await recentAppearance(visitor)
    const called = { ...agency, title: looks.name || agency.title }
    const here = {
      agency: called,
      looks,
      offers: closed ? [] : await whatsOn(visitor),
      context: { ...visitor, actor: actorOf(request, staff, patron) },
      staff,
      patron,
    }
    heres.set(request, here)
    request.frame = () => frameOf(request, reply, here, banner)
    if (closed) {
      return sendRefusal(request, reply.header('retry-after', 60), 503, inWords(request, texts.restoring))
    }
  })

  async function staffThere(request: FastifyRequest, ctx: Context): Promise<SignedIn | undefined> {
    const token = request.cookies[sessionCookie(ctx.agency)]
    return token ? signedIn(ctx, token, clock) : undefined
  }

  const { identity } = options
  const publicUrl = options.publicUrl ?? 'http://127.0.0.1:3000'
  registerFrontPages(app, site, libraries)
  registerBranchPages(app, site)
  registerAboutPages(app, site)
  registerTimeMachine(app, () => readiness().machine)
  registerAuthPages(app, site, {
    clock,
    terminalWays: [trafficWay, kioskWay],
    ...(identity ? { secondFactor: identity.secondFactor, staffOidc: identity.staffOidc } : {}),
  })
  registerMySite(app, site, {
    clock,
    publicUrl,
    identity,
    cprRegister: options.cprRegister,
    payments: options.payments,
    pushKey: options.pushKey,
  })
  await registerInstallable(app, site, (request) => heres.get(request)?.looks ?? appearance.initial)
  const contextOf = async (number: string) => {
    const agency = (await libraries.all()).find((each) => each.number === number)
    if (!agency || (await restoring(installation.data.owner(), agency.name))) return undefined
    return installation.context(agency.name, { kind: 'system', job: 'web' })
  }
  registerAdgangsplatformen(app, {
    clock,
    clients: installation.data.owner(),
    uniqueIdKey: Buffer.from(installation.master.derive('unique id')),
    agencies: () => libraries.called(),
    contextOf,
    verifyPin: (ctx, given) => verifyPin(ctx, given, { clock }),
    ...(identity ? { mitId: (agency: string) => identity.mitIdElsewhere(agency, MITID_BACK) } : {}),
  })
  const clients = installation.data.owner()
  const cprRegister = (ctx: Context) => options.cprRegister?.(ctx.agency)
  registerFbs(app, { clock, clients, contextOf, register, publicUrl, cprRegister })
  const fromOutside = async (name: string) => {
    const agency = await libraries.find(name)
    if (!agency || (await restoring(installation.data.owner(), agency.name))) return undefined
    return installation.context(agency.name, { kind: 'system', job: 'web' })
  }
  registerBounces(app, {
    token: () => installation.config.bounceToken,
    noteDelivery,
    async contexts() {
      const all = await Promise.all((await libraries.all()).map(({ name }) => fromOutside(name)))
      return all.filter((ctx) => ctx !== undefined)
    },
  })
  registerDeliveryReports(app, { reportKey: smsReportKey(installation), noteDelivery, contextOf: fromOutside })
  registerReceipts(app, {
    config: () => options.channelFiles?.().digitalPost,
    contextOf: fromOutside,
    noteDelivery,
  })
  registerNexiWebhook(app, { nexi: () => options.payments?.(), contextOf: fromOutside })
  registerPrivacyPages(app, site, register)
  registerPromisePages(app, site, register)
  registerStatisticsPages(app, site)
  registerDesks(app, site, { registeredTitle: async (name) => (await libraries.find(name))?.title ?? name })
  registerDeskKeys(app, site)
  registerTerminalApi(app, site, { clock })
  registerDoorApi(app, site, { clock })
  registerPcApi(app, site, { clock })
  const live = options.machines?.live ?? new LiveLog()
  registerTraffic(app, { site, live, alone: async () => (await libraries.all()).length === 1 })
  registerKiosk(app, site, { clock, live })
  if (options.machines) registerSip2Rest(app, options.machines)
  registerPrivacyDesk(app, site, register, { staffNames })
  registerPatronsDesk(app, site, register, {
    staffNames,
    kindName: kindNames(templates),
    sections: [loansSection, reservationsSection, moneySection, houseRulesSection],
    scanItem,
    surroundings: deskSurroundings(options),
    namesIn,
    hasPin,
    pinFault,
    setPin: (ctx, patron, pin) => setPin(ctx, patron, pin, 'desk'),
    endPatronSessions: signPatronOutEverywhere,
    forgetVerified,
    ...(options.cprRegister ? { cprRegister: (ctx: Context) => options.cprRegister?.(ctx.agency) } : {}),
  })
  return app
}

function siteOver(heres: WeakMap<FastifyRequest, Here>): Site {
  function here(request: FastifyRequest): Here {
    const found = heres.get(request)
    if (!found) throw new Error('this request is about no library')
    return found
  }
  return {
    context: (request) => here(request).context,
    agencyTitle: (request) => here(request).agency.title,
    staff: (request) => heres.get(request)?.staff,
    patron: (request) => heres.get(request)?.patron,
    requirePatron(request, reply) {
      const { agency, patron } = here(request)
      if (patron) return patron
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
      reply.redirect(href(request, `/${agency.name}/sign-in${next}`), 303)
      return undefined
    },
    requireStaff(request, reply, ...roles) {
      const { agency, staff } = here(request)
      if (!staff) {
        // What was sent is not sent again after signing in, so only a page that was looked at is returned to.
        const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
        reply.redirect(href(request, `/${agency.name}/staff/sign-in${next}`), 303)
        return undefined
      }
      if (roles.length === 0 || roles.some((role) => staff.roles.includes(role))) return staff
      sendRefusal(request, reply, 403, roleMissing(request, roles))
      return undefined
    },
  }
}

/** Who acts: staff on the staff's pages, the patron on all others, though both may be signed in on one browser. */
function actorOf(request: FastifyRequest, staff: SignedIn | undefined, patron: SignedInPatron | undefined): Actor {
  const isForStaff = request.url.split('/')[2]?.startsWith('staff') ?? false
  if (staff && (isForStaff || !patron)) {
    return { kind: 'staff', id: staff.id, roles: staff.roles, branch_ids: staff.branch_ids }
  }
  return patron && !isForStaff ? { kind: 'patron', id: patron.id } : { kind: 'system', job: 'web' }
}

/** The library an address is about. An unknown page of a library still has the library's frame. */
function agencyNamed(request: FastifyRequest): string | undefined {
  if (request.routeOptions.url?.startsWith('/:agency')) {
    return (request.params as { agency: string }).agency
  }
  return request.is404 ? /^\/([a-z][a-z0-9_]{1,30})(?=[/?]|$)/.exec(request.url)?.[1] : undefined
}

const PUBLIC = [
  { path: '/search', label: texts.search },
  { path: '/notice', label: texts.notice },
  { path: '/promises', label: texts.promises },
  { path: '/statistics', label: texts.statistics },
] as const

function frameOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { agency, looks, offers, staff, patron }: Here,
  banner: SafeHtml | undefined,
): PageFrame {
  const { language } = request
  const base = `/${agency.name}`
  const desks = desksOf(staff?.roles ?? []).filter(({ inMenu }) => inMenu)
  const path = request.url.split('?')[0] ?? ''
  const isStaffs = staff !== undefined && new RegExp(`^(/en)?${base}/staff(/|$)`).test(path)
  // Who works here goes to the public's pages by the library's name, and needs the room.
  const links = [...(isStaffs ? [] : PUBLIC), ...(staff ? [{ path: '/staff', label: texts.staffHome }] : []), ...desks]
  return {
    site: {
      name: agency.title,
      home: base,
      colours: looks,
      manifest: `${base}/manifest.webmanifest`,
      touchIcon: iconHref(180, looks.accent),
    },
    ...(isStaffs ? { start: { label: texts.staffHome[language], href: `${base}/staff` } } : {}),
    nav: links.map((link) => {
      const address = `${base}${link.path}`
      const current = path === address || (link.path !== '/staff' && path.startsWith(`${address}/`))
      return { label: link.label[language], href: address, current }
    }),
    ...accountOf(request, reply, { agency, staff, patron }),
    ...(banner ? { banner } : {}),
    footer: [
      { label: texts.branchHours[language], href: `${base}/branches` },
      { label: texts.notice[language], href: `${base}/notice` },
      ...offers.map(({ path, label }) => ({ label: label[language], href: `${base}${path}` })),
      { label: accessTexts.title[language], href: `${base}${ACCESS_PATH}` },
      { label: cookieTexts.title[language], href: `${base}${COOKIES_PATH}` },
      { label: texts.allLibraries[language], href: '/' },
      ...(staff || patron
        ? []
        : [
            { label: texts.patronSignIn[language], href: `${base}/sign-in` },
            { label: texts.becomePatron[language], href: `${base}/enrol` },
          ]),
      ...(staff ? [] : [{ label: texts.staffSignIn[language], href: `${base}/staff/sign-in` }]),
    ],
  }
}

/** On the staff's pages who of the staff is signed in, on all others the patron, or the way to sign in. */
function accountOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { agency, staff, patron }: Pick<Here, 'agency' | 'staff' | 'patron'>,
): Pick<PageFrame, 'account'> {
  const isForStaff = request.url.split('/')[2]?.startsWith('staff') ?? false
  if (staff && (isForStaff || !patron)) return { account: accountMenu(request, reply, agency.name, staff) }
  if (isForStaff) return {}
  if (patron) return { account: patronMenu(request, reply, agency.name, patron) }
  const address = href(request, `/${agency.name}/sign-in`)
  return { account: html`<a class="function-link" href="${address}">${texts.signIn[request.language]}</a>` }
}

function demonstrationBanner(request: FastifyRequest, machine: TimeMachine | undefined): SafeHtml | undefined {
  if (!machine) return undefined
  const { language } = request
  return html`${texts.demonstration(dateText(dayOf(machine.clock.now()), language))[language]}
<a href="${href(request, '/time-machine')}">${texts.timeMachine[language]}</a>`
}

function roleMissing(request: FastifyRequest, roles: readonly StaffRole[]): { heading: string; text: string } {
  const { language } = request
  const named = roles.map((role) => texts.roles[role][language])
  const list = listText(named, language, 'or')
  return { heading: texts.roleMissing.heading[language], text: texts.roleMissing.text(list)[language] }
}

function inWords(request: FastifyRequest, refusal: { heading: Text2; text: Text2 }): { heading: string; text: string } {
  return { heading: refusal.heading[request.language], text: refusal.text[request.language] }
}

function isFastifyLog(log: unknown): log is FastifyBaseLogger {
  return typeof log === 'object' && log !== null && 'child' in log && 'level' in log
}
