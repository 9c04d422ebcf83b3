import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Text2 } from '#core'
import { allowLocalBridge, href, html, LOCAL_BRIDGE_PORT, type SafeHtml } from '#web'

/** The script of {@link rfidPanel}. */
export const RFID_SCRIPTS: readonly string[] = ['desk-rfid.js']

const texts = {
  heading: { da: 'RFID-plade', en: 'RFID pad' },
  lend: { da: 'Lån alle ud', en: 'Lend all' },
  takeBack: { da: 'Tag alle imod', en: 'Take all back' },
  token: { da: 'Parringskode', en: 'Pairing code' },
  tokenHint: {
    da: 'Koden står, hvor programmet kvit rfid-bridge blev startet på denne maskine.',
    en: 'The code is shown where the program kvit rfid-bridge was started on this machine.',
  },
  connect: { da: 'Tilslut', en: 'Connect' },
} satisfies Record<string, Text2>

/** What the script says. `{…}` is filled in there. */
const scriptTexts = {
  away: {
    da: 'Pladen svarer ikke. Er programmet startet på denne maskine?',
    en: 'The pad does not answer. Has the program been started on this machine?',
  },
  refused: { da: 'Parringskoden er forkert.', en: 'The pairing code is wrong.' },
  unpaired: { da: 'Pladen er ikke tilsluttet.', en: 'The pad is not connected.' },
  empty: { da: 'Der ligger ikke noget på pladen.', en: 'Nothing lies on the pad.' },
  one: { da: 'Der ligger 1 materiale på pladen.', en: '1 item lies on the pad.' },
  many: { da: 'Der ligger {n} materialer på pladen.', en: '{n} items lie on the pad.' },
  others: {
    da: '{n} brikker kan ikke læses som materialer.',
    en: '{n} tags cannot be read as items.',
  },
  armed: { da: 'alarm til', en: 'alarm on' },
  disarmed: { da: 'alarm fra', en: 'alarm off' },
  parts: { da: '{n} dele', en: '{n} parts' },
  missing: { da: 'mangler del {parts} af {n}', en: 'part {parts} of {n} is missing' },
  leftOut: {
    da: 'Ikke gjort: der mangler dele. Find dem, eller scan stregkoden.',
    en: 'Not done: parts are missing. Find them, or scan the barcode.',
  },
  lent: { da: 'Lånt ud til {day}.', en: 'Lent until {day}.' },
  returned: { da: 'Afleveret.', en: 'Taken back.' },
  refusedItem: { da: 'Ikke gjort.', en: 'Not done.' },
  noAnswer: { da: 'Kvit svarer ikke. Alarmen er ikke ændret.', en: 'Kvit does not answer. The alarm is unchanged.' },
  stillArmed: {
    da: 'Alarmen kunne ikke slås fra. Læg materialet på pladen igen.',
    en: 'The alarm could not be switched off. Put the item on the pad again.',
  },
  stillDisarmed: {
    da: 'Alarmen kunne ikke slås til. Læg materialet på pladen igen.',
    en: 'The alarm could not be switched on. Put the item on the pad again.',
  },
} satisfies Record<string, Text2>

/**
 * What lies on the RFID pad of the machine the page is shown on, and a button that does with all of it what the scan field
 * does with one: lends it to the patron who is open, else takes it back. Nothing is seen of it without script. The page may then speak to the bridge on that machine; docs/rfid.md tells the words.
 */
export function rfidPanel(
  request: FastifyRequest,
  reply: FastifyReply,
  patron: { readonly id: string; readonly number: string } | undefined,
  port: number = LOCAL_BRIDGE_PORT,
): SafeHtml {
  allowLocalBridge(reply, port)
  const { agency } = request.params as { agency: string }
  const { language } = request
  const deed = patron ? 'checkout' : 'checkin'
  const said = Object.fromEntries(Object.entries(scriptTexts).map(([key, text]) => [key, text[language]]))
  return html`<details class="rfid" data-rfid="ws://127.0.0.1:${port}" data-deed="${deed}"
data-address="${href(request, `/${agency}/staff/desk/${deed}`)}" data-card="${patron?.number ?? ''}" data-patron="${patron?.id ?? ''}"
data-texts="${JSON.stringify(said)}" hidden>
<summary>${texts.heading[language]}</summary>
<p role="status" data-rfid-status></p>
<ul class="offline-list" data-rfid-pad></ul>
<div class="form-buttons" data-rfid-deeds hidden>
<button type="button" class="button button-primary">${(patron ? texts.lend : texts.takeBack)[language]}</button>
</div>
<ul class="offline-list" data-rfid-results></ul>
<form data-rfid-pair method="post" novalidate hidden>
<div class="form-group">
<label class="form-label" for="rfid-token">${texts.token[language]}</label>
<span class="form-hint" id="rfid-token-hint">${texts.tokenHint[language]}</span>
<input type="text" class="form-input" id="rfid-token" autocomplete="off" aria-describedby="rfid-token-hint">
</div>
<div class="form-buttons"><button type="submit" class="button button-secondary">${texts.connect[language]}</button></div>
</form>
</details>`
}
