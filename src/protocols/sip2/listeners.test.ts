import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { OperatorProblem } from '#db'
import { readSip2Listeners } from './listeners.ts'

const PEM = join(import.meta.dirname, '../../../test/fixtures/sip2/localhost.pem')
const host = '127.0.0.1'

test('machines may call at the ports the operator names, each a library’s or everybody’s', () => {
  assert.deepEqual(readSip2Listeners({ host }), [])
  assert.deepEqual(readSip2Listeners({ host, ports: '6001' }), [{ host, port: 6001 }])
  assert.deepEqual(readSip2Listeners({ host, ports: '6001=glostrup, 6002=733600' }), [
    { host, port: 6001, library: 'glostrup' },
    { host, port: 6002, library: '733600' },
  ])
  const [secure] = readSip2Listeners({ host, tlsPorts: '6443', certFile: PEM, keyFile: PEM })
  assert.ok(secure?.port === 6443 && secure.tls)
})

test('what cannot be listened with is told before anything starts', () => {
  for (const [config, told] of [
    [{ ports: 'seks' }, /KVIT_SIP2_PORT/],
    [{ ports: '70000' }, /KVIT_SIP2_PORT/],
    [{ tlsPorts: '6443' }, /KVIT_SIP2_TLS_CERT/],
    [{ tlsPorts: '6443', certFile: `${PEM}.no`, keyFile: PEM }, /KVIT_SIP2_TLS_CERT.*cannot be read/],
    [{ tlsPorts: '6443', certFile: import.meta.filename, keyFile: PEM }, /KVIT_SIP2_TLS_CERT/],
  ] as const) {
    assert.throws(
      () => readSip2Listeners({ host, ...config }),
      (fault: Error) => fault instanceof OperatorProblem && told.test(fault.message),
      JSON.stringify(config),
    )
  }
})
