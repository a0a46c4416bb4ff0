/**
 * Writes server/golden/samples.jsonl: mail whose right answer is known, which every new set of definitions must judge
 * as the active one does. Each text is filled in several ways, so that a rule that hits a name, an amount or a phrase
 * of ordinary mail shows. Run it after a change of the texts below.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Text {
  readonly name: string
  readonly from: string
  readonly subject: string
  readonly body: string
  readonly html?: string
}

const people = [
  'Anna Berger',
  'Ben Okafor',
  'Chloe Martin',
  'David Silva',
  'Eva Novak',
  'Farid Haddad',
  'Greta Lind',
  'Hugo Rossi',
]
const firms = [
  'Norden Timber',
  'Linden Bakery',
  'Harbour Freight',
  'Alto Software',
  'Weston Dental',
  'Rivage Travel',
  'Prisma Print',
  'Oakfield School',
]
const social =
  '<p>Follow us: <a href="https://www.facebook.com/{slug}">Facebook</a> <a href="https://www.instagram.com/{slug}">Instagram</a> <a href="https://www.linkedin.com/company/{slug}">LinkedIn</a></p>'

const clean: readonly Text[] = [
  {
    name: 'invoice',
    from: '{firm} <billing@{slug}.example>',
    subject: 'Invoice {n} for March',
    body: 'Dear {person},\n\nplease find attached invoice {n} over {amount} EUR, payable within 30 days.\n\nKind regards\n{firm}',
  },
  {
    name: 'receipt',
    from: '{firm} <orders@{slug}.example>',
    subject: 'Your receipt {n}',
    body: 'Thank you for your order {n}, {person}.\nTotal: {amount} EUR. We send it tomorrow.\n',
  },
  {
    name: 'newsletter',
    from: '{firm} <news@{slug}.example>',
    subject: 'What is new at {firm}',
    body: 'Our spring programme is here.',
    html: `<h1>Spring at {firm}</h1><p>Read about our new range and meet the team.</p><p><a href="https://{slug}.example/news/{n}">Read more</a></p>${social}`,
  },
  {
    name: 'meeting',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Agenda for Thursday',
    body: 'Hi all,\n\nhere is the agenda for Thursday at 10:\n- budget\n- hiring\n- office move\n\n{person}',
  },
  {
    name: 'reply',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Re: offer {n}',
    body: 'Hello,\n\nthanks, that works for us. Could you send the signed copy by Friday?\n\n> Please find our offer below.\n\n{person}\n{firm}',
  },
  {
    name: 'password-reset',
    from: '{firm} <no-reply@{slug}.example>',
    subject: 'Reset your password',
    body: 'Somebody asked for a new password for your account at {firm}. If it was you, follow https://{slug}.example/reset/{n} within an hour. If not, ignore this message.',
  },
  {
    name: 'shipping',
    from: '{firm} <service@{slug}.example>',
    subject: 'Your parcel {n} is on its way',
    body: 'Your parcel leaves our house today. Follow it at https://{slug}.example/track/{n}\n',
  },
  {
    name: 'alert',
    from: 'monitoring@{slug}.example',
    subject: '[OK] disk usage on web-{n}',
    body: 'disk usage on web-{n} is back to normal: 61 %\nhttps://monitor.{slug}.example/alerts/{n}\n',
  },
  {
    name: 'review',
    from: '{person} <notifications@{slug}.example>',
    subject: '[{slug}/api] Fix race in session cache (#{n})',
    body: '{person} requested your review on #{n}.\n\n- lock before read\n- add a test\n\nhttps://git.{slug}.example/api/pull/{n}',
  },
  {
    name: 'school',
    from: '{firm} <office@{slug}.example>',
    subject: 'School trip on Friday',
    body: 'Dear parents,\n\non Friday class {n} visits the museum. Please bring a packed lunch and {amount} EUR.\n\n{person}',
  },
  {
    name: 'application',
    from: '{person} <{first}@mail.example>',
    subject: 'Application as a baker',
    body: 'Dear Sir or Madam,\n\nI would like to apply for the position in your advertisement. My documents are attached.\n\nYours sincerely\n{person}',
  },
  {
    name: 'statement',
    from: '{firm} <service@{slug}.example>',
    subject: 'Your statement for March is ready',
    body: 'Your statement is ready in your account. For your safety we never ask for passwords by mail.',
  },
  {
    name: 'german',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Termin am Montag',
    body: 'Guten Tag,\n\nder Termin am Montag um 9 Uhr passt. Bringen Sie bitte die Unterlagen zu Auftrag {n} mit.\n\nMit freundlichen Gr\u00fc\u00dfen\n{person}',
  },
  {
    name: 'rechnung',
    from: '{firm} <rechnung@{slug}.example>',
    subject: 'Rechnung {n}',
    body: 'Sehr geehrte Damen und Herren,\n\nanbei die Rechnung {n} \u00fcber {amount} EUR, zahlbar innerhalb von 14 Tagen.\n\n{firm}',
  },
  {
    name: 'french',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Compte rendu de la r\u00e9union',
    body: 'Bonjour,\n\nvous trouverez ci-joint le compte rendu de la r\u00e9union de mardi.\n\nCordialement\n{person}',
  },
  {
    name: 'spanish',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Pedido {n}',
    body: 'Hola,\n\nel pedido {n} sale ma\u00f1ana por la tarde. El importe es de {amount} EUR.\n\nUn saludo\n{person}',
  },
  {
    name: 'italian',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Conferma prenotazione {n}',
    body: 'Gentile cliente,\n\nle confermiamo la prenotazione per due notti, colazione compresa.\n\n{firm}',
  },
  {
    name: 'dutch',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Offerte {n}',
    body: 'Beste,\n\nhierbij de offerte zoals besproken, {amount} EUR excl. btw.\n\nGroet\n{person}',
  },
  {
    name: 'portuguese',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Reuni\u00e3o de quinta-feira',
    body: 'Bom dia,\n\na reuni\u00e3o fica marcada para quinta-feira \u00e0s 15h.\n\nCumprimentos\n{person}',
  },
  {
    name: 'signature',
    from: '{person} <{first}@{slug}.example>',
    subject: 'Drawings for hall {n}',
    body: 'The drawings are ready.',
    html: `<p>Hi,</p><p>the drawings for hall {n} are ready, have a look when you can.</p><p>{person}<br>{firm}</p>${social}`,
  },
  {
    name: 'event',
    from: '{firm} <events@{slug}.example>',
    subject: 'Invitation: open day',
    body: 'You are invited',
    html: `<p>Dear {person},</p><p>come and see our workshop on Saturday. <a href="https://{slug}.example/open-day">Register here</a>.</p>${social}`,
  },
  {
    name: 'support',
    from: '{firm} Support <support@{slug}.example>',
    subject: '[Ticket {n}] Printer on floor 2',
    body: 'Hello {person},\n\nwe have changed the toner and updated the driver. Does it print now? Reply to this message to open the ticket again.',
  },
  {
    name: 'family',
    from: '{person} <{first}@mail.example>',
    subject: 'Sunday lunch',
    body: 'Hi mum,\n\nwe come on Sunday at one, the four of us. Shall we bring the cake?\n\nLove\n{first}',
  },
  {
    name: 'bounce-notice',
    from: 'Mail Delivery <postmaster@{slug}.example>',
    subject: 'Delivery of your message was delayed',
    body: 'Your message to {first}@{slug}.example has not been delivered yet. We keep trying for two days. You need not do anything.',
  },
  {
    name: 'two-factor',
    from: '{firm} <no-reply@{slug}.example>',
    subject: 'Your code is {n}',
    body: 'Your sign-in code for {firm} is {n}. It is valid for ten minutes. Never tell it to anybody.',
  },
]

const bad: readonly Text[] = [
  {
    name: 'mailbox-full',
    from: 'IT Helpdesk <admin@web-mail-service.example>',
    subject: 'Your mailbox is almost full - verify your account now',
    body: 'Your mailbox has reached its limit. Your account will be suspended within 24 hours unless you verify your password here: http://203.0.113.{n}/webmail/login.php?verify=1',
    html: '<p>Your mailbox has reached its limit. Your account will be suspended within 24 hours.</p><p><a href="http://203.0.113.9/webmail/login.php?verify={n}">https://outlook.office.com/verify your password</a></p>',
  },
  {
    name: 'bank',
    from: 'Security Department <security@account-verify-{n}.example>',
    subject: 'Unusual sign-in: confirm your identity immediately',
    body: 'Dear customer, we noticed unusual activity. Your account has been limited. Confirm your identity and password immediately or your account will be closed: http://secure-login.account-verify-{n}.example/update',
    html: '<p>Dear customer, your account has been limited. <a href="http://secure-login.account-verify-{n}.example/login">https://www.paypal.com/signin</a> Confirm your password immediately.</p>',
  },
  {
    name: 'advance-fee',
    from: 'Barrister {person} <barrister.{n}@freemail.example>',
    subject: 'CONFIDENTIAL BUSINESS PROPOSAL',
    body: 'Dear friend, I am the attorney of a deceased client who left the sum of 18,500,000 US dollars with no next of kin. I seek your assistance to transfer the fund into your account. You will get 30 % of the total sum. Reply urgently with your bank account details. This is risk free and strictly confidential.',
  },
  {
    name: 'extortion',
    from: 'hacker <{n}@anon.example>',
    subject: 'I recorded you',
    body: 'I have hacked your device and recorded a video of you through your webcam while you visited adult sites. Send 1,400 USD in bitcoin to my wallet within 48 hours or I will send the video to all your contacts.',
  },
  {
    name: 'lottery',
    from: 'Lottery Board <claims@win-{n}.example>',
    subject: 'CONGRATULATIONS!!! YOU HAVE WON 1,000,000.00',
    body: 'Congratulations! Your email address has won the international lottery. To claim your prize of 1,000,000 USD send your full name, address and bank account to our claims agent. Act now!!!',
  },
  {
    name: 'pills',
    from: 'Cheap Meds <offer@meds-{n}.example>',
    subject: 'V1agra and C1alis 80% OFF - no prescription',
    body: 'Buy viagra, cialis and other pills online without prescription! Lowest prices, 80% off, discreet shipping. Order now http://meds-{n}.example/buy Click here to unsubscribe',
  },
  {
    name: 'parcel-fee',
    from: 'Parcel Service <delivery@parcel-redelivery-{n}.example>',
    subject: 'Your parcel is held: pay the customs fee',
    body: 'Your parcel could not be delivered. Pay the outstanding fee of 1.99 EUR within 24 hours or it will be returned.',
    html: '<p>Your parcel could not be delivered. Pay the fee of 1.99 EUR within 24 hours.</p><form action="http://parcel-redelivery-{n}.example/pay"><input name="card" placeholder="Card number"><input type="password" name="pin"><button>Pay now</button></form>',
  },
  {
    name: 'voicemail',
    from: 'Voice Message <voicemail@pbx-{n}.example>',
    subject: 'New voicemail from +1 555 01{n}',
    body: 'You have a new voice message. Sign in with your email password to listen: http://pbx-{n}.example/owa/login.html',
    html: '<p>You have a new voice message.</p><p><a href="http://pbx-{n}.example/owa/login.html">Sign in with your email password to listen</a></p>',
  },
]

const values = (index: number): Record<string, string> => {
  const person = people[index % people.length] ?? ''
  const firm = firms[(index * 3 + 1) % firms.length] ?? ''
  return {
    person,
    first: person.split(' ')[0]?.toLowerCase() ?? '',
    firm,
    slug: firm.toLowerCase().replaceAll(' ', '-'),
    n: String(17 + index * 13),
    amount: (index * 137.5 + 48.2).toFixed(2),
  }
}

function compose(text: Text, index: number): string {
  const fill = (given: string) =>
    given.replace(/\{(\w+)\}/g, (_all, name: string) => values(index)[name] ?? '')
  const head = `From: ${fill(text.from)}\nTo: recipient@site.example\nSubject: ${fill(text.subject)}\nDate: Thu, 15 Jan 2026 10:0${index}:00 +0000\nMessage-ID: <golden.${text.name}.${index}@client.example>\nMIME-Version: 1.0\n`
  const plain = 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
  const whole = text.html
    ? `${head}Content-Type: multipart/alternative; boundary=part\n\n--part\n${plain}${fill(text.body)}\n--part\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<html><body>${fill(text.html)}</body></html>\n--part--\n`
    : `${head}${plain}${fill(text.body)}\n`
  return whole.replaceAll('\n', '\r\n')
}

const encodeSubject = (message: string) =>
  message.replace(
    /^Subject: (.*[^\x00-\x7f].*)\r$/m,
    (_all, subject: string) => `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r`,
  )

function samples(kind: 'clean' | 'bad', texts: readonly Text[], each: number): string[] {
  return texts.flatMap((text) =>
    Array.from({ length: each }, (_, index) =>
      JSON.stringify({
        name: `${text.name}-${index + 1}`,
        kind,
        message: encodeSubject(compose(text, index)),
      }),
    ),
  )
}

const lines = [...samples('clean', clean, 8), ...samples('bad', bad, 3)]
writeFileSync(join(import.meta.dirname, '../server/golden/samples.jsonl'), `${lines.join('\n')}\n`)
console.log(`${lines.length} samples`)
