/** Where a command reads and writes. Answers go to stdout and nothing else does; people read stderr. */
export interface CommandStreams {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/** One `./mailkeep COMMAND`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Names of what it can do; absent: it does one thing. */
  readonly verbs?: readonly string[]
  /**
   * Runs the command.
   * @param argv what stands after the name
   * @returns the exit code: 0 fine, 1 found something, 2 wrong use
   */
  run(argv: string[], io: CommandStreams): Promise<number>
}
