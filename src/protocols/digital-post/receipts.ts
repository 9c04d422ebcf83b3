import { z } from 'zod'
import type { MessageId } from '#core'
import type { Context } from '#vault'
import { idOfMemo } from './memo.ts'
import { readXml } from './xml.ts'

/** What Digital Post says of a message, some time after it was sent. */
export interface Receipt {
  readonly message: MessageId
  /** `received`: Digital Post has it and has not laid it in the box yet. */
  readonly state: 'received' | 'delivered' | 'failed'
  /** The error's code, which says what was wrong and never with whom. */
  readonly code: string | null
}

/** As the states of PKO_PostStatus are named, and as the code list numbers them. */
const STATES: Readonly<Record<string, Receipt['state']>> = {
  'modtaget digital post': 'received',
  'eb866ca2-b871-4387-b501-12cde577bd58': 'received',
  'afleveret digital post': 'delivered',
  'f7161a89-5068-4023-bc80-d7f4daad2a2e': 'delivered',
  fejlet: 'failed',
  'e225a75c-4b63-46c4-9423-77f5c8762445': 'failed',
}

const eventShape = z.object({
  Haendelsesbesked: z.object({ Beskeddata: z.object({ Base64: z.string() }) }),
})
const envelopeShape = z.union([z.object({ ModtagBeskedInput: eventShape }), eventShape])
const statusShape = z.object({
  PKO_PostStatus: z.object({
    MessageUUID: z.string(),
    TransaktionsStatusKode: z.string(),
    // An element without children is read as text.
    FejlDetaljer: z.object({ FejlKode: z.string().optional() }).optional().catch(undefined),
  }),
})

/**
 * Reads a business receipt (PKO_PostStatus), alone or in the envelope in which the municipal message broker brings it.
 * Undefined when it is none, or about a message that is not ours: one broker serves a whole municipality.
 */
export function readReceipt(xml: string): Receipt | undefined {
  const read = readXml(xml)
  const envelope = envelopeShape.safeParse(read)
  const inner = envelope.success ? readXml(contentOf(envelope.data)) : read
  const status = statusShape.safeParse(inner)
  if (!status.success) return undefined
  const { MessageUUID, TransaktionsStatusKode, FejlDetaljer } = status.data.PKO_PostStatus
  const message = idOfMemo(MessageUUID)
  const state = STATES[TransaktionsStatusKode.trim().toLowerCase()]
  if (message === undefined || state === undefined) return undefined
  const code = FejlDetaljer?.FejlKode?.trim() ?? ''
  // It goes into the log, so that nothing but a code may stand in it.
  return { message, state, code: /^[\w.:-]{1,80}$/.test(code) && !/\d{10}/.test(code) ? code : null }
}

function contentOf(envelope: z.infer<typeof envelopeShape>): string {
  const event = 'ModtagBeskedInput' in envelope ? envelope.ModtagBeskedInput : envelope
  return Buffer.from(event.Haendelsesbesked.Beskeddata.Base64, 'base64').toString('utf8')
}

export type NoteDelivery<Ctx> = (ctx: Ctx, message: MessageId, what: 'delivered' | 'bounced') => Promise<unknown>

/**
 * Notes what a receipt says. A receipt may come twice and before we have noted that the message was sent; `note` has to
 * live with both. Answers whether it was one.
 */
export async function takeReceipt<Ctx extends Pick<Context, 'agency' | 'log'>>(
  ctx: Ctx,
  xml: string,
  note: NoteDelivery<Ctx>,
): Promise<boolean> {
  const receipt = readReceipt(xml)
  if (!receipt) return false
  const { message, state, code } = receipt
  if (state === 'failed') ctx.log.warn({ agency: ctx.agency, message, code }, 'Digital Post could not deliver')
  if (state !== 'received') await note(ctx, message, state === 'delivered' ? 'delivered' : 'bounced')
  return true
}

/** What the message broker wants to hear: it brings again what is not answered so. */
export function receiptAnswer(): string {
  return '<?xml version="1.0" encoding="UTF-8"?><ns2:ModtagBeskedOutput xmlns="urn:oio:sagdok:3.0.0" xmlns:ns2="urn:oio:sts:1.0.0"><StandardRetur><StatusKode>20</StatusKode><FejlbeskedTekst>OK</FejlbeskedTekst></StandardRetur></ns2:ModtagBeskedOutput>'
}
