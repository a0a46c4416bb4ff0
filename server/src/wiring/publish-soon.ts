/** What an answer waits for what it changed to be in force; the snapshot goes on behind it. */
const publishMs = 1000

/** Has the flow take what was changed; whoever asked waits a moment for it. */
export async function publishSoon(publish: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, publishMs)
  })
  await Promise.race([publish(), late])
  clearTimeout(timer)
}
