import { BlockList, isIPv6 } from 'node:net'
import { type Terminal, terminalActor, verifyTerminal } from '#auth'
import type { Actor } from '#core'
import { policyOf } from '#privacy'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import type { Call } from './call.ts'
import type { Desk, DoorVerdict } from './ports.ts'
import { asPolicySays, profileOf, sip2Setup } from './profile.ts'

/** A library whose machines may call. */
export interface Sip2Library {
  readonly name: string
  readonly number: string
  readonly title: string
}

export interface Sip2Libraries {
  readonly all: () => Promise<readonly Sip2Library[]>
  /** Undefined while the library cannot be used, such as when it is being restored. */
  readonly context: (name: string, actor: Actor) => Promise<Context | undefined>
}

export interface ReceptionOptions {
  readonly libraries: Sip2Libraries
  readonly desk: Desk
  /** Decides about visits in staff-less hours; without it no door opens. */
  readonly enter?: DoorVerdict | undefined
}

export interface Credentials {
  /** The terminal's name, or `name@library` where there are several libraries. */
  readonly name: string
  readonly secret: string
  /** CP of a login: another place to name the library. */
  readonly location?: string | undefined
  readonly address: string
  /** The library a listener or an address belongs to. */
  readonly library?: string | undefined
}

export interface Admitted {
  readonly library: string
  readonly call: Call
  /** The same machine as it is now; undefined when its account has been disabled. */
  readonly again: () => Promise<Admitted | undefined>
}

const VISITOR: Actor = { kind: 'system', job: 'sip2' }

/** Lets machines in, over whatever they come. */
export class Reception {
  readonly #options: ReceptionOptions

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  /** A machine that shows its secret; undefined for any reason there may be not to let it in. */
  async admit(given: Credentials): Promise<Admitted | undefined> {
    const { libraries, desk, enter } = this.#options
    const { name, library } = await this.#whose(given)
    const ctx = library && (await libraries.context(library.name, VISITOR))
    if (!ctx || !library) return undefined
    const verified = await verifyTerminal(ctx, name, given.secret, { address: given.address })
    if (!verified.ok) return undefined
    const terminal: Terminal = verified.value
    const [setup, { policy }] = await Promise.all([readSetting(ctx, sip2Setup), policyOf(ctx)])
    const profile = asPolicySays(profileOf(terminal, setup), terminal.kind, policy)
    if (!isFrom(given.address, profile.from)) return undefined
    const call: Call = {
      ctx: { ...ctx, actor: terminalActor(terminal) },
      terminal,
      profile,
      agency: library,
      desk,
      enter,
    }
    return { library: library.name, call, again: () => this.admit(given) }
  }

  async #whose({ name, location, library }: Credentials): Promise<{ name: string; library: Sip2Library | undefined }> {
    const all = await this.#options.libraries.all()
    const called = (wanted: string) => {
      const plain = wanted.trim().replace(/^DK-/i, '').toLowerCase()
      return all.find((each) => each.name === plain || each.number === plain)
    }
    if (library !== undefined) return { name, library: called(library) }
    const at = name.lastIndexOf('@')
    if (at > 0) return { name: name.slice(0, at), library: called(name.slice(at + 1)) }
    const only = all.length === 1 ? all[0] : undefined
    return { name, library: only ?? (location ? called(location) : undefined) }
  }
}

/** Whether an address lies in one of the networks; in any when none is named. */
export function isFrom(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true
  const list = new BlockList()
  for (const network of networks) {
    const [base = '', bits] = network.split('/')
    const family = isIPv6(base) ? 'ipv6' : 'ipv4'
    try {
      list.addSubnet(base, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
    } catch {
      // A network that is none admits nobody.
    }
  }
  const plain = address.replace(/^::ffff:(?=\d+\.\d+)/i, '')
  try {
    return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
  } catch {
    return false
  }
}
