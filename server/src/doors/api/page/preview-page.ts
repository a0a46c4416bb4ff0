import type { ShownContent } from '#services/content/shown-content.ts'

/**
 * What the page of a preview may do: nothing, but show its text, colours of its own attributes, and pictures that it
 * carries. `sandbox` makes it a stranger to everything of ours, also where somebody opens it by itself.
 */
export const previewPolicy = [
  "default-src 'none'",
  'img-src data:',
  "style-src-attr 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ')

/** Harmless HTML of a message as a page of its own, always on white: mail is written for paper. */
export function previewPage(shown: ShownContent | null): string {
  const body =
    shown === null
      ? '<p>Content is not available at the moment. Load the page again in a while.</p>'
      : (shown.html ?? '<p>This message has no HTML.</p>')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>Preview</title></head><body style="margin:12px;background-color:#ffffff;color:#1a1a1a;font-family:sans-serif;font-size:14px;overflow-wrap:anywhere">${body}</body></html>`
}
