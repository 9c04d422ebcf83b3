import type { Language, Text2 } from '#core'
import { html, instantText, type SafeHtml } from '#web'
import type { DeliveredPost } from './digital-post.ts'

const texts = {
  title: { da: 'Digital Post (simulator)', en: 'Digital Post (simulated)' },
  lead: {
    da: 'Opdigtede personers digitale post. Intet herfra forlader maskinen.',
    en: 'The digital post of invented people. Nothing leaves this machine from here.',
  },
  none: { da: 'Der er ingen post endnu.', en: 'There is no post yet.' },
  about: (post: DeliveredPost): Text2 => {
    const to = `${post.cpr.slice(0, 6)}-XXXX`
    return {
      da: `Fra ${post.sender.label} til ${to}, ${instantText(post.receivedAt, 'da')}`,
      en: `From ${post.sender.label} to ${to}, ${instantText(post.receivedAt, 'en')}`,
    }
  },
  notified: (address: string): Text2 => ({ da: `Advisering: ${address}`, en: `Notified: ${address}` }),
  notNotified: { da: 'Uden advisering', en: 'Not notified' },
} as const

/** What lies in the boxes, newest first, for whoever shows how the library writes. */
export function postPage(delivered: readonly DeliveredPost[], language: Language): string {
  const posts = delivered.toReversed()
  return String(html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${texts.title[language]}</title>
<meta http-equiv="content-security-policy" content="default-src 'none'"></head>
<body>
<h1>${texts.title[language]}</h1>
<p>${texts.lead[language]}</p>
${posts.length === 0 ? html`<p>${texts.none[language]}</p>` : posts.map((post) => postPart(post, language))}
</body>
</html>`)
}

function postPart(post: DeliveredPost, language: Language): SafeHtml {
  const actions = post.actions.map(
    ({ code, label, url }) => html`<li>${label} (${code}): <a href="${url}" rel="noreferrer">${url}</a></li>`,
  )
  const { notification } = post
  const notified =
    notification === undefined || notification === null ? texts.notNotified : texts.notified(notification)
  return html`<article>
<h2>${post.label}</h2>
<p>${texts.about(post)[language]}</p>
<p>${notified[language]}</p>
<pre>${post.text ?? `${post.format}, ${post.content.length} bytes`}</pre>
${actions.length === 0 ? '' : html`<ul>${actions}</ul>`}
</article>`
}
