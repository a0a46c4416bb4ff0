import type SmtpConnection from 'nodemailer/lib/smtp-connection'

export interface SendRequest {
  readonly host: string
  readonly port: number
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly content: Uint8Array
}

export interface SendAnswer {
  readonly accepted: boolean
  /** The server's last words, or why it could not be asked. */
  readonly text: string
  /** Id in the words: of the message, or in brackets of the refusal. */
  readonly id: string | null
  readonly refused: readonly string[]
}

/** Hands a message to an SMTP server, as any mail program would. Never throws for what the server says. */
export async function sendMessage(request: SendRequest): Promise<SendAnswer> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection({
    host: request.host,
    port: request.port,
    name: 'localhost',
    ignoreTLS: true,
    connectionTimeout: 10_000,
    socketTimeout: 120_000,
  })
  try {
    await connect(connection)
    return await hand(connection, request)
  } catch (cause) {
    return answerOf(false, (cause as { response?: string }).response ?? (cause as Error).message, [])
  } finally {
    connection.quit()
  }
}

function connect(connection: SmtpConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.connect((cause?: Error | null) => (cause ? reject(cause) : resolve()))
  })
}

function hand(connection: SmtpConnection, request: SendRequest): Promise<SendAnswer> {
  const { mailFrom, rcptTo, content } = request
  const envelope = { from: mailFrom, to: [...rcptTo], size: content.length, use8BitMime: true }
  return new Promise((resolve, reject) => {
    connection.send(envelope, Buffer.from(content), (cause, info) => {
      if (cause) reject(cause)
      else resolve(answerOf(true, info?.response ?? '', info?.rejected?.map(String) ?? []))
    })
  })
}

function answerOf(accepted: boolean, text: string, refused: string[]): SendAnswer {
  const id = /\[([0-9a-z]{16})\]|Accepted as ([0-9a-z]{16})/.exec(text)
  return { accepted, text, id: id?.[1] ?? id?.[2] ?? null, refused }
}
