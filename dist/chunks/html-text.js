import { t as certain } from "./certain.js";
import { t as printable } from "./printable.js";
// src/show/status-page/html-text.ts
const entities = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
/** Text of hosts for an HTML page, in text and in quoted attributes. */
const htmlText = (text) => printable(text).replace(/[&<>"']/g, (char) => certain(entities[char]));
export { htmlText as t };
