import { type Argon2Parameters, argon2Sync } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** One hash to be made. */
export interface HashTask {
  readonly message: Uint8Array
  readonly nonce: Uint8Array
  readonly tagLength: number
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

// A thread of its own: argon2's ordinary threads are the ones that files and look-ups of names wait for too.
parentPort?.on('message', (task: HashTask) => {
  const given: Argon2Parameters = task
  parentPort?.postMessage(new Uint8Array(argon2Sync('argon2id', given)))
})
