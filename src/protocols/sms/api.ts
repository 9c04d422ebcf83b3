import { z } from 'zod'
import { RefusedByChannel } from '#messages'
import type { SmsAccount } from './config.ts'

/** The gateway cannot or will not take it now. Its code is for the log; what the gateway says is not, since it names numbers. */
export class GatewayFault extends Error {
  readonly code: string

  constructor(code: string) {
    super(`the SMS gateway: ${code}`)
    this.code = code
  }
}

/** Nobody can tell whether the gateway has taken it: the connection ended before the answer, or the answer was none. */
export class UnsureFault extends GatewayFault {}

export interface OutgoingSms {
  readonly to: string
  readonly from: string
  readonly message: string
  readonly reference: string
  readonly dlr_url?: string
}

const TIMEOUT_MS = 20_000
const MOST_BYTES = 64 * 1024 * 1024

const text = z.union([z.string(), z.number()]).transform(String)
const problem = z.object({
  errorCode: z.coerce.number().optional(),
  code: z.coerce.number().optional(),
  errMsg: z.string().optional(),
  message: z.string().optional(),
  to: text.optional(),
})
// An older form of the API puts one list into another, and tells of a single fault without a list.
const listOf = <T extends z.ZodType>(one: T) => z.union([z.array(z.union([one, z.array(one)])), one])
const sendAnswer = z.object({
  success: listOf(z.object({ to: text })).optional(),
  error: listOf(problem).optional(),
})
const logAnswer = z.array(z.object({ userReference: text.nullish() }))

/**
 * `POST /send` with one recipient.
 * @throws RefusedByChannel when it is the number that is wrong
 * @throws UnsureFault when it may have been taken all the same
 */
export async function postSms(account: SmsAccount, sms: OutgoingSms, signal: AbortSignal): Promise<void> {
  const { status, body } = await ask(account, '/send', signal, JSON.stringify(sms))
  const answer = sendAnswer.safeParse(body)
  const taken = answer.success && listed(answer.data.success).some(({ to }) => to === sms.to)
  if (taken) return
  const fault = answer.success
    ? listed(answer.data.error).find(({ to }) => to === undefined || to === sms.to)
    : undefined
  const code = fault?.errorCode ?? fault?.code ?? status
  if (fault && code === 400 && isAboutNumber(fault, sms.to))
    throw new RefusedByChannel('the gateway refused the number')
  // An answer of success that does not name the number is none.
  if (!fault && status < 300) throw new UnsureFault('answer')
  // A gateway that broke may have broken after it took the message.
  throw status >= 500 ? new UnsureFault(String(status)) : new GatewayFault(String(code))
}

/** `GET /getlog/<from>/<to>`: the references of what has been sent since. The gateway answers this once in two minutes. */
export async function sentReferences(
  account: SmsAccount,
  from: Temporal.Instant,
  to: Temporal.Instant,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const seconds = (at: Temporal.Instant) => Math.floor(at.epochMilliseconds / 1000)
  const { status, body } = await ask(account, `/getlog/${seconds(from)}/${seconds(to)}`, signal)
  // Nothing was sent in that time.
  if (status === 409) return new Set()
  const answer = logAnswer.safeParse(body)
  if (status !== 200 || !answer.success) throw new GatewayFault(`log-${status}`)
  return new Set(answer.data.flatMap(({ userReference }) => userReference ?? []))
}

async function ask(account: SmsAccount, path: string, signal: AbortSignal, payload?: string) {
  const authorization = `Basic ${Buffer.from(`${account.user}:${account.key}`).toString('base64')}`
  try {
    const response = await fetch(`${account.url}${path}`, {
      method: payload === undefined ? 'GET' : 'POST',
      headers: { authorization, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(payload === undefined ? {} : { body: payload }),
      // The key and the number go to the gateway and to nobody it might point at.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    return { status: response.status, body: jsonIn(await whole(response)) }
  } catch (fault) {
    throw neverLeft(fault) ? new GatewayFault('unreachable') : new UnsureFault('no-answer')
  }
}

async function whole(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > MOST_BYTES) throw new RangeError('the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Of a connection that never was, nothing can have arrived. */
function neverLeft(fault: unknown): boolean {
  const cause = fault instanceof Error ? fault.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    code,
  )
}

/**
 * The gateway has one code for all that is wrong with a request. In a list it names the number it speaks of; alone it
 * says in words what it dislikes, and a sender or key it dislikes is ours to put right, not a reason to give up a patron's
 * message.
 */
function isAboutNumber(fault: z.infer<typeof problem>, to: string): boolean {
  return fault.to === to || /phone|country ?code|recipient|receiver/i.test(fault.errMsg ?? fault.message ?? '')
}

function listed<T>(given: T | readonly (T | readonly T[])[] | undefined): readonly T[] {
  if (given === undefined) return []
  return (Array.isArray(given) ? given.flat() : [given]) as readonly T[]
}
