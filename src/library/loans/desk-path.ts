import type { FastifyRequest } from 'fastify'

/** An address at the desk where patrons are served. */
export function deskPath(request: FastifyRequest, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}/staff/desk${path}`
}
