/** Words that a host may hold to act on whoever reads them, and what shows that none of them does. */
import { micromark } from "micromark"
import { gfm, gfmHtml } from "micromark-extension-gfm"

/** Each wants something: a mention, a link, a picture, a script, a command, a way out of its place. */
export const hostileWords: readonly string[] = [
  "`@octocat`",
  "``` @octocat",
  "@octocat",
  "@example/admins",
  "a @octocat b",
  "#1 fixes #2 closes GH-3 example/vault#4",
  "https://evil.example/x?y=1 http://evil.example www.evil.example evil@evil.example",
  "![x](https://evil.example/x.png)",
  "[x](javascript:alert(1))",
  "<https://evil.example>",
  "<img src=x onerror=alert(1)>",
  "</code></td></tr></table></details><script>alert(1)</script>",
  "<!-- x --> --> <!-- pmta-vault {} -->",
  "| a | b | \\| c \\\\| d `|` e",
  "\\`@octocat\\` \\",
  "&lt;script&gt; &#64;octocat &commat;octocat",
  "::set-output name=changed::pwned",
  "::error::pwned",
  "  ::add-mask::a",
  "##[set-output name=changed]pwned",
  "x ##[add-path]/tmp/pwned",
  "%0A::error::pwned",
  "$(touch /tmp/pwned) `id` ; rm -rf /",
  "drift/00000000 refs/heads/main",
  "\u202eabc\u2066def\u2069 \u200b\u200d\ufeff\u00ad\u061c",
  "\u001b[2J\u001b]0;pwned\u0007 \u009b2J \u2028x\u2029y",
  ":tada: ~~x~~ **x** _x_ # x - x 1. x",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub, not of JavaScript
  "${{ github.token }} ${{ secrets.X }}",
  "x".repeat(200_000),
  "`".repeat(3000),
  "@octocat ".repeat(2000),
]

/** Tags that the program itself writes. */
const ownTags = "br|h2|h3|p|ul|li|table|thead|tbody|tr|th|td|code|pre|strong|em|details|summary"

/**
 * What in a Markdown text is alive that only the program itself should have brought to life.
 * @param links  the beginnings that links of the program's own have
 */
export function activeTokens(markdown: string, links: readonly string[] = []): readonly string[] {
  const found = [...unseen(markdown)]
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  }).replace(/^<!-- pmta-vault \{[^\n]*\} -->$/m, "")
  const outside = html.replace(
    /<pre><code[^>]*>[\s\S]*?<\/code><\/pre>|<code>[^<]*<\/code>/g,
    "<code></code>",
  )
  for (const [tag] of outside.matchAll(/<[^>]*>?/g)) {
    const link = /^<a href="([^"]*)">$/.exec(tag)?.[1]
    const isOwn = new RegExp(`^</?(?:${ownTags})(?: class="language-diff")?(?: align="\\w+")?>$`).test(tag)
    const isOwnLink = tag === "</a>" || (link !== undefined && links.some(start => link.startsWith(start)))
    if (!isOwn && !isOwnLink) found.push(tag.slice(0, 100))
  }
  const text = outside.replace(/<a href="[^"]*">[\s\S]*?<\/a>|<[^>]*>/g, "")
  return [...found, ...inText(text)]
}

/** As `activeTokens`, for places without code spans: titles and commit messages. */
export function activeInLine(text: string): readonly string[] {
  return [...unseen(text), ...inText(text), ...(text.match(/[`<>]/g) ?? [])]
}

/** Commands of a log that are not the program's own. */
export function activeInLog(log: string): readonly string[] {
  const own = /^::(?:group|endgroup|warning|error|add-mask)(?: title=[\w .%-]*)?::/
  return log
    .split("\n")
    .filter(
      line => (/^\s*::/.test(line) && !own.test(line)) || /##\[/.test(line) || /^::error::pwned/.test(line),
    )
    .concat(unseen(log))
}

function inText(text: string): readonly string[] {
  return [
    ...(text.match(/(?<![A-Za-z0-9])@[A-Za-z0-9]\S*/g) ?? []),
    ...(text.match(/#\d+|\bGH-\d+/gi) ?? []),
    ...(text.match(/:\/\/\S*|\bwww\.\S*/gi) ?? []),
    ...(text.match(/:[a-z0-9_+-]+:/gi) ?? []),
  ].map(token => token.slice(0, 100))
}

/** Characters that steer and are not seen. */
function unseen(text: string): readonly string[] {
  const found = text.match(/[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/gu) ?? []
  return found.map(char => `U+${(char.codePointAt(0) ?? 0).toString(16)}`)
}
