import { type Static, Type } from './schema.ts'
import { part } from './shared.ts'

export const ContentParams = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  { additionalProperties: false },
)

/** What is said beside a message before somebody lets it go. */
export const ContentMarks = Type.Object(
  {
    sender: Type.Object(
      { mark: Type.Enum(['proved', 'forged', 'unknown']), text: Type.String() },
      { additionalProperties: false, description: 'whether it comes from whom it says' },
    ),
    quality: Type.Object(
      { mark: Type.Enum(['good', 'doubtful', 'bad', 'unknown']), text: Type.String() },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type ContentMarks = Static<typeof ContentMarks>

export const ShownAttachment = Type.Object(
  {
    part: Type.Integer({ description: 'for asking for it alone' }),
    name: Type.String(),
    type: Type.String(),
    size: Type.Integer({ description: 'decoded, in bytes' }),
    sha256: Type.String(),
  },
  { additionalProperties: false },
)

export const ShownContent = Type.Object(
  {
    header: Type.Array(
      Type.Object({ name: Type.String(), value: Type.String() }, { additionalProperties: false }),
      { description: 'decoded; the first 200 fields' },
    ),
    text: Type.String({ description: 'what stands in it as plain text; of HTML the visible text' }),
    html: Type.Union([Type.String(), Type.Null()], {
      description: 'made harmless: no script, no link that leads anywhere, nothing from elsewhere',
    }),
    removed: Type.Array(Type.String(), { description: 'what fell from the HTML, each kind once' }),
    attachments: Type.Array(ShownAttachment),
    source: Type.String({ description: 'its first 200,000 bytes, each as one letter' }),
    cut: Type.Boolean({ description: 'there is more than is shown' }),
  },
  { additionalProperties: false },
)
export type ShownContent = Static<typeof ShownContent>

export const MessageContent = Type.Object(
  {
    messageId: Type.String(),
    marks: ContentMarks,
    content: part(ShownContent),
  },
  { additionalProperties: false },
)
export type MessageContent = Static<typeof MessageContent>

export const DownloadQuery = Type.Object(
  {
    part: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'one part alone; without it the whole message',
      }),
    ),
  },
  { additionalProperties: false },
)
