import { html, instantText } from '#web'
import type { SimulatedSms } from './sms-gateway.ts'

const STATES: Readonly<Record<SimulatedSms['status'], string>> = {
  0: 'Sendt',
  1: 'Modtaget',
  2: 'Kom ikke frem',
  3: 'Venter på, at telefonen tændes',
  4: 'Opgivet',
}

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
  section { border: 1px solid #8a8a8a; border-radius: 1rem; padding: 0 1rem 1rem; margin: 1.5rem 0 }
  h2 { font-size: 1.1rem }
  article { background: #ebf2f7; border-radius: .75rem; padding: .5rem .75rem; margin: .5rem 0 }
  p { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
  .about { color: #454545; font-size: .875rem }
`

/** Each telephone with its messages, the newest first. */
export function inboxPage(inbox: readonly SimulatedSms[]): string {
  const telephones = Map.groupBy(inbox.toReversed(), ({ to }) => to)
  return String(html`<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>Telefoner i demonstrationen</title>
<style>${html.raw`${STYLE}`}</style>
</head>
<body>
<h1>Telefoner i demonstrationen</h1>
<p>Sms'er, som bibliotekerne har sendt. Ingen af dem har forladt denne maskine.</p>
${
  inbox.length === 0
    ? html`<p>Der er ikke sendt nogen endnu.</p>`
    : [...telephones].map(
        ([number, messages]) => html`<section>
<h2>+${number}</h2>
${messages.map(
  (sms) => html`<article>
<p class="about">Fra ${sms.from}, ${instantText(sms.at, 'da')}</p>
<p>${sms.message}</p>
<p class="about">${STATES[sms.status]}${sms.segments > 1 ? html`, sendt som ${sms.segments} sms'er` : ''}</p>
</article>`,
)}
</section>`,
      )
}
</body>
</html>`)
}
