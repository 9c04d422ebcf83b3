import type { FastifyReply, FastifyRequest } from 'fastify'
import { exportHtml, exportJson, exportPdf, type PersonExport } from '#privacy'
import { texts } from './desk-texts.ts'

const FORMS = {
  html: { type: 'text/html; charset=utf-8', make: exportHtml },
  pdf: { type: 'application/pdf', make: exportPdf },
  json: { type: 'application/json; charset=utf-8', make: exportJson },
} as const satisfies Record<string, { type: string; make(data: PersonExport): string | Promise<Buffer> }>

export type CopyForm = keyof typeof FORMS

export function isCopyForm(text: string): text is CopyForm {
  return Object.hasOwn(FORMS, text)
}

/** Sends a person's copy as a file, made as it is asked for: nothing of it stays on the server. */
export async function sendCopy(
  request: FastifyRequest,
  reply: FastifyReply,
  data: PersonExport,
  form: CopyForm,
): Promise<FastifyReply> {
  // The name of the file says nothing of whose it is.
  const name = `${texts.copyFile[request.language]}.${form}`
  return reply
    .type(FORMS[form].type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(await FORMS[form].make(data))
}
