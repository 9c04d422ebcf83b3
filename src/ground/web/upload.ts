import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { withStatus } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by {@link withUpload} only: how large a file the route takes. */
    uploadBytes?: number
  }
}

/** For a route whose form carries a file. Every other route turns such forms away. */
export function withUpload(mostBytes: number) {
  return { config: { uploadBytes: mostBytes } } as const
}

/** A file as it comes in: to be read once, and to the end. */
export interface Upload {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Known when it has been read: the file was larger than the route takes, and what came of it ends before its end. */
  readonly isCut: () => boolean
}

/** Where {@link readUpload} puts the file among a form's fields. */
export const UPLOAD = Symbol('upload')

const MOST_FIELDS = 30
const LONGEST_FIELD = 10_000
/** What is no file must have arrived by then; a file may take longer. */
const PATIENCE_MS = 30_000

/** Reads forms with a file: the fields that stand before it at once, the file as the route asks for it. */
export function addUploads(app: FastifyInstance): void {
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, payload: Readable) => {
    const { uploadBytes } = request.routeOptions.config
    if (uploadBytes === undefined) throw withStatus(415)
    return readUpload(request, payload, uploadBytes)
  })
  app.addHook('onRequest', async (request) => {
    const { raw } = request
    if (request.method === 'GET' || request.routeOptions.config.uploadBytes !== undefined || raw.complete) return
    const timer = setTimeout(() => void (raw.complete || raw.destroy()), PATIENCE_MS).unref()
    raw.once('end', () => clearTimeout(timer))
    raw.once('close', () => clearTimeout(timer))
  })
}

function readUpload(
  request: FastifyRequest,
  payload: Readable,
  mostBytes: number,
): Promise<Record<string | symbol, unknown>> {
  return new Promise((resolve, reject) => {
    const fields: Record<string | symbol, unknown> = {}
    const refuse = () => reject(withStatus(400))
    let parser: BusboyInstance
    try {
      const limits = { fields: MOST_FIELDS, fieldSize: LONGEST_FIELD, files: 1, fileSize: mostBytes }
      parser = new Busboy({
        headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
        limits,
      })
    } catch {
      refuse()
      return
    }
    parser.on('field', (name, value) => {
      // As in every other form: a NUL cannot be kept, and what is no UTF-8 would be kept wrong.
      if (/[\uFFFD\0]/.test(name + value)) refuse()
      fields[name] = value
    })
    parser.on('file', (_name, file) => {
      const upload: Upload = { bytes: file, isCut: () => 'truncated' in file && file.truncated === true }
      payload.once('close', () => {
        // Whoever reads the file learns that it ended before its time.
        if (!request.raw.complete) file.destroy(new Error('the upload was cut off'))
      })
      fields[UPLOAD] = upload
      resolve(fields)
    })
    parser.on('finish', () => resolve(fields))
    parser.on('error', refuse)
    payload.on('error', refuse)
    payload.pipe(parser)
  })
}

export function uploadIn(body: unknown): Upload | undefined {
  return typeof body === 'object' && body !== null && UPLOAD in body ? (body[UPLOAD] as Upload) : undefined
}
