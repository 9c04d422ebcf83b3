import type { FastifyReply } from 'fastify'
import type { Language } from '#core'
import { errorSummary, form, href, html, passwordField, type SafeHtml, submitButton, textField } from '#web'
import { texts } from './texts.ts'
import { nonceField, pathOf, type Shown, screenPage, type TurnShown, timeOf } from './views.ts'

const FAULTY = 422

/** Where a browser becomes one of the library’s machines. */
export function pairPage(
  shown: Shown,
  { name, error }: { readonly name?: string; readonly error?: string },
): FastifyReply {
  const { request, reply } = shown
  const { language } = request
  const errors = error ? { secret: error } : {}
  return screenPage(shown, {
    title: texts.pairTitle[language],
    ...(error ? { status: FAULTY } : {}),
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.pairLead[language]}</p>
<p>${texts.pairHow[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/pair'),
  body: html`${textField({ name: 'name', label: texts.machineName[language], value: name, autocomplete: 'off', required: true })}
${passwordField({ name: 'secret', label: texts.machineSecret[language], autocomplete: 'off', required: true, error })}`,
  submit: texts.pair[language],
})}`,
  })
}

/** What stands on a screen while nobody does. */
export function startPage(at: Shown, error?: string): FastifyReply {
  const { request, reply } = at
  const { language } = request
  return screenPage(at, {
    title: texts.welcome[language],
    ...(error ? { status: FAULTY } : {}),
    body: html`<div class="kiosk kiosk-start" data-kiosk-start>
<section aria-labelledby="with-card">
<h2 id="with-card">${texts.cardHeading[language]}</h2>
${form(request, reply, {
  action: pathOf(request, '/card'),
  body: html`${textField({
    name: 'presented',
    label: texts.card[language],
    hint: texts.cardHint[language],
    autocomplete: 'off',
    inputmode: 'numeric',
    autofocus: true,
    error,
  })}${keypad('presented', language)}`,
  submit: texts.next[language],
})}
</section>
<section aria-labelledby="without-card">
<h2 id="without-card">${texts.handInHeading[language]}</h2>
<p>${texts.handInLead[language]}</p>
${form(request, reply, { action: pathOf(request, '/hand-in'), body: html``, submit: submitButton(texts.handIn[language], 'secondary') })}
</section>
</div>`,
    scripts: ['kiosk.js'],
  })
}

export function pinPage(shown: Omit<TurnShown, 'patron'>): FastifyReply {
  const { request, reply, turn, seconds } = shown
  const { language } = request
  const error = turn.wrongPin && texts[turn.wrongPin === 'locked' ? 'lockedPin' : 'wrongPin'][language]
  return screenPage(shown, {
    title: texts.pinTitle[language],
    leaveAfter: seconds + 2,
    body: html`<div class="kiosk" data-kiosk data-seconds="${seconds}" data-home="${href(request, pathOf(request))}">
${form(request, reply, {
  action: pathOf(request, '/pin'),
  body: html`${nonceField(turn)}${passwordField({
    name: 'pin',
    label: texts.pin[language],
    hint: texts.pinHint[language],
    autocomplete: 'off',
    inputmode: 'numeric',
    autofocus: true,
    error,
  })}${keypad('pin', language)}`,
  submit: texts.next[language],
})}
${timeOf(shown, 'pin')}
</div>`,
    scripts: ['kiosk.js'],
  })
}

/** Keys for a screen that has none of its own. The script shows them; without it the field is typed in. */
function keypad(field: string, language: Language): SafeHtml {
  const key = (digit: string) =>
    html`<button type="button" class="button button-secondary" data-key="${digit}">${digit}</button>`
  return html`<div class="kiosk-keys" role="group" aria-label="${texts.keypad[language]}" data-keys="${field}" hidden>
${['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(key)}${key('0')}
<button type="button" class="button button-secondary kiosk-delete" data-key="">${texts.delete[language]}</button>
</div>`
}
