import { type Clock, dayOf, type Log, silentLog } from '#core'
import { OperatorProblem } from '#db'
import { type Cpr, type CprRegister, readCpr } from '#patrons'
import { fetchChanges } from './changes.ts'
import { type CprConnection, type CprServiceConfig, transportFaults } from './config.ts'
import { lookUp } from './lookup.ts'
import { soapOver } from './soap.ts'
import { addSubscription, listSubscriptions, removeSubscription } from './subscription.ts'

export interface CprServiceOptions {
  /** Says which day it is, for protections and custody that begin or end. */
  readonly clock: Clock
  /** Is told of files that are not whole and lines that are no records; never of anyone in them. */
  readonly log?: Log
}

/** The CPR register at KOMBIT's Serviceplatformen, for each library that has a connection. @throws OperatorProblem */
export function connectCprService(
  config: CprServiceConfig,
  { clock, log = silentLog }: CprServiceOptions,
): (agency: string) => CprRegister | undefined {
  const registers = new Map<string, CprRegister>()
  for (const [agency, connection] of config.agencies) {
    const faults = transportFaults(connection)
    if (faults.length > 0) {
      throw new OperatorProblem(`The connection of ${agency} to the CPR register cannot be used: ${faults.join('; ')}.`)
    }
    registers.set(agency, registerOver(connection, clock, log))
  }
  return (agency) => registers.get(agency)
}

function registerOver(connection: CprConnection, clock: Clock, log: Log): CprRegister {
  const call = soapOver(connection)
  const mayLeave = ({ replacement }: Pick<Cpr, 'replacement'>) => !replacement || connection.testNumbers
  const leaving = (cpr: Cpr): string => {
    // Whoever asks looks at `serves` first; this is the last door of the house.
    if (!mayLeave(cpr)) throw new Error('a replacement number never leaves the house')
    return cpr.digits
  }
  return {
    serves: mayLeave,
    lookup: async (cpr) => await lookUp(call, connection, { cpr: leaving(cpr), today: dayOf(clock.now()) }),
    subscribe: async (cpr) => await addSubscription(call, connection, leaving(cpr)),
    unsubscribe: async (digits) => {
      // Nobody was ever followed by what is no CPR number, or by a replacement number.
      const cpr = readCpr(digits)
      if (cpr && mayLeave(cpr)) await removeSubscription(call, connection, cpr.digits)
    },
    subscriptions: async () => await listSubscriptions(call, connection),
    changes: async (after) => await fetchChanges(connection, log, after),
  }
}
