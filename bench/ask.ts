import { type Agent, request } from 'node:http'

/** One request over a connection that is kept. */
export function ask(
  agent: Agent,
  to: { readonly port: number; readonly path: string; readonly headers: Readonly<Record<string, string>> },
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const asked = request(
      {
        agent,
        host: '127.0.0.1',
        port: to.port,
        path: to.path,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...to.headers,
          accept: 'application/json',
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text }))
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })
}
