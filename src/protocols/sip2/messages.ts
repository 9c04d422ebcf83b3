/**
 * The messages of SIP 2.00, each with the parts that stand at fixed places. What follows are fields of two letters and a
 * value, in any order.
 */
interface Shape {
  readonly code: string
  /** The parts in front, with the number of signs each has. */
  readonly fixed: Readonly<Record<string, number>>
}

const date = 18
const answeredLoan = { ok: 1, renewalOk: 1, magnetic: 1, desensitize: 1, date } as const
const askedStatus = { language: 3, date } as const
const status = { status: 14, language: 3, date } as const

export const REQUESTS = {
  login: { code: '93', fixed: { uidAlgorithm: 1, pwdAlgorithm: 1 } },
  'sc-status': { code: '99', fixed: { status: 1, width: 3, version: 4 } },
  'patron-status': { code: '23', fixed: askedStatus },
  'patron-information': { code: '63', fixed: { ...askedStatus, summary: 10 } },
  checkout: { code: '11', fixed: { renewalPolicy: 1, noBlock: 1, date, dueDate: date } },
  checkin: { code: '09', fixed: { noBlock: 1, date, returnDate: date } },
  hold: { code: '15', fixed: { mode: 1, date } },
  'item-information': { code: '17', fixed: { date } },
  'item-status-update': { code: '19', fixed: { date } },
  renew: { code: '29', fixed: { thirdParty: 1, noBlock: 1, date, dueDate: date } },
  'renew-all': { code: '65', fixed: { date } },
  'end-session': { code: '35', fixed: { date } },
  'fee-paid': { code: '37', fixed: { date, feeType: 2, paymentType: 2, currency: 3 } },
  'patron-enable': { code: '25', fixed: { date } },
  'block-patron': { code: '01', fixed: { cardRetained: 1, date } },
  resend: { code: '97', fixed: {} },
  'resend-answer': { code: '96', fixed: {} },
} as const satisfies Record<string, Shape>

export const ANSWERS = {
  'login-answer': { code: '94', fixed: { ok: 1 } },
  'acs-status': {
    code: '98',
    fixed: {
      online: 1,
      checkin: 1,
      checkout: 1,
      renewal: 1,
      statusUpdate: 1,
      offline: 1,
      timeout: 3,
      retries: 3,
      date,
      version: 4,
    },
  },
  'patron-status-answer': { code: '24', fixed: status },
  'patron-information-answer': {
    code: '64',
    fixed: { ...status, holds: 4, overdue: 4, charged: 4, fines: 4, recalls: 4, unavailableHolds: 4 },
  },
  'checkout-answer': { code: '12', fixed: answeredLoan },
  'checkin-answer': { code: '10', fixed: { ok: 1, resensitize: 1, magnetic: 1, alert: 1, date } },
  'hold-answer': { code: '16', fixed: { ok: 1, available: 1, date } },
  'item-information-answer': { code: '18', fixed: { circulation: 2, security: 2, feeType: 2, date } },
  'item-status-update-answer': { code: '20', fixed: { ok: 1, date } },
  'renew-answer': { code: '30', fixed: answeredLoan },
  'renew-all-answer': { code: '66', fixed: { ok: 1, renewed: 4, unrenewed: 4, date } },
  'end-session-answer': { code: '36', fixed: { endSession: 1, date } },
  'fee-paid-answer': { code: '38', fixed: { accepted: 1, date } },
  'patron-enable-answer': { code: '26', fixed: status },
  'please-resend': { code: '96', fixed: {} },
} as const satisfies Record<string, Shape>

export type RequestKind = keyof typeof REQUESTS
export type AnswerKind = keyof typeof ANSWERS

type Fixed<S extends Shape> = { readonly [Part in keyof S['fixed']]: string }
/** Two signs and what follows them. A field may occur several times, and the order is kept. */
export type Field = readonly [id: string, value: string]

export type RequestOf<K extends RequestKind> = {
  [Kind in K]: {
    readonly kind: Kind
    readonly fixed: Fixed<(typeof REQUESTS)[Kind]>
    readonly fields: readonly Field[]
  }
}[K]
export type AnswerOf<K extends AnswerKind> = {
  [Kind in K]: { readonly kind: Kind; readonly fixed: Fixed<(typeof ANSWERS)[Kind]>; readonly fields: readonly Field[] }
}[K]
export type Request = RequestOf<RequestKind>
export type Answer = AnswerOf<AnswerKind>

/** What a message with this code asks. */
export function codeKind(code: string): RequestKind | undefined {
  return (Object.keys(REQUESTS) as RequestKind[]).find((kind) => REQUESTS[kind].code === code)
}

/** The first occurrence, without blanks around it; what is missing is empty, as the standard lets machines leave it out. */
export function field(message: { readonly fields: readonly Field[] }, id: string): string {
  return (given(message, id) ?? '').trim()
}

/** Whether and with what the field was sent: an empty one is told from a missing one. */
export function given(message: { readonly fields: readonly Field[] }, id: string): string | undefined {
  return message.fields.find(([known]) => known === id)?.[1]
}
