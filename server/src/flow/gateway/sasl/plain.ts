import type { SaslExchange, SaslStep } from './exchange.ts'

const malformed: SaslStep = { kind: 'malformed' }

/** PLAIN (RFC 4616): login and password in one line. */
export function plainExchange(): SaslExchange {
  return {
    next(response) {
      if (response === null) return { kind: 'challenge', text: Buffer.alloc(0) }
      const [as, login, password, ...more] = response.toString('utf8').split('\0')
      if (login === undefined || password === undefined || more.length > 0) return malformed
      // To act for somebody else needs a right that nobody has.
      if (as !== '' && as?.toLowerCase() !== login.toLowerCase()) return { kind: 'wrong', login }
      return login === '' || password === '' ? malformed : { kind: 'password', login, password }
    },
  }
}

/** LOGIN (never a standard; Outlook and printers speak nothing else): asks for one after the other. */
export function loginExchange(): SaslExchange {
  let login: string | null = null
  let isAsked = false
  return {
    next(response) {
      if (response === null || (response.length === 0 && !isAsked)) {
        isAsked = true
        return { kind: 'challenge', text: Buffer.from('Username:') }
      }
      isAsked = true
      if (login === null) {
        login = response.toString('utf8')
        return login === '' ? malformed : { kind: 'challenge', text: Buffer.from('Password:') }
      }
      const password = response.toString('utf8')
      return password === '' ? malformed : { kind: 'password', login, password }
    },
  }
}
