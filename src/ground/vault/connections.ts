import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { OperatorProblem } from '#db'

/*
 * How libraries are connected to a service outside is said in a file: `agencies:`, and below it what one library needs by
 * its short name. Keys and certificates are files of their own, which are looked for beside it.
 */

export interface ConnectionFile<Schema extends z.ZodType> {
  /** The variable of the environment that names the file. */
  readonly variable: string
  /** What it connects to, for whoever reads of a fault: `the SMS gateway`. */
  readonly to: string
  /** What one library needs. */
  readonly agency: Schema
}

/** The files that a library's part names, and what is wrong with that part; faults begin with their place in it. */
export interface Beside {
  /** What a file holds; a fault, and empty, when it cannot be read. */
  text(place: string, file: string): string
  /** What a file holds, without the space around it; a fault when it cannot be read or is empty. */
  secret(place: string, file: string): string
  readonly faults: string[]
}

const NAME = z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'must be a library’s short name')

/**
 * Reads the connections of all libraries, by short name. A library that is not there is not connected.
 * @throws OperatorProblem that names every fault, and no key
 */
export function readConnections<Schema extends z.ZodType, Connection>(
  path: string,
  what: ConnectionFile<Schema>,
  connect: (given: z.output<Schema>, beside: Beside) => Connection,
): ReadonlyMap<string, Connection> {
  const read = z.strictObject({ agencies: z.record(NAME, what.agency) }).safeParse(yamlOf(path, what))
  if (!read.success) {
    throw problem(
      path,
      what,
      read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    )
  }
  const faults: string[] = []
  const connections = new Map<string, Connection>()
  for (const [name, given] of Object.entries(read.data.agencies)) {
    const beside = besideOf(path)
    connections.set(name, connect(given, beside))
    faults.push(...beside.faults.map((fault) => `agencies.${name}.${fault}`))
  }
  if (faults.length > 0) throw problem(path, what, faults)
  return connections
}

/** Keys, and what people are, pay or are written, leave this machine only over TLS. */
export function mayCarry(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isThisMachine(hostname)
}

/** Whether a host is this machine, where simulators are. */
export function isThisMachine(host: string): boolean {
  return ['127.0.0.1', '[::1]', '::1', 'localhost'].includes(host)
}

function besideOf(path: string): Beside {
  const faults: string[] = []
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(resolve(dirname(path), file), 'utf8')
    } catch {
      return undefined
    }
  }
  return {
    faults,
    text(place, file) {
      const text = read(file)
      if (text === undefined) faults.push(`${place}: the file ${file} cannot be read`)
      return text ?? ''
    },
    secret(place, file) {
      const text = read(file)?.trim() ?? ''
      if (text === '') faults.push(`${place}: ${file} cannot be read, or is empty`)
      return text
    },
  }
}

function yamlOf(path: string, what: ConnectionFile<z.ZodType>): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new OperatorProblem(`${what.variable} names ${path}, which cannot be read.`)
  }
  try {
    return parse(text)
  } catch (fault) {
    // The first line tells what and where; those below repeat what stands there, which may be a secret.
    throw problem(path, what, [fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : 'is not YAML'])
  }
}

function problem(path: string, { to }: ConnectionFile<z.ZodType>, faults: readonly string[]): OperatorProblem {
  const list = faults.map((fault) => `- ${fault}`).join('\n')
  return new OperatorProblem(`The connection to ${to} in ${path} cannot be used:\n${list}`)
}
