import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, type PatronId, type Text2 } from '#core'
import {
  type ConsentRefusal,
  consentsOf,
  findTable,
  giveConsent,
  type Policy,
  policyOf,
  type Register,
  withdrawConsent,
} from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  entries,
  form,
  hidden,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
} from '#web'
import { REFUSED } from './desk-frame.ts'
import type { AgencyRoute } from './enrol-pages.ts'
import { consentTexts as texts } from './my-consents-texts.ts'
import { myTexts } from './pages-texts.ts'

export const CONSENTS_PATH = '/me/consents'
const fields = z.object({ purpose: z.string().max(100).catch('') })

type Purpose = Policy['purposes'][number]

interface Asked {
  readonly ctx: Context
  readonly patron: PatronId
}

/** What a patron has said yes to, when and in which words; to say yes, and to take it back. */
export function registerMyConsents(app: FastifyInstance, site: Site, register: Register): void {
  app.get<AgencyRoute>(`/:agency${CONSENTS_PATH}`, async (request, reply) => {
    const asked = who(request, reply)
    return asked ? show(request, reply, asked) : reply
  })

  app.post<AgencyRoute>(`/:agency${CONSENTS_PATH}`, async (request, reply) => {
    const asked = who(request, reply)
    if (!asked) return reply
    const { ctx, patron } = asked
    const { language } = request
    const { policy, number } = await policyOf(ctx)
    const { purpose } = fields.parse(request.body ?? {})
    const offered = offeredBy(policy, register).find(({ id }) => id === purpose)
    if (!offered) return show(request, reply, asked, texts.refused['no-such-purpose'])
    const given = await giveConsent(ctx, {
      patron,
      purpose,
      wording: offered.text[language],
      wordingVersion: number,
      language,
      givenBy: 'patron',
      channel: 'website',
    })
    if (!given.ok) return show(request, reply, asked, refusalText(given.refusal))
    return redirectWithMessage(reply, request, `/${ctx.agency}${CONSENTS_PATH}`, texts.saidYes)
  })

  app.post<AgencyRoute>(`/:agency${CONSENTS_PATH}/withdraw`, async (request, reply) => {
    const asked = who(request, reply)
    if (!asked) return reply
    const { ctx, patron } = asked
    const { purpose } = fields.parse(request.body ?? {})
    const withdrawn = await withdrawConsent(ctx, patron, purpose)
    if (!withdrawn.ok) return show(request, reply, asked, refusalText(withdrawn.refusal))
    return redirectWithMessage(reply, request, `/${ctx.agency}${CONSENTS_PATH}`, texts.takenBack)
  })

  function who(request: FastifyRequest, reply: FastifyReply): Asked | undefined {
    const patron = site.requirePatron(request, reply)
    return patron && { ctx: site.context(request), patron: patron.id }
  }

  async function show(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    { ctx, patron }: Asked,
    refused?: Text2,
  ): Promise<FastifyReply> {
    const { language } = request
    const [{ policy }, ledger] = await Promise.all([policyOf(ctx), consentsOf(ctx, patron)])
    const nameOf = (purpose: string) => policy.purposes.find(({ id }) => id === purpose)?.name[language] ?? purpose
    const standing = ledger.filter(({ withdrawn_at }) => withdrawn_at === null)
    const offered = offeredBy(policy, register).filter(({ id }) => !standing.some(({ purpose }) => purpose === id))
    const action = `/${ctx.agency}${CONSENTS_PATH}`
    const told = ({ given_at, given_by, wording }: (typeof ledger)[number]) => [
      texts.givenOn(dateText(dayOf(given_at), language))[language],
      given_by === 'guardian' ? texts.byGuardian[language] : undefined,
      texts.wording(wording)[language],
    ]
    const button = (purpose: string, path: string, label: Text2, kind: 'primary' | 'secondary'): SafeHtml =>
      form(request, reply, {
        action: path,
        body: hidden('purpose', purpose),
        submit: submitButton(label[language], kind),
      })
    return renderPage(request, reply, {
      title: texts.title[language],
      ...(refused ? { status: REFUSED } : {}),
      breadcrumbs: [{ label: myTexts.me[language], href: `/${ctx.agency}/me` }, { label: texts.title[language] }],
      body: html`${refused ? alert({ kind: 'error', heading: refused[language] }) : ''}
<p class="font-lead">${texts.lead[language]}</p>
<h2>${texts.given[language]}</h2>
${
  standing.length === 0
    ? html`<p>${texts.noneGiven[language]}</p>`
    : entries(
        standing.map((row) => ({
          heading: nameOf(row.purpose),
          lines: told(row),
          actions: [button(row.purpose, `${action}/withdraw`, texts.withdrawOf(nameOf(row.purpose)), 'secondary')],
        })),
        3,
      )
}
<h2>${texts.offered[language]}</h2>
${
  offered.length === 0
    ? html`<p>${texts.noneOffered[language]}</p>`
    : entries(
        offered.map(({ id, name, text }) => ({
          heading: name[language],
          lines: [text[language]],
          actions: [button(id, action, texts.giveTo(name[language]), 'primary')],
        })),
        3,
      )
}
${withdrawnPart()}`,
    })

    function withdrawnPart(): SafeHtml {
      const gone = ledger.filter(({ withdrawn_at }) => withdrawn_at !== null)
      if (gone.length === 0) return html``
      return html`<h2>${texts.withdrawn[language]}</h2>
${entries(
  gone.map((row) => ({
    heading: nameOf(row.purpose),
    lines: [
      ...told(row),
      row.withdrawn_at ? texts.withdrawnOn(dateText(dayOf(row.withdrawn_at), language))[language] : undefined,
    ],
  })),
  3,
)}`
    }
  }
}

/** Purposes that rest on consent, for data the program has: nobody is asked to say yes to what is not there. */
function offeredBy(policy: Policy, register: Register): readonly Purpose[] {
  return policy.purposes.filter(
    ({ basis, data }) => basis.includes('gdpr-6-1-a') && data.some((name) => findTable(register, name) !== undefined),
  )
}

function refusalText(refusal: ConsentRefusal): Text2 {
  return refusal.kind === 'guardian-needed' ? texts.guardianNeeded(refusal.under) : texts.refused[refusal.kind]
}
