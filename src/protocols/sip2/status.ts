import { type Call, fields, type Handled, institutionName, now } from './call.ts'
import { sipDate } from './dates.ts'
import { type Answer, field, type RequestKind, type RequestOf } from './messages.ts'

/** The order in which BX tells what is supported: machines hide buttons by it. */
const ORDER: readonly RequestKind[] = [
  'patron-status',
  'checkout',
  'checkin',
  'block-patron',
  'sc-status',
  'resend',
  'login',
  'patron-information',
  'end-session',
  'fee-paid',
  'item-information',
  'item-status-update',
  'patron-enable',
  'hold',
  'renew',
  'renew-all',
]

/** Tenths of a second a machine should wait for an answer, and how often it should ask again. */
const TIMEOUT = '600'
const RETRIES = '003'
/** "Not known", which is what machines of the dialect are used to. */
const RETRIES_FBS = '999'
const VERSION = '2.00'

/** What this machine may do, truly: what its account may not is told as not supported. Asks the database nothing. */
export function acsStatus(call: Call, request: RequestOf<'sc-status'>, online = true): Handled {
  const { agency, profile, terminal } = call
  const flag = (kind: RequestKind) => (profile.may.has(kind) ? 'Y' : 'N')
  return {
    answer: {
      kind: 'acs-status',
      fixed: {
        online: online ? 'Y' : 'N',
        checkin: flag('checkin'),
        checkout: flag('checkout'),
        renewal: flag('renew'),
        statusUpdate: flag('block-patron'),
        offline: flag('checkin'),
        timeout: TIMEOUT,
        retries: profile.dialect === 'fbs' ? RETRIES_FBS : RETRIES,
        date: now(call),
        version: VERSION,
      },
      fields: fields(
        ['AO', field(request, 'AO') || institutionName(call)],
        ['AM', agency.title],
        ['BX', ORDER.map(flag).join('')],
        ['AN', terminal.name],
      ),
    },
    outcome: 'ok',
  }
}

/** Before anybody has signed in: that somebody is here, and what this is. */
export function acsStatusToStranger(at: Temporal.Instant, request: RequestOf<'sc-status'>): Answer {
  return {
    kind: 'acs-status',
    fixed: {
      online: 'Y',
      checkin: 'Y',
      checkout: 'Y',
      renewal: 'Y',
      statusUpdate: 'Y',
      offline: 'Y',
      timeout: TIMEOUT,
      retries: RETRIES,
      date: sipDate(at),
      version: VERSION,
    },
    fields: fields(['AO', field(request, 'AO')], ['BX', 'Y'.repeat(ORDER.length)]),
  }
}
