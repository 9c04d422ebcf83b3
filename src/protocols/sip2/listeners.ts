import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { OperatorProblem } from '#db'
import type { Sip2Listener } from './server.ts'

/** Where machines may call, as the environment says it. */
export interface Sip2Config {
  /** `6001`, or `6001=glostrup,6002=stevns` where each library has a port; an agency number will do too. */
  readonly ports?: string | undefined
  readonly tlsPorts?: string | undefined
  readonly host: string
  /** PEM files: the certificate with those it rests on, and its key. */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** @throws OperatorProblem naming the variable and what it may be */
export function readSip2Listeners(config: Sip2Config): Sip2Listener[] {
  const plain = portsOf('KVIT_SIP2_PORT', config.ports).map((port) => ({ ...port, host: config.host }))
  const wanted = portsOf('KVIT_SIP2_TLS_PORT', config.tlsPorts)
  if (wanted.length === 0) return plain
  const { certFile, keyFile } = config
  if (!certFile || !keyFile) {
    throw new OperatorProblem('KVIT_SIP2_TLS_PORT needs KVIT_SIP2_TLS_CERT and KVIT_SIP2_TLS_KEY, two PEM files.')
  }
  const tls = { cert: read('KVIT_SIP2_TLS_CERT', certFile), key: read('KVIT_SIP2_TLS_KEY', keyFile) }
  try {
    createSecureContext(tls)
  } catch {
    throw new OperatorProblem('KVIT_SIP2_TLS_CERT and KVIT_SIP2_TLS_KEY are no certificate in PEM and the key to it.')
  }
  return [...plain, ...wanted.map((port) => ({ ...port, host: config.host, tls }))]
}

const PORT = /^(\d{1,5})(?:=([A-Za-z0-9_-]{1,40}))?$/

function portsOf(variable: string, text: string | undefined): { port: number; library?: string }[] {
  const pieces = (text ?? '').split(',').map((piece) => piece.trim())
  return pieces
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [, port, library] = PORT.exec(piece) ?? []
      if (port === undefined || Number(port) > 65_535) {
        throw new OperatorProblem(`${variable} is ${text}. Say a port, such as 6001, or 6001=glostrup,6002=stevns.`)
      }
      return { port: Number(port), ...(library ? { library } : {}) }
    })
}

function read(variable: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (fault) {
    throw new OperatorProblem(`${variable} names ${file}, which cannot be read: ${(fault as Error).message}`)
  }
}
