import { z } from 'zod'
import { RegisterDown } from '#patrons'
import type { CprConnection } from './config.ts'
import type { CallSoap } from './soap.ts'

const NAMESPACE = 'http://serviceplatformen.dk/xml/wsdl/soap11/CprSubscriptionService/1/'
const MOST_BYTES = 100_000
/** A large municipality follows some hundred thousand persons, each an element of some fifty bytes. */
const MOST_LIST_BYTES = 40_000_000
const LIST_TAKES = 6

const resultShape = z.object({ Result: z.string() })
const filtersShape = z.preprocess(
  (value) => (value === '' ? {} : value),
  z.object({ PNR: z.array(z.string().regex(/^\d{10}$/)).default([]) }),
)

/** Operation AddPNRSubscription of SF6002; who is followed already stays so. @throws RegisterDown */
export async function addSubscription(call: CallSoap, connection: CprConnection, cpr: string): Promise<void> {
  const result = await change(call, connection, 'AddPNRSubscription', cpr)
  if (result !== 'ADDED' && result !== 'ALREADY_EXISTED') {
    throw new RegisterDown('The CPR register does not take the subscription.')
  }
}

/** Operation RemovePNRSubscription; who is not followed stays so. @throws RegisterDown */
export async function removeSubscription(call: CallSoap, connection: CprConnection, cpr: string): Promise<void> {
  const result = await change(call, connection, 'RemovePNRSubscription', cpr)
  if (result !== 'REMOVED' && result !== 'NON_EXISTING_PNR') {
    throw new RegisterDown('The CPR register does not end the subscription.')
  }
}

/** Operation GetAllFilters, of which the person numbers. @throws RegisterDown */
export async function listSubscriptions(call: CallSoap, connection: CprConnection): Promise<readonly string[]> {
  const read = filtersShape.safeParse(await ask(call, connection, 'GetAllFilters', null))
  if (!read.success) throw new RegisterDown('The CPR register’s list of subscriptions could not be read.')
  return read.data.PNR
}

async function change(call: CallSoap, connection: CprConnection, operation: string, cpr: string): Promise<string> {
  const read = resultShape.safeParse(await ask(call, connection, operation, cpr))
  if (!read.success) throw new RegisterDown('The CPR register’s answer could not be read.')
  return read.data.Result
}

async function ask(call: CallSoap, connection: CprConnection, operation: string, cpr: string | null): Promise<unknown> {
  const list = cpr === null
  const answer = await call({
    endpoint: connection.subscription,
    action: '',
    namespace: NAMESPACE,
    element: operation,
    withAuthority: false,
    cpr,
    timeoutMs: list ? connection.timeoutMs * LIST_TAKES : connection.timeoutMs,
    mostBytes: list ? MOST_LIST_BYTES : MOST_BYTES,
  })
  if (answer.kind === 'body') return answer.body[`${operation}Response`]
  if (answer.kind === 'not-authorised') {
    throw new RegisterDown('The CPR register says that we may not follow anyone: look at the service agreement.')
  }
  throw new RegisterDown('The CPR register answers with a fault.')
}
