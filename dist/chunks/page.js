import { t as htmlText } from "./html-text.js";
import { createHash } from "node:crypto";
// src/show/page.ts
/** The frame of a report as one HTML page: no script, no request, readable in light, in dark and on paper. */
/**
* @param title  as text; it is the page's heading, too
* @param style  CSS, the only one that the page may use
* @param main   HTML below the heading, in which all text of others went through `htmlText`
*/
function page(title, style, main) {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${`default-src 'none'; style-src ${`'sha256-${createHash("sha256").update(style).digest("base64")}'`}; base-uri 'none'; form-action 'none'`}">
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
`;
}
export { page as t };
