import { Worker } from 'node:worker_threads'
import type { HashTask } from './hash-worker.ts'

/** More at once would take the memory and the cores that the desks need. */
const AT_ONCE = 2

interface Job {
  readonly task: HashTask
  readonly resolve: (hash: Buffer) => void
  readonly reject: (fault: unknown) => void
}

const idle: Worker[] = []
const busy = new Map<Worker, Job>()
const waiting: Job[] = []

/**
 * Makes one argon2id hash in a thread of its own; at most two at once, the others wait in the order they came. The
 * threads are started when they are first needed, and hold no program open that has nothing to hash.
 */
export function makeHash(task: HashTask): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    waiting.push({ task, resolve, reject })
    next()
  })
}

/** Ends the threads. Whoever still waits for a hash is told so; a later one starts a thread again. */
export async function closeHashing(): Promise<void> {
  const workers = [...idle, ...busy.keys()]
  const left = waiting.splice(0)
  for (const job of left) job.reject(new Error('hashing has been closed'))
  await Promise.all(workers.map((worker) => worker.terminate()))
}

function next(): void {
  if (waiting.length === 0 || busy.size >= AT_ONCE) return
  const worker = idle.pop() ?? start()
  const job = waiting.shift()
  if (!job) return
  busy.set(worker, job)
  worker.ref()
  worker.postMessage(job.task)
}

function start(): Worker {
  // Without the program's own flags, some of which no thread takes.
  const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { execArgv: [] })
  worker.unref()
  worker.on('message', (hash: Uint8Array) => {
    const job = busy.get(worker)
    busy.delete(worker)
    worker.unref()
    idle.push(worker)
    job?.resolve(Buffer.from(hash))
    next()
  })
  worker.on('error', (fault) => lose(worker, fault))
  worker.on('exit', () => lose(worker, new Error('a thread for hashing has ended')))
  return worker
}

/** A thread that has ended takes its own job along, not those that wait. */
function lose(worker: Worker, fault: unknown): void {
  const at = idle.indexOf(worker)
  if (at >= 0) idle.splice(at, 1)
  const job = busy.get(worker)
  busy.delete(worker)
  job?.reject(fault)
  next()
}
