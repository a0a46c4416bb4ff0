import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ApiProblem, problems } from './api-problem.ts'
import { guardHeaders } from './guard-requests.ts'

/**
 * Answers what never becomes a question, since it is no HTTP, too long or too slow, as every other error is answered. Where
 * an answer has begun on its connection nothing may stand in the middle of that: then it only ends.
 */
export function refuseUnreadable(server: Server): void {
  const latest = new WeakMap<Duplex, ServerResponse>()
  server.on('request', ({ socket }: IncomingMessage, response) => void latest.set(socket, response))
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { status, head, body } = answerOf(problems.unmetExpectation())
    response.writeHead(status, head).end(body)
  })
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    const answer = latest.get(socket)
    const isInAnswer = answer?.headersSent === true && !answer.writableFinished
    if (socket.writable && !isInAnswer && code !== 'ECONNRESET')
      socket.end(textOf(problemOf(code)), () => socket.destroy())
    else socket.destroy()
  })
}

/** What is wrong, by the code of the parser of Node. */
function problemOf(code: string): ApiProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return problems.longHeader()
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problems.slowRequest()
  return problems.noHttp()
}

/** A whole answer, after which the connection ends: nobody knows where the next question would begin. */
function textOf(problem: ApiProblem): string {
  const { status, head, body } = answerOf(problem)
  const fields = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join('')}\r\n${body}`
}

function answerOf(problem: ApiProblem) {
  const body = JSON.stringify(problem.toAnswer())
  const head = {
    ...guardHeaders,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  return { status: problem.status, head, body }
}
