/**
 * Loaded before each test file (`--import`). A pipe that nobody reads for a moment takes no more than 64 KB; what a
 * process has left to say when it is made to exit would be lost, and tests that ran would be missing from the counts. So
 * writing waits for the reader.
 */
const { _handle: pipe } = process.stdout as { readonly _handle?: { setBlocking?(on: boolean): void } }
pipe?.setBlocking?.(true)
