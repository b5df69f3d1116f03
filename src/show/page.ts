/** The frame of a report as one HTML page: no script, no request, readable in light, in dark and on paper. */
import { createHash } from "node:crypto"
import { htmlText } from "./status-page/html-text.ts"

/**
 * @param title  as text; it is the page's heading, too
 * @param style  CSS, the only one that the page may use
 * @param main   HTML below the heading, in which all text of others went through `htmlText`
 */
export function page(title: string, style: string, main: string): string {
  const digest = `'sha256-${createHash("sha256").update(style).digest("base64")}'`
  const policy = `default-src 'none'; style-src ${digest}; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${htmlText(title)}</h1>
${main}
</main>
</body>
</html>
`
}
