import { RequestError } from './suite-command.ts'

type Request = Readonly<Record<string, unknown>>

/** A text of a request; the default where it is missing or null. @throws RequestError */
export function textField<D>(request: Request, name: string, otherwise: D): string | D {
  const value = request[name]
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'string') throw new RequestError('bad-request', `${name} is a text`)
  return value
}

/** A number of a request; the default where it is missing or null. @throws RequestError */
export function numberField<D>(request: Request, name: string, otherwise: D): number | D {
  const value = request[name]
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RequestError('bad-request', `${name} is a number`)
  return value
}

/** Raw bytes of a request, which travel as base64; null where they are missing. @throws RequestError */
export function bytesField(request: Request, name: string): Buffer | null {
  const value = textField(request, name, null)
  if (value === null) return null
  const packed = value.replace(/\s+/g, '')
  // Node skips what is no base64; a message cut to pieces must not be judged as if it were whole.
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(packed)) throw new RequestError('bad-request', `${name} is not base64`)
  return Buffer.from(packed, 'base64')
}
