import type { FastifyInstance } from 'fastify'
import { policyOf } from '#privacy'
import { COOKIES, definitionList, html, renderPage, type SafeHtml, type Site, table } from '#web'
import { accessTexts, cookieTexts } from './site-about-texts.ts'

export const COOKIES_PATH = '/cookies'
export const ACCESS_PATH = '/accessibility'

/** What the law wants every public website to tell of itself. */
export function registerAboutPages(app: FastifyInstance, site: Site): void {
  app.get(`/:agency${COOKIES_PATH}`, (request, reply) => {
    const { language } = request
    const texts = cookieTexts
    const cookiesOf = (whose: 'visitor' | 'staff'): SafeHtml =>
      html`<h2>${texts.heading[whose][language]}</h2>
${table(
  {
    caption: texts.heading[whose][language],
    hasHeading: true,
    head: [texts.name[language], texts.purpose[language], texts.kept[language]],
    rowHeaders: true,
    rows: COOKIES.filter((cookie) => cookie.whose === whose).map(({ name, purpose, kept }) => [
      name.endsWith('-') ? texts.perLibrary(name)[language] : name,
      purpose[language],
      kept[language],
    ]),
  },
  language,
)}`
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: texts.title[language] }],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${cookiesOf('visitor')}
<p>${texts.remove[language]}</p>
${cookiesOf('staff')}
<p>${texts.storage[language]}</p>`,
    })
  })

  app.get(`/:agency${ACCESS_PATH}`, async (request, reply) => {
    const { language } = request
    const texts = accessTexts
    const { policy } = await policyOf(site.context(request))
    const { name, unit, email, phone } = policy.controller
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: texts.title[language] }],
      body: html`<p class="font-lead">${texts.lead(unit, name)[language]}</p>
<h2>${texts.status[language]}</h2>
<p>${texts.partly[language]}</p>
<h2>${texts.missing[language]}</h2>
<p>${texts.missingLanguage[language]}</p>
<h2>${texts.tested[language]}</h2>
<p>${texts.testedHow[language]}</p>
<h2>${texts.tell[language]}</h2>
<p>${texts.tellHow[language]}</p>
${definitionList([
  { term: texts.email[language], value: html`<a href="mailto:${email}">${email}</a>` },
  ...(phone
    ? [{ term: texts.phone[language], value: html`<a href="tel:${phone.replaceAll(' ', '')}">${phone}</a>` }]
    : []),
])}
<h2>${texts.complain[language]}</h2>
<p>${texts.complainHow[language]} <a href="https://digst.dk/">${texts.agency[language]}</a></p>`,
    })
  })
}
