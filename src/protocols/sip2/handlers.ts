import { unreachable } from '#core'
import type { Call, Handled } from './call.ts'
import { holdAnswer } from './hold.ts'
import { checkoutAnswer, renewAllAnswer, renewAnswer } from './lending.ts'
import type { Request } from './messages.ts'
import {
  blockPatronAnswer,
  endSessionAnswer,
  feePaidAnswer,
  patronEnableAnswer,
  patronInformationAnswer,
  patronStatusAnswer,
} from './people.ts'
import { checkinAnswer, itemInformationAnswer, itemStatusUpdateAnswer } from './returning.ts'
import { acsStatus } from './status.ts'

/** Messages about the connection itself, which whoever keeps the connection answers. */
export type Conversation = 'login' | 'resend' | 'resend-answer'
export type Errand = Exclude<Request, { readonly kind: Conversation }>

/** Carries out one message of a machine that has signed in. Each has an answer of its own kind, also when it is no. */
export async function handle(call: Call, request: Errand): Promise<Handled> {
  switch (request.kind) {
    case 'sc-status':
      return acsStatus(call, request)
    case 'patron-status':
      return patronStatusAnswer(call, request)
    case 'patron-information':
      return patronInformationAnswer(call, request)
    case 'checkout':
      return checkoutAnswer(call, request)
    case 'checkin':
      return checkinAnswer(call, request)
    case 'hold':
      return holdAnswer(call, request)
    case 'item-information':
      return itemInformationAnswer(call, request)
    case 'item-status-update':
      return itemStatusUpdateAnswer(call, request)
    case 'renew':
      return renewAnswer(call, request)
    case 'renew-all':
      return renewAllAnswer(call, request)
    case 'end-session':
      return endSessionAnswer(call, request)
    case 'fee-paid':
      return feePaidAnswer(call, request)
    case 'patron-enable':
      return patronEnableAnswer(call, request)
    case 'block-patron':
      return blockPatronAnswer(call, request)
    default:
      return unreachable(request)
  }
}

export function isErrand(request: Request): request is Errand {
  return request.kind !== 'login' && request.kind !== 'resend' && request.kind !== 'resend-answer'
}
