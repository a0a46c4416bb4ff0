/**
 * Every answer that a client can get, once. Texts tell a postmaster what to do and nothing about our inside;
 * refusals that the ledger keeps carry its id, so that a peer's bounce leads to our trace (RFC 3463 for the codes).
 */
export interface Reply {
  readonly code: number
  readonly enhanced: string
  readonly text: string
  /** The connection ends after this reply. */
  readonly close?: boolean
  /** Of whom it speaks, where the client has made no error: a fault of ours, or one that a command before it had. */
  readonly because?: 'ours' | 'before'
}

const reply = (code: number, enhanced: string, text: string): Reply => ({ code, enhanced, text })
const ours = (code: number, enhanced: string, text: string): Reply => ({
  code,
  enhanced,
  text,
  because: 'ours',
})
const follows = (code: number, enhanced: string, text: string): Reply => ({
  ...{ code, enhanced, text, because: 'before' },
})
const last = (code: number, enhanced: string, text: string): Reply => ({ code, enhanced, text, close: true })

export const replies = {
  greeting: (host: string) => reply(220, '', `${host} ESMTP ready`),
  bye: last(221, '2.0.0', 'Goodbye'),
  ok: reply(250, '2.0.0', 'Ok'),
  senderOk: reply(250, '2.1.0', 'Sender ok'),
  recipientOk: reply(250, '2.1.5', 'Recipient ok'),
  accepted: (id: string) => reply(250, '2.0.0', `Accepted as ${id}`),
  chunkOk: (size: number) => reply(250, '2.0.0', `${size} octets received`),
  cannotVerify: reply(252, '2.1.5', 'Send mail and it will be tried'),
  help: reply(214, '2.0.0', 'Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY STARTTLS HELP'),
  startData: reply(354, '', 'End data with <CR><LF>.<CR><LF>'),
  startTls: reply(220, '2.0.0', 'Ready to start TLS'),

  loginOk: reply(235, '2.7.0', 'Logged in'),
  challenge: (text: Buffer) => reply(334, '', text.toString('base64')),
  loginWrong: (id: string) => reply(535, '5.7.8', `Login or password is wrong [${id}]`),
  loginCancelled: reply(501, '5.7.0', 'The login was given up'),
  loginMalformed: reply(501, '5.5.2', 'This is no answer that the mechanism knows'),
  loginNeedsTls: reply(538, '5.7.11', 'Start TLS first; passwords are taken over TLS only'),
  loginTwice: reply(503, '5.5.1', 'You are logged in already'),
  noMechanism: reply(504, '5.5.4', 'Mechanisms: SCRAM-SHA-256 PLAIN LOGIN'),
  loginAway: (id: string) =>
    ours(454, '4.7.0', `Logins cannot be looked up at the moment, try again [${id}]`),
  tooManyLogins: (id: string) =>
    last(421, '4.7.0', `Too many wrong passwords from your address, try again in some minutes [${id}]`),
  needsTls: reply(530, '5.7.0', 'Start TLS first'),
  needsLogin: reply(530, '5.7.0', 'Log in first'),
  notYourAddress: (id: string, address: string) =>
    reply(550, '5.7.1', `You may not send as ${address}; use an address of your own [${id}]`),
  notYourAuthor: (id: string) =>
    reply(550, '5.7.1', `The From field has an address that is not yours; use one of your own [${id}]`),
  senderElsewhere: (id: string) =>
    reply(550, '5.7.1', `Your server may send through here, but not for the domain of this sender [${id}]`),
  sendingOff: (id: string) =>
    reply(550, '5.7.1', `Sending is not switched on for this sender; ask your administrator [${id}]`),
  noLiteral: (id: string) =>
    reply(550, '5.1.2', `Mail is not sent to bare addresses of hosts; name a domain [${id}]`),
  oneWay: reply(
    452,
    '4.5.3',
    'Recipients here and elsewhere go in two transactions, send this one in another',
  ),
  oneNotice: reply(
    452,
    '4.5.3',
    'A notice without a sender goes to one recipient, send the others in another',
  ),
  tooMuchSent: (id: string, limit: number) =>
    reply(451, '4.7.1', `You may write to ${limit} recipients an hour, try again later [${id}]`),
  sendingSuspended: (id: string) =>
    reply(
      451,
      '4.7.1',
      `Sending by this mailbox is suspended, since it sends as stolen ones do; ask your administrator [${id}]`,
    ),
  tooFastNotices: (id: string) => reply(451, '4.7.1', `Too many notices without a sender, slow down [${id}]`),

  shuttingDown: last(421, '4.3.2', 'Service is restarting, try again shortly'),
  tooManyConnections: last(421, '4.7.0', 'Too many connections from your address, close some and try again'),
  tooFastConnections: last(421, '4.7.0', 'Too many new connections from your address, try again in a minute'),
  nodeFull: last(421, '4.3.2', 'All connections are in use, try again shortly'),
  overloaded: last(421, '4.3.2', 'Short of resources, try again shortly'),
  timeout: last(421, '4.4.2', 'Nothing was heard for too long, closing'),
  sessionOver: last(421, '4.4.2', 'The connection has lasted long enough, open a new one'),
  tooManyErrors: last(421, '4.7.0', 'Too many errors, closing'),
  tooManyMessages: last(421, '4.3.2', 'Enough messages on one connection, open a new one'),
  earlyTalker: last(554, '5.5.1', 'Wait for the greeting before you send commands'),
  pipelineAbuse: last(503, '5.5.1', 'Wait for the reply to this command before you send more'),
  badProxyHeader: last(421, '4.3.0', 'The connection did not start with a valid PROXY header'),

  lineTooLong: reply(500, '5.5.2', 'Command line is too long'),
  bareLineFeed: last(554, '5.5.2', 'Lines must end with CR LF; a bare CR or LF was received'),
  unknownCommand: reply(500, '5.5.1', 'Command not recognised'),
  badSyntax: (usage: string) => reply(501, '5.5.4', `Syntax: ${usage}`),
  badSequence: (first: string) => follows(503, '5.5.1', `Send ${first} first`),
  nestedMail: reply(503, '5.5.1', 'A transaction is open; send RSET to drop it'),
  mixedData: reply(503, '5.5.1', 'Only BDAT may follow BDAT in one transaction; send RSET to drop it'),
  alreadyTls: reply(503, '5.5.1', 'TLS is already active'),
  noTlsNow: ours(454, '4.7.0', 'TLS is not available at the moment'),
  notTrusted: reply(550, '5.7.0', 'Not allowed from your address'),
  unknownParameter: (name: string) => reply(555, '5.5.4', `Parameter not supported: ${name}`),
  badSender: reply(553, '5.1.7', 'The sender address is not a valid mailbox'),
  badRecipient: reply(553, '5.1.3', 'The recipient address is not a valid mailbox'),
  needsUtf8: reply(553, '5.6.7', 'An address beyond ASCII needs SMTPUTF8'),

  noSuchRecipient: (id: string) => reply(550, '5.1.1', `No such recipient here [${id}]`),
  noRelay: (id: string) => reply(550, '5.7.1', `This host takes no mail for that domain [${id}]`),
  directoryAway: (id: string) =>
    ours(451, '4.3.0', `Recipients cannot be looked up at the moment, try again [${id}]`),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients, send the others in another transaction'),
  oneReport: reply(
    452,
    '4.5.3',
    'A report goes to one address alone, send the others in another transaction',
  ),
  reportBounce: (id: string) =>
    reply(550, '5.7.1', `Reports are taken from people, not from programs [${id}]`),
  noticeAnswer: (id: string) =>
    reply(550, '5.7.1', `Nobody reads what is sent here; write to the address in the From field [${id}]`),
  noticeBounceUnreadable: (id: string) => reply(554, '5.6.0', `This bounce cannot be read [${id}]`),
  reportStranger: (id: string) =>
    reply(550, '5.7.1', `Reports are taken only from people whose mail comes through here [${id}]`),
  reportUnreadable: (id: string) =>
    reply(554, '5.6.0', `This report cannot be read; forward the message as an attachment [${id}]`),
  domainReportUnreadable: (id: string, why: string) =>
    reply(554, '5.6.0', `This address takes DMARC and TLS reports: ${why} [${id}]`),
  domainReportForeign: (id: string) =>
    reply(550, '5.7.1', `This report is about a domain that has no mail here [${id}]`),
  tooManyReports: (id: string) => reply(451, '4.7.1', `Too many reports from you, slow down [${id}]`),
  noValidRecipients: follows(554, '5.5.1', 'No valid recipients'),
  tooFastClient: (id: string) =>
    reply(451, '4.7.1', `Too many messages from your address, slow down [${id}]`),
  tooFastSender: (id: string) => reply(451, '4.7.1', `Too many messages from this sender, slow down [${id}]`),
  tooFastRecipient: (id: string) =>
    reply(450, '4.2.1', `This recipient gets mail too fast, slow down [${id}]`),
  tooFastTenant: (id: string) =>
    reply(451, '4.7.1', `Too much mail for this organisation at the moment, slow down [${id}]`),
  diskFull: (id: string) => ours(452, '4.3.1', `Not enough room at the moment, try again later [${id}]`),
  queueFull: (id: string) =>
    ours(452, '4.3.1', `Too much mail waits to leave at the moment, try again later [${id}]`),
  spoolSlow: (id: string) =>
    ours(451, '4.3.0', `Mail cannot be stored at the moment, try again shortly [${id}]`),
  ownFault: (id: string) => ours(451, '4.3.0', `A fault of ours, try again shortly [${id}]`),

  tooLarge: (id: string, most: number) => reply(552, '5.3.4', `Message is larger than ${most} bytes [${id}]`),
  headerTooLarge: (id: string, most: number) =>
    reply(554, '5.6.0', `Message header is larger than ${most} bytes [${id}]`),
  longLine: (id: string, most: number) =>
    reply(554, '5.6.0', `Message has a line longer than ${most} bytes [${id}]`),
} as const

/** A reply as its lines on the wire; text beyond printable ASCII never gets out. */
export function formatReply({ code, enhanced, text }: Reply): string {
  const prefix = enhanced === '' ? '' : `${enhanced} `
  return `${code} ${prefix}${text.replace(/[^\x20-\x7e]/g, '?').slice(0, 400)}\r\n`
}

/** A reply of several lines, for EHLO. */
export function formatLines(code: number, lines: readonly string[]): string {
  return lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('')
}
