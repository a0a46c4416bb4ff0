import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DsnRecipient, DsnRequest } from './dsn.ts'
import { composeDsn } from './dsn.ts'
import { fieldValue, parseHeader } from './header.ts'
import { scanMime } from './mime.ts'

const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
const at = Date.parse('2025-01-01T12:00:00Z')

const recipient: DsnRecipient = {
  address: 'bob@example.net',
  originalRecipient: 'rfc822;bob+2Btag@example.net',
  action: 'failed',
  status: '5.1.1',
  remoteHost: 'mx.example.net',
  diagnostic: '550 5.1.1 <bob@example.net>: no such user',
  lastAttempt: at,
  willRetryUntil: null,
}

const original = Buffer.from(
  'From: alice@example.org\r\nSubject: Lunch\r\nMessage-ID: <m1@example.org>\r\n\r\nShall we?\r\n',
)

function request(changed: Partial<DsnRequest> = {}): DsnRequest {
  return {
    kind: 'failed',
    reportingHost: 'mx.mailkeep.test',
    postmaster: 'postmaster@mailkeep.test',
    originalEnvelopeId: 'env+3D1',
    arrivalDate: at - 60_000,
    originalSender: 'alice@example.org',
    recipients: [recipient],
    original: { header: original.subarray(0, original.indexOf('\r\n\r\n') + 4), full: null },
    messageId: '<n1@mailkeep.test>',
    date: at,
    ...changed,
  }
}

/** The parts of a notice as our own parser sees them, after checking what holds for every notice. */
function read(bytes: Buffer): { fields: Map<string, string>; parts: { type: string; body: string }[] } {
  const scan = scanMime(bytes, limits)
  const { nul, bareCr, bareLf, longest } = scan.lines
  assert.deepEqual([nul, bareCr, bareLf], [0, 0, 0])
  assert(longest <= 998, `a line of ${longest} bytes`)
  assert.equal(scan.root.type, 'multipart/report')
  assert.equal(scan.root.parameters['report-type'], 'delivery-status')
  assert.deepEqual([scan.root.defects, scan.root.children.length, scan.header.defects], [[], 3, []])
  const fields = new Map(scan.header.fields.map((field) => [field.name, fieldValue(field)]))
  assert.equal(fields.size, scan.header.fields.length)
  return {
    fields,
    parts: scan.root.children.map((part) => ({
      type: part.type,
      body: bytes.toString('utf8', part.bodyStart, part.bodyEnd),
    })),
  }
}

/** The groups of fields in a status part. */
function groups(body: string): Record<string, string>[] {
  return body
    .trimEnd()
    .split('\r\n\r\n')
    .map((group) => {
      const { fields } = parseHeader(Buffer.from(`${group}\r\n\r\n`))
      return Object.fromEntries(
        fields.map((field) => [field.name, Buffer.from(fieldValue(field), 'latin1').toString()]),
      )
    })
}

test('a failure says to people and programs what happened', () => {
  const { fields, parts } = read(composeDsn(request()))
  assert.deepEqual(Object.fromEntries([...fields].filter(([name]) => name !== 'content-type')), {
    from: 'Mail Delivery System <postmaster@mailkeep.test>',
    to: '<alice@example.org>',
    subject: 'Your message could not be delivered',
    date: 'Wed, 01 Jan 2025 12:00:00 +0000',
    'message-id': '<n1@mailkeep.test>',
    'in-reply-to': '<m1@example.org>',
    references: '<m1@example.org>',
    'auto-submitted': 'auto-replied',
    'mime-version': '1.0',
  })
  assert.deepEqual(
    parts.map((part) => part.type),
    ['text/plain', 'message/delivery-status', 'text/rfc822-headers'],
  )
  for (const words of [
    'bob@example.net',
    'no mailbox with this address',
    '550 5.1.1 <bob@example.net>: no such user',
    'typing errors',
    'Subject: Lunch',
  ]) {
    assert(parts[0]!.body.includes(words), words)
  }
  assert.deepEqual(groups(parts[1]!.body), [
    {
      'original-envelope-id': 'env=1',
      'reporting-mta': 'dns; mx.mailkeep.test',
      'arrival-date': 'Wed, 01 Jan 2025 11:59:00 +0000',
    },
    {
      'original-recipient': 'rfc822; bob+tag@example.net',
      'final-recipient': 'rfc822; bob@example.net',
      action: 'failed',
      status: '5.1.1',
      'remote-mta': 'dns; mx.example.net',
      'diagnostic-code': 'smtp; 550 5.1.1 <bob@example.net>: no such user',
      'last-attempt-date': 'Wed, 01 Jan 2025 12:00:00 +0000',
    },
  ])
  assert.equal(
    parts[2]!.body,
    'From: alice@example.org\r\nSubject: Lunch\r\nMessage-ID: <m1@example.org>\r\n',
  )
})

test('a delay says until when it is tried, a delivery asks for nothing', () => {
  const delayed = read(
    composeDsn(
      request({
        kind: 'delayed',
        recipients: [
          {
            ...recipient,
            action: 'delayed',
            status: '4.4.1',
            diagnostic: 'Connection refused',
            remoteHost: null,
            willRetryUntil: at,
          },
        ],
      }),
    ),
  )
  assert.match(
    delayed.parts[0]!.body,
    /need not send it again.*did not answer.*Connection refused.*until Wed, 01 Jan 2025 12:00:00/s,
  )
  assert.equal(groups(delayed.parts[1]!.body)[1]!['diagnostic-code'], 'x-mailkeep; Connection refused')
  const delivered = read(
    composeDsn(
      request({
        kind: 'delivered',
        recipients: [{ ...recipient, action: 'delivered', status: '2.0.0', diagnostic: '250 ok' }],
      }),
    ),
  )
  assert.doesNotMatch(delivered.parts[0]!.body, /What you can do/)
})

test('the whole message is attached byte by byte where it can travel, else its header', () => {
  const header = request().original.header
  const whole = composeDsn(request({ original: { header, full: original } }))
  assert.deepEqual(read(whole).parts[2], { type: 'message/rfc822', body: original.toString() })
  for (const broken of ['\0', 'lone \n', 'lone \r.', 'x'.repeat(999)]) {
    const full = Buffer.concat([original, Buffer.from(broken)])
    assert.equal(
      read(composeDsn(request({ original: { header, full } }))).parts[2]!.type,
      'text/rfc822-headers',
    )
  }
  const eightBit = Buffer.concat([original, Buffer.from('ä\r\n')])
  const notice = composeDsn(request({ original: { header, full: eightBit } }))
  assert.equal(read(notice).fields.get('content-transfer-encoding'), '8bit')
})

test('no boundary of ours can be put into the message beforehand', () => {
  const first = composeDsn(request())
  const boundary = /boundary="(.*)"/.exec(first.toString())![1]!
  const header = Buffer.from(`X: 1\r\n\r\n`)
  const full = Buffer.from(`X: 1\r\n\r\n--${boundary}--\r\n`)
  assert.equal(read(composeDsn(request({ original: { header, full } }))).parts[2]!.body, full.toString())
})

test('addresses beyond ASCII make an international report (RFC 6533)', () => {
  const international: DsnRecipient = {
    ...recipient,
    address: 'jörg@bücher.example',
    originalRecipient: 'utf-8;j\\x{F6}rg@b\\x{FC}cher.example',
    diagnostic: '550 5.1.1 kein Postfach für jörg',
  }
  const header = Buffer.from('From: jörg@example.org\r\nSubject: Grüße\r\n\r\n')
  const { parts } = read(
    composeDsn(
      request({
        originalSender: 'käthe@example.org',
        recipients: [international],
        original: { header, full: null },
      }),
    ),
  )
  assert.deepEqual(
    parts.map((part) => part.type),
    ['text/plain', 'message/global-delivery-status', 'message/global-headers'],
  )
  const [, fields] = groups(parts[1]!.body)
  assert.equal(fields!['final-recipient'], 'utf-8; jörg@bücher.example')
  assert.equal(fields!['original-recipient'], 'utf-8; jörg@bücher.example')
  assert.equal(fields!['diagnostic-code'], 'smtp; 550 5.1.1 kein Postfach für jörg')
  const ascii = read(composeDsn(request({ recipients: [{ ...recipient, diagnostic: '550 für' }] })))
  assert.match(ascii.parts[1]!.body, /smtp; 550 f\?r/)
})

test('property: nothing from outside makes a field, a part or a line of its own', () => {
  const evil = fc
    .array(
      fc.constantFrom(
        'a',
        'ü',
        '\r\n',
        '\n',
        '\r',
        '\0',
        '\u2028',
        '\u0085',
        'Bcc: x@y',
        ' ',
        '\r\n\r\n',
        '--=_',
        '<',
        '>',
        '😀',
        'x'.repeat(400),
        '550 ',
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(
      evil,
      evil,
      evil,
      evil,
      evil,
      fc.constantFrom('failed', 'delayed', 'delivered', 'relayed'),
      (a, b, c, d, e, kind) => {
        const bytes = composeDsn(
          request({
            kind,
            reportingHost: a,
            postmaster: b,
            originalSender: c,
            messageId: d,
            originalEnvelopeId: e,
            recipients: [
              {
                ...recipient,
                address: a,
                originalRecipient: `rfc822;${b}`,
                status: c,
                remoteHost: d,
                diagnostic: e,
                action: kind,
              },
              recipient,
            ],
            original: { header: Buffer.from(`Subject: ${a}\r\nTo: ${b}\r\n${c}`), full: null },
          }),
        )
        const { fields, parts } = read(bytes)
        assert(!fields.has('bcc'))
        assert.equal(groups(parts[1]!.body).length, 3)
        for (const group of groups(parts[1]!.body)) assert(!('bcc' in group))
        assert.match(parts[1]!.body, /\r\nStatus: [245]\.\d/)
      },
    ),
    { numRuns: 300 },
  )
})

const python = '/usr/bin/python3'

test('Python reads the same report', { skip: !existsSync(python) && 'no Python here' }, () => {
  const script = [
    'import email, email.policy, json, sys',
    'm = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)',
    'kinds = [[p.get_content_type(), [type(d).__name__ for d in p.defects]] for p in m.walk()]',
    'status = [dict(g.items()) for g in m.get_payload(1).get_payload()]',
    'print(json.dumps({"kinds": kinds, "status": status, "text": m.get_payload(0).get_content(), "to": m["to"].addresses[0].addr_spec}))',
  ].join('\n')
  const recipients = [
    recipient,
    { ...recipient, address: 'eve@example.net', diagnostic: `450 4.2.0 ${'busy '.repeat(60)}für heute` },
  ]
  const { stdout, stderr } = spawnSync(python, ['-c', script], {
    input: composeDsn(request({ recipients, original: { header: original, full: original } })),
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  const seen = JSON.parse(stdout)
  assert.deepEqual(seen.kinds, [
    ['multipart/report', []],
    ['text/plain', []],
    ['message/delivery-status', []],
    ['text/plain', []],
    ['text/plain', []],
    ['text/plain', []],
    ['message/rfc822', []],
    ['text/plain', []],
  ])
  assert.deepEqual(
    seen.status.map((each: Record<string, string>) => each['Final-Recipient'] ?? null),
    [null, 'rfc822; bob@example.net', 'rfc822; eve@example.net'],
  )
  assert(seen.text.includes('für heute'))
  assert.equal(seen.to, 'alice@example.org')
})
