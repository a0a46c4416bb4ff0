import { Sink, type SinkMessage, type SinkOptions } from './sink.ts'
import { SmtpDialogue } from './smtp-dialogue.ts'

/** A receiving server whose mailboxes answer by themselves, from an address of its own. */
export class AnsweringMailbox implements AsyncDisposable {
  readonly sink: Sink
  /** Whether it answers from now on. */
  answers = true
  /** What the answers were told, in order. */
  readonly replies: string[] = []

  private constructor(sink: Sink) {
    this.sink = sink
  }

  /**
   * @param answerTo the port that answers go to
   * @param make the answer to a message, headers and all; it goes from its recipient to its envelope sender
   * @param from local address that answers come from; with one they come with TLS
   */
  static async start(
    options: SinkOptions,
    answerTo: () => number,
    make: (message: SinkMessage) => string | Promise<string>,
    from?: string,
  ): Promise<AnsweringMailbox> {
    let box: AnsweringMailbox | null = null
    const sink = await Sink.start({
      ...options,
      keep: true,
      onMessage(message) {
        if (box?.answers) void box.#answer(message, answerTo(), make, from)
      },
    })
    box = new AnsweringMailbox(sink)
    return box
  }

  async #answer(
    message: SinkMessage,
    port: number,
    make: (message: SinkMessage) => string | Promise<string>,
    from: string | undefined,
  ): Promise<void> {
    try {
      const content = await make(message)
      await using client = await SmtpDialogue.open(port, '127.0.0.1', from)
      await client.hello()
      if (from !== undefined) {
        await client.startTls()
        await client.command('EHLO client.example')
      }
      this.replies.push(await client.message(message.rcptTo[0] ?? '', message.mailFrom, content))
    } catch (cause) {
      this.replies.push(String((cause as Error).message))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sink.down()
  }
}
