export { n as impactMarkdown } from "./impact-markdown2.js";
