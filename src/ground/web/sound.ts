import type { FastifyRequest } from 'fastify'
import { html, type SafeHtml } from './html.ts'
import { texts } from './texts.ts'

/**
 * Switches the sounds of a desk on and off, in this browser only. The script `desk-sound.js` shows it, and plays one of
 * three short sounds for whatever on the page says `data-outcome="ok"`, `"attention"` or `"refused"`.
 */
export function soundSwitch({ language }: FastifyRequest): SafeHtml {
  return html`<p class="sound-switch" data-sound hidden>
<button type="button" class="button button-tertiary" data-on="${texts.soundOn[language]}">${texts.soundOff[language]}</button>
</p>`
}
