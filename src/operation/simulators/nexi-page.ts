import type { Language } from '#core'
import { html, kronerText } from '#web'
import type { SimulatedPayment } from './nexi.ts'

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
  .about { background: #fff4cf; padding: .5rem 1rem }
  table { width: 100%; border-collapse: collapse; margin: 1rem 0 }
  th { text-align: left; font-weight: normal } td { text-align: right }
  tfoot th, tfoot td { font-weight: bold; border-top: 1px solid #454545 }
  button { font: inherit; padding: .6rem 1.2rem; margin: .25rem .5rem .25rem 0 }
  .declined { border: 2px solid #b0001e; padding: .5rem 1rem }
`

const texts = {
  title: { da: 'Betaling (simulator)', en: 'Payment (simulator)' },
  about: {
    da: 'Her er ikke Nexi, og der bliver ikke trukket penge. Vælg, hvad der skal ske.',
    en: 'This is not Nexi, and no money is taken. Choose what is to happen.',
  },
  total: { da: 'I alt', en: 'Total' },
  pay: { da: 'Betal', en: 'Pay' },
  fail: { da: 'Lad kortet blive afvist', en: 'Have the card declined' },
  cancel: { da: 'Fortryd og gå tilbage', en: 'Turn back' },
  declined: { da: 'Kortet blev afvist. Prøv igen.', en: 'The card was declined. Try again.' },
  over: { da: 'Betalingen er slut.', en: 'This payment is over.' },
  back: { da: 'Tilbage til biblioteket', en: 'Back to the library' },
  terms: { da: 'Bibliotekets betingelser', en: 'The library’s terms' },
} as const

/** The hosted payment page: buttons in forms, so that it works without script. */
export function paymentPage(payment: SimulatedPayment, language: Language): string {
  const isOpen = payment.reserved === 0 && !payment.terminated
  const button = (name: 'pay' | 'fail' | 'cancel') =>
    html`<button name="choice" value="${name}">${texts[name][language]}</button>`
  return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${texts.title[language]}</title>
<style>${html.raw`${STYLE}`}</style>
</head>
<body>
<h1>${texts.title[language]}</h1>
<p class="about">${texts.about[language]}</p>
${payment.declined ? html`<p class="declined" role="alert">${texts.declined[language]}</p>` : ''}
<table>
<tbody>${payment.items.map(
    ({ name, amount }) => html`<tr><th scope="row">${name}</th><td>${kronerText(amount, language)}</td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">${texts.total[language]}</th><td>${kronerText(payment.amount, language)}</td></tr></tfoot>
</table>
${
  isOpen
    ? html`<form method="post">${button('pay')}${button('fail')}${button('cancel')}</form>
<p><a href="${payment.termsUrl}">${texts.terms[language]}</a></p>`
    : html`<p>${texts.over[language]}</p>
<p><a href="${payment.returnUrl}">${texts.back[language]}</a></p>`
}
</body>
</html>`)
}
