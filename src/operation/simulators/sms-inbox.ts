import type { Language, Text2 } from '#core'
import { html, instantText, plural } from '#web'
import type { SimulatedSms } from './sms-gateway.ts'

const STATES: Readonly<Record<SimulatedSms['status'], Text2>> = {
  0: { da: 'Sendt', en: 'Sent' },
  1: { da: 'Modtaget', en: 'Received' },
  2: { da: 'Kom ikke frem', en: 'Did not arrive' },
  3: { da: 'Venter på, at telefonen tændes', en: 'Waits for the telephone to be turned on' },
  4: { da: 'Opgivet', en: 'Given up' },
}

const texts = {
  title: { da: 'Telefoner i demonstrationen', en: 'Telephones of the demonstration' },
  lead: {
    da: 'Sms’er, som bibliotekerne har sendt. Ingen af dem har forladt denne maskine.',
    en: 'Text messages that the libraries have sent. None of them has left this machine.',
  },
  none: { da: 'Der er ikke sendt nogen endnu.', en: 'None has been sent yet.' },
  from: (sender: string, at: Temporal.Instant): Text2 => ({
    da: `Fra ${sender}, ${instantText(at, 'da')}`,
    en: `From ${sender}, ${instantText(at, 'en')}`,
  }),
  state: (state: Text2, parts: number): Text2 => ({
    da: plural.da(parts, state.da, `${state.da}, sendt som ${parts} sms’er`),
    en: plural.en(parts, state.en, `${state.en}, sent as ${parts} text messages`),
  }),
} as const

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
  section { border: 1px solid #8a8a8a; border-radius: 1rem; padding: 0 1rem 1rem; margin: 1.5rem 0 }
  h2 { font-size: 1.1rem }
  article { background: #ebf2f7; border-radius: .75rem; padding: .5rem .75rem; margin: .5rem 0 }
  p { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
  .about { color: #454545; font-size: .875rem }
`

/** Each telephone with its messages, the newest first. */
export function inboxPage(inbox: readonly SimulatedSms[], language: Language): string {
  const telephones = Map.groupBy(inbox.toReversed(), ({ to }) => to)
  return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>${texts.title[language]}</title>
<style>${html.raw`${STYLE}`}</style>
</head>
<body>
<h1>${texts.title[language]}</h1>
<p>${texts.lead[language]}</p>
${
  inbox.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : [...telephones].map(
        ([number, messages]) => html`<section>
<h2>+${number}</h2>
${messages.map(
  (sms) => html`<article>
<p class="about">${texts.from(sms.from, sms.at)[language]}</p>
<p>${sms.message}</p>
<p class="about">${texts.state(STATES[sms.status], sms.segments)[language]}</p>
</article>`,
)}
</section>`,
      )
}
</body>
</html>`)
}
