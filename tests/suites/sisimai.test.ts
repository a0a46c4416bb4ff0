import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { BounceClass } from '../../server/src/ground/bounces/bounce-classes.ts'
import { readBounce } from '../../server/src/ground/bounces/read-bounce.ts'

/**
 * The bounces of Postfix, sendmail and Exim of the Sisimai project, where the folder in MAILKEEP_SUITES has them as
 * set-of-emails/maildir/bsd/ and rb-sisimai/test/public/. They never enter this repository; our own cases are in
 * server/src/ground/bounces/.
 */
const folder = process.env.MAILKEEP_SUITES ?? ''
const mails = join(folder, 'set-of-emails/maildir/bsd')

/** Words of theirs and what we call it. Some of theirs are wider than ours, and some narrower. */
const ours: Readonly<Record<string, readonly BounceClass[]>> = {
  userunknown: ['user-unknown'],
  // "Not our user" (551) names no new address: gone or never there, and hard in both.
  hasmoved: ['user-moved', 'user-unknown'],
  suspend: ['user-disabled'],
  filtered: ['user-refuses', 'user-unknown', 'user-disabled', 'policy'],
  mailboxfull: ['mailbox-full'],
  hostunknown: ['domain-unknown'],
  notaccept: ['domain-takes-no-mail'],
  rejected: ['sender-refused', 'address-blocked', 'rate-limited', 'policy'],
  // A sender that its relay does not know ("address is not verified") is refused for what it is.
  norelaying: ['relay-refused', 'sender-refused'],
  // A missing name of ours is a narrower reason; a 421 before MAIL names none at all, so we only call the server busy.
  blocked: ['address-blocked', 'address-reputation', 'reverse-name', 'server-busy'],
  badreputation: ['address-reputation'],
  requireptr: ['reverse-name'],
  authfailure: ['authentication'],
  toomanyconn: ['too-many-connections', 'rate-limited', 'too-many-recipients'],
  speeding: ['rate-limited'],
  emailtoolarge: ['message-too-large'],
  // "Message content rejected" speaks of no spam.
  spamdetected: ['spam', 'content'],
  virusdetected: ['virus'],
  contenterror: ['content', 'standards'],
  notcompliantrfc: ['standards'],
  policyviolation: ['policy', 'content', 'sender-refused', 'protocol'],
  securityerror: ['credentials', 'tls-needed', 'policy'],
  // What a program behind the mailbox ended with.
  systemerror: ['server-trouble', 'server-busy', 'mail-program'],
  systemfull: ['server-full'],
  mailererror: ['mail-program'],
  networkerror: ['network', 'loop'],
  // A warning that only has "421": it is late, and the server busy.
  expired: ['expired', 'network', 'server-busy'],
  syntaxerror: ['protocol', 'standards'],
  undefined: ['unknown'],
}

/** Where we hold to what we say. */
const differs: Readonly<Record<string, string>> = {
  'postfix-01':
    'the status and the text say that there is no such user; theirs only looks at the program that says so',
  'postfix-07':
    'it does not tell where in the conversation it was said, and theirs takes that for a rule of the mailbox',
  'sendmail-02': 'the same words with the same status are hard in their postfix-02, and here they are not',
  'sendmail-48': 'the server says that it had no recipient, so it was the recipient that it did not know',
  'sendmail-56': 'the report says 554 and 5.5.0; theirs are of the goodbye to another try',
  'exim-30': 'a rule about a recipient ("access denied") does not say that there is none',
}

for (const kind of ['postfix', 'sendmail', 'exim']) {
  const table = join(folder, `rb-sisimai/test/public/lhost-${kind}.rb`)
  if (folder === '' || !existsSync(table)) continue
  describe(`bounces of Sisimai: ${kind}`, () => {
    for (const { number, recipients } of readTable(readFileSync(table, 'utf8'))) {
      const name = `${kind}-${number}`
      const file = join(mails, `lhost-${name}.eml`)
      const skip = existsSync(file) ? false : 'not at hand'
      it(name, { skip, todo: differs[name] ?? false }, async () => {
        const read = await readBounce(readFileSync(file))
        assert.equal(read.recipients.length, recipients.length)
        for (const [index, [status = '', code = '', reason = '', hard = '']] of recipients.entries()) {
          const found = read.recipients[index]
          assert.ok(
            ours[reason]?.includes(found?.reason ?? 'unknown'),
            `${reason}, and we say ${found?.reason}: ${found?.diagnostic}`,
          )
          // Where the bounce has no status they make one of their own: its class is all that can be compared.
          const isOwn = /^\d\.(0\.9|9\.)/.test(status)
          assert.equal(isOwn ? found?.status[0] : found?.status, isOwn ? status[0] : status)
          if (code !== '') assert.equal(String(found?.code), code)
          assert.equal(String(found?.hard), hard)
        }
      })
    }
  })
}

/** Rows such as `'02' => [['5.2.1', '550', 'userunknown', true], …]`. */
function readTable(text: string): { number: string; recipients: string[][] }[] {
  return [...text.matchAll(/'(\d\d)' => \[((?:\[[^\]]*\][,\s]*)+)\]/g)].map(([, number = '', rows = '']) => ({
    number,
    recipients: [...rows.matchAll(/\[([^\]]*)\]/g)].map(([, cells = '']) =>
      cells.split(',').map((each) => each.trim().replace(/^'(.*)'$/, '$1')),
    ),
  }))
}
