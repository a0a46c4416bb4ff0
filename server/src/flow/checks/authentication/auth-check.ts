import { parseHeader } from '#ground/mail/header.ts'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { sealMessage } from './arc/seal-message.ts'
import { formatResults } from './authentication-results.ts'
import { type Signer, signMessage } from './dkim/sign-message.ts'
import { readPrivateKey } from './private-key.ts'
import { type Authentication, type MessageToVerify, verifyMessage } from './verify-message.ts'

/** One question of the command `auth-check`, as it comes in JSON. */
export interface AuthCheckRequest {
  readonly op: 'verify' | 'sign' | 'seal'
  readonly ip: string | null
  readonly helo: string
  readonly mailFrom: string
  /** Null: SPF only. */
  readonly message: Buffer | null
  /** A zone in JSON; null: nothing can be looked up. */
  readonly dns: unknown
  readonly domain: string | null
  readonly selector: string | null
  readonly key: string | null
  readonly nowSeconds: number
}

/** A request that cannot be answered; `text` says what would be right. */
export class AuthCheckError extends Error {
  readonly code = 'bad-request'
  constructor(text: string) {
    super(text)
    this.name = 'AuthCheckError'
  }
}

/**
 * Answers one question from its own zone: the same question always gets the same answer, and nothing is kept
 * for the next. What is unknown is null.
 * @returns verify: `spf, dkim, arc, dmarc`; sign and seal: `headers`, as they stand on top of the message
 * @throws AuthCheckError, ZoneError
 */
export async function authCheck(
  request: AuthCheckRequest,
  signal: AbortSignal,
): Promise<{ answer: object; found: boolean }> {
  if (request.op === 'sign') return { answer: { headers: await sign(request, signal) }, found: false }
  const authentication = await verify(request, request.op === 'seal', signal)
  if (request.op === 'seal') return { answer: { headers: seal(request, authentication) }, found: false }
  return answerOf(request, authentication)
}

async function verify(
  request: AuthCheckRequest,
  forSeal: boolean,
  signal: AbortSignal,
): Promise<Authentication> {
  const message = messageOf(request, forSeal)
  return await verifyMessage(message, createOfflineResolver(request.dns), signal)
}

function messageOf(request: AuthCheckRequest, forSeal: boolean): MessageToVerify {
  const bytes = request.message ?? Buffer.alloc(0)
  const { fields, bodyStart } = parseHeader(bytes)
  return {
    fields,
    bodyStart,
    read: async function* () {
      yield bytes
    },
    ip: request.ip ?? '',
    helo: request.helo,
    mailFrom: request.mailFrom,
    receiver: request.domain ?? 'unknown',
    nowSeconds: request.nowSeconds,
    sampleKey: '',
    forSeal,
    spfMs: Number.POSITIVE_INFINITY,
  }
}

function answerOf(
  request: AuthCheckRequest,
  { spf, dkim, arc, dmarc }: Authentication,
): { answer: object; found: boolean } {
  const sender =
    request.ip === null
      ? { result: null, explanation: null }
      : { result: spf.result, explanation: spf.explanation }
  if (request.message === null) {
    const nothing = { result: null, policy: null, disposition: null, alignment: null }
    return {
      answer: { spf: sender, dkim: [], arc: { cv: null }, dmarc: nothing },
      found: isBad(sender.result),
    }
  }
  const signatures = dkim.map((each) => ({
    d: each.domain,
    s: each.selector,
    result: each.result,
    reason: each.reason,
  }))
  const cv = arc.result === 'temperror' ? null : arc.result
  const {
    result = 'none',
    policy = null,
    disposition = 'none',
    alignment = { spf: false, dkim: false },
  } = dmarc ?? {}
  const found = [sender.result, cv, result, ...dkim.map((each) => each.result)].some(isBad)
  return {
    answer: { spf: sender, dkim: signatures, arc: { cv }, dmarc: { result, policy, disposition, alignment } },
    found,
  }
}

function isBad(word: string | null): boolean {
  return word === 'fail' || word === 'softfail'
}

async function sign(request: AuthCheckRequest, signal: AbortSignal): Promise<string[]> {
  const signer = signerOf(request)
  const nothing: Resolver = { lookup: () => Promise.resolve({ status: 'nodata' }) }
  const { header, bodyHash } = await verifyMessage(messageOf(request, true), nothing, signal)
  return [signMessage(header, bodyHash ?? '', signer)]
}

/** Results are those of the request's own zone; the authserv-id is the sealer's domain. */
function seal(request: AuthCheckRequest, authentication: Authentication): string[] {
  const { header, chain, arc, bodyHash } = authentication
  const signer = signerOf(request)
  const results = formatResults(authentication, request.mailFrom, request.ip ?? '')
  return sealMessage(header, chain, arc.result, bodyHash ?? '', signer.domain, results, signer) ?? []
}

function signerOf(request: AuthCheckRequest): Signer {
  const { message, domain, selector, key, nowSeconds } = request
  if (message === null || domain === null || selector === null || key === null) {
    throw new AuthCheckError(`${request.op} needs message, domain, selector and key`)
  }
  try {
    return { domain, selector, key: readPrivateKey(key), nowSeconds }
  } catch (cause) {
    throw new AuthCheckError(`key: ${(cause as Error).message}`)
  }
}
